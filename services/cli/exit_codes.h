#pragma once

#include "absl/status/status.h"

namespace oboro::cli {

// What the process answers; documented in docs/cli.md.
enum ExitCode {
  kOk = 0,
  kInternal = 1,
  kBadInput = 2,           // Wrong arguments, wrong file, invalid name or document.
  kUnauthenticated = 3,    // No token, an expired one, wrong client secret.
  kDenied = 4,             // Not allowed, or it does not exist (which look the same).
  kRefused = 5,            // The state, a policy or a check says no.
  kConflict = 6,           // Exists already, or somebody else was first.
  kQuota = 7,              // The tenant's quota is used up.
  kUnavailable = 8,        // The service cannot be reached or did not answer in time.
  kVerificationFailed = 9  // A chain or a signature is not as it was written.
};

// The exit code that stands for `status`.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace oboro::cli
