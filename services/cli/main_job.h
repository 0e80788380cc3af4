#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "services/cli/app.h"

namespace oboro::cli {

struct MainJobOptions {
  std::string population = "tsukuba=260000,hamamatsu=780000";
  uint64_t seed = 1;
  std::string documents = "deploy";  // Holds schemas/, recipes/ and policies/.
  std::string out;                   // Default: STATE/job.
};

// The main job on a development instance, as its seeded people: both cities are made where missing,
// their synthetic registers go the whole way, one refusal is shown, the tables are exported.
absl::Status RunMainJob(App& app, const MainJobOptions& options);

}  // namespace oboro::cli
