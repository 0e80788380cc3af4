#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/base/secret.h"

namespace oboro::platform {

// Plaintext of one input object, decrypted as it is read.
class JobSource {
 public:
  virtual ~JobSource() = default;
  // The next piece, valid until the next call; empty at the verified end.
  virtual absl::StatusOr<absl::string_view> Read() = 0;
};

// Plaintext of one output object, encrypted as it is written.
class JobSink {
 public:
  virtual ~JobSink() = default;
  virtual absl::Status Write(absl::string_view plaintext) = 0;
  // Ends the stream; without it the object is never visible.
  virtual absl::Status Finish() = 0;
};

// All that a job's data work can reach: it runs in a child process of its own without files,
// network or other tenants (design.md 5.7). Inputs and outputs are opened by the names the worker
// gave them.
class JobIo {
 public:
  virtual ~JobIo() = default;
  // What the worker passed: JSON of the job's kind.
  virtual const std::string& params() const = 0;
  // The tenant's pseudonym key, where the kind asks for it; else empty.
  virtual const SecretBytes& pseudonym_key() const = 0;
  virtual absl::StatusOr<std::unique_ptr<JobSource>> OpenInput(absl::string_view name) = 0;
  virtual absl::StatusOr<std::unique_ptr<JobSink>> OpenOutput(absl::string_view name) = 0;
  // Begins a stage (UPPER_SNAKE) or moves it on; calls are cheap, sending is throttled.
  virtual void Progress(absl::string_view stage, int64_t done, int64_t total) = 0;
};

// The pure function of a kind: answers the result as JSON.
using JobFunction = std::function<absl::StatusOr<std::string>(JobIo&)>;

// Kind (as "upload.check") -> function. Each service adds its own.
using JobFunctions = std::map<std::string, JobFunction>;

// If this process was started as a job's child (argv[1] is "--job-child"), closes the sandbox, runs
// the function and ends the process without coming back; otherwise answers -1. Must be the first
// statement of main: the sandbox refuses a process that has threads already.
//
// In the sandbox (jobs/sandbox.h) a file, a socket, a new process or another's memory cannot be
// had; most attempts end the process. memfd_create and opening the memfd again by /proc/self/fd/N
// work.
int MaybeRunJobChild(int argc, char** argv, const JobFunctions& functions);

}  // namespace oboro::platform
