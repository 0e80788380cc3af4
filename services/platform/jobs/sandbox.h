#pragma once

#include <cstdint>

#include "absl/status/status.h"

namespace oboro::platform {

// Sanitizers map terabytes and read files of their own: their builds relax the memory limit,
// may make pipes and keep standard error; all else holds.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

struct SandboxOptions {
  // Private memory above what the process has when the sandbox closes, and the most bytes of one
  // memfd. Not enforced in sanitizer builds.
  int64_t memory_limit_bytes = int64_t{2} << 30;
  // Makes Landlock look unavailable: for the test that the sandbox then fails closed.
  bool pretend_no_landlock = false;
};

// No core, and no ptrace or /proc look from processes of the same user. First thing in a child.
absl::Status DenyDumps();

// Loads what would be loaded later from files (OpenSSL's algorithms and random generator, the time
// zone), while files can be had.
absl::Status WarmUp();

// Closes the sandbox around this process for good:
//  - resource limits: no core, 64 descriptors, private memory, bytes of a file;
//  - no_new_privs;
//  - Landlock handling every right that the kernel knows, with no rule: no file can be opened, made
//    or run, no TCP port bound or reached, no abstract socket or signal beyond (where the kernel
//    offers that); memfds, which belong to no file system, can be opened again;
//  - seccomp: an allow-list; anything else, sockets and new processes among it, kills the process.
// Fails, and the caller must end the process, when the process has more than one thread, or when
// Landlock or seccomp are not there.
absl::Status CloseSandbox(const SandboxOptions& options);

}  // namespace oboro::platform
