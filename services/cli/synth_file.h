#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "services/cli/app.h"

namespace oboro::cli {

struct SynthRequest {
  std::string municipality;  // 082201 or 221309
  int64_t population = 0;
  std::string as_of;  // ISO 8601
  uint64_t seed = 1;
  std::string encoding = "cp932";  // cp932, utf-8 or utf-8-sig
  double defects = 0;
};

// Writes a synthetic register to `file`, and the truth about its defects to `manifest` (JSON) where
// one is named. The file appears only when it is whole.
absl::Status WriteSynthFile(App& app, const SynthRequest& request, const std::string& file,
                            const std::string& manifest);

}  // namespace oboro::cli
