#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/civic/layout/table_profile.h"
#include "services/upload/profile_rows.h"

// Profiles as callers send and see them.
namespace oboro::upload {

// "utf-8", "utf-8-sig" (UTF-8 with a byte order mark) and "cp932", as callers name encodings.
std::string EncodingWord(civic::Encoding encoding);

// Reads a profile and holds it against the schema. An empty encoding or delimiter is the schema's.
// INVALID_ARGUMENT, reasons INVALID_FIELD and PROFILE_INVALID.
absl::StatusOr<civic::TableProfile> FromProto(const v1::Profile& profile,
                                              const civic::DatasetSchema& schema);

v1::Profile ToProto(absl::string_view tenant, const ProfileRow& row);

}  // namespace oboro::upload
