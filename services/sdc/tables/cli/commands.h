// One function a command. Each prints its result and returns the exit code or an error.
#pragma once

#include <ostream>

#include "absl/status/statusor.h"

namespace oboro::sdc::cli {

inline constexpr int kRefusedExit = 5;

absl::StatusOr<int> RunTable(int argc, char** argv, std::ostream& out);
absl::StatusOr<int> RunProtect(int argc, char** argv, std::ostream& out);
absl::StatusOr<int> RunAttack(int argc, char** argv, std::ostream& out);
absl::StatusOr<int> RunLedger(int argc, char** argv, std::ostream& out);

}  // namespace oboro::sdc::cli
