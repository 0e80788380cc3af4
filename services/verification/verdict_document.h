#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "oboro/verification/v1/verification.pb.h"

namespace oboro::verification {

// The canonical JSON of a verdict, which is what is signed: keys in byte order, no blanks, numbers
// only as integers, digests in lower-case hexadecimal, times in UTC to the microsecond, enums by
// their last word (services/verification/README.md). Signature and key version are not part of it.
// Equal verdicts have equal documents.
std::string EncodeVerdict(const v1::Verdict& verdict);

// The inverse; INTERNAL for anything that EncodeVerdict does not write. `document` is set as given.
absl::StatusOr<v1::Verdict> DecodeVerdict(absl::string_view document);

}  // namespace oboro::verification
