#include "services/upload/names.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"

namespace oboro::upload {

std::string DatasetName(absl::string_view tenant, absl::string_view dataset) {
  return absl::StrCat("tenants/", tenant, "/datasets/", dataset);
}

std::string SnapshotName(absl::string_view tenant, absl::string_view dataset,
                         absl::string_view snapshot) {
  return absl::StrCat(DatasetName(tenant, dataset), "/snapshots/", snapshot);
}

std::string ProfileName(absl::string_view tenant, absl::string_view dataset,
                        absl::string_view profile) {
  return absl::StrCat(DatasetName(tenant, dataset), "/profiles/", profile);
}

std::string DepartmentName(absl::string_view tenant, absl::string_view department) {
  return absl::StrCat("tenants/", tenant, "/departments/", department);
}

absl::StatusOr<Ids> ParseDatasetName(absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<std::string> ids, platform::ParseName(name, "tenants/*/datasets/*"));
  return Ids{ids[0], ids[1], ""};
}

absl::StatusOr<Ids> ParseSnapshotName(absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<std::string> ids,
                   platform::ParseName(name, "tenants/*/datasets/*/snapshots/*"));
  return Ids{ids[0], ids[1], ids[2]};
}

absl::StatusOr<ProfileIds> ParseProfileName(absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<std::string> ids,
                   platform::ParseName(name, "tenants/*/datasets/*/profiles/*"));
  return ProfileIds{ids[0], ids[1], ids[2]};
}

}  // namespace oboro::upload
