#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::upload {

// Ids of "tenants/{tenant}/datasets/{dataset}[/snapshots/{snapshot}]"; `snapshot` is empty for a
// dataset.
struct Ids {
  std::string tenant;
  std::string dataset;
  std::string snapshot;
};

// Ids of "tenants/{tenant}/datasets/{dataset}/profiles/{profile}".
struct ProfileIds {
  std::string tenant;
  std::string dataset;
  std::string profile;
};

std::string DatasetName(absl::string_view tenant, absl::string_view dataset);
std::string SnapshotName(absl::string_view tenant, absl::string_view dataset,
                         absl::string_view snapshot);
std::string ProfileName(absl::string_view tenant, absl::string_view dataset,
                        absl::string_view profile);
std::string DepartmentName(absl::string_view tenant, absl::string_view department);

// INVALID_ARGUMENT, reason INVALID_NAME, for anything else.
absl::StatusOr<Ids> ParseDatasetName(absl::string_view name);
absl::StatusOr<Ids> ParseSnapshotName(absl::string_view name);
absl::StatusOr<ProfileIds> ParseProfileName(absl::string_view name);

}  // namespace oboro::upload
