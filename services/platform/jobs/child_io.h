#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <string>

#include "services/platform/jobs/child_messages.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::platform {

// Writes all of `bytes`; an error when the parent is gone.
absl::Status WriteAll(int fd, absl::string_view bytes);

// This process's resident memory, read through descriptors that were opened before the sandbox
// closed.
class PeakMemory {
 public:
  PeakMemory();
  // Most bytes since the start or the last call.
  int64_t TakeBytes();

 private:
  int status_fd_;
  int reset_fd_;
};

// The child's end of a job: inputs and outputs are descriptors from kFirstStreamFd on, in the order
// of the orders.
class ChildIo final : public JobIo {
 public:
  ChildIo(ChildOrders orders, PeakMemory* memory);

  const std::string& params() const override { return orders_.params; }
  const SecretBytes& pseudonym_key() const override { return orders_.pseudonym_key; }
  absl::StatusOr<std::unique_ptr<JobSource>> OpenInput(absl::string_view name) override;
  absl::StatusOr<std::unique_ptr<JobSink>> OpenOutput(absl::string_view name) override;
  void Progress(absl::string_view stage, int64_t done, int64_t total) override;

  // Ends the last stage, then says how the job ended.
  absl::Status Send(const ControlMessage& message);
  absl::Status SendEnd(const absl::StatusOr<std::string>& result);
  // An output that was opened and not finished, or "".
  std::string UnfinishedOutput();

 private:
  friend class ChildSink;
  using Clock = std::chrono::steady_clock;

  void EndStage();  // Under mutex_.

  ChildOrders orders_;
  PeakMemory* const memory_;
  std::mutex mutex_;
  std::set<size_t> opened_;        // Descriptors given out, each once.
  std::set<std::string> writing_;  // Outputs not finished yet.
  std::string stage_;
  Clock::time_point stage_began_;
  Clock::time_point last_sent_;
  int64_t done_ = 0;
  int64_t total_ = 0;
};

}  // namespace oboro::platform
