#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::platform {

// A new opaque id: 26 characters [a-z2-7] of 130 random bits, starting with a letter.
std::string NewId();

// Splits "tenants/a/datasets/b" into {"a", "b"} after checking that the collections are those of
// `pattern` ("tenants/*/datasets/*") and that every id matches [a-z][a-z0-9-]{0,62}. Anything else
// answers INVALID_NAME with the pattern in the message.
absl::StatusOr<std::vector<std::string>> ParseName(absl::string_view name,
                                                   absl::string_view pattern);

// The dataset that a snapshot is of: "tenants/a/datasets/b" of "tenants/a/datasets/b/snapshots/c".
// Empty when `snapshot` is not such a name. What audit events of all that is made of a snapshot
// carry as `dataset`, so that the dataset's steward finds them.
std::string DatasetOf(absl::string_view snapshot);

// True for [a-z][a-z0-9-]{0,62}.
bool IsId(absl::string_view id);

}  // namespace oboro::platform
