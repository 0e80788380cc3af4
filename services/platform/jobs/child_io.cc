#include "services/platform/jobs/child_io.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/stream.h"

namespace oboro::platform {
namespace {

constexpr std::chrono::milliseconds kProgressInterval(100);

absl::StatusOr<size_t> ReadSome(int fd, char* buffer, size_t size) {
  while (true) {
    const ssize_t got = read(fd, buffer, size);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return absl::InternalError("an input of the job cannot be read");
  }
}

class ChildSource final : public JobSource {
 public:
  ChildSource(int fd, const StreamGrant& grant)
      : fd_(fd), stream_(grant.stream, grant.key, [fd](char* buffer, size_t size) {
          return ReadSome(fd, buffer, size);
        }) {}
  // The parent then stops feeding it.
  ~ChildSource() override { close(fd_); }
  absl::StatusOr<absl::string_view> Read() override { return stream_.Read(); }

 private:
  const int fd_;
  StreamDecryptor stream_;
};

}  // namespace

class ChildSink final : public JobSink {
 public:
  ChildSink(ChildIo* io, int fd, const StreamGrant& grant)
      : io_(io),
        fd_(fd),
        name_(grant.name),
        stream_(grant.stream, grant.key, 0,
                [fd](absl::string_view bytes) { return WriteAll(fd, bytes); }) {}
  ~ChildSink() override {
    if (fd_ >= 0) close(fd_);
  }
  absl::Status Write(absl::string_view plaintext) override { return stream_.Write(plaintext); }
  absl::Status Finish() override {
    RETURN_IF_ERROR(stream_.Finish());
    close(std::exchange(fd_, -1));
    {
      const std::lock_guard lock(io_->mutex_);
      io_->writing_.erase(name_);
    }
    return io_->Send({ControlType::kOutput, {name_}});
  }

 private:
  ChildIo* const io_;
  int fd_;
  const std::string name_;
  StreamEncryptor stream_;
};

absl::Status WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return absl::InternalError("the worker of this job is gone");
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return absl::OkStatus();
}

PeakMemory::PeakMemory()
    : status_fd_(open("/proc/self/status", O_RDONLY | O_CLOEXEC)),
      reset_fd_(open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)) {}

int64_t PeakMemory::TakeBytes() {
  char text[4096];
  const ssize_t got = pread(status_fd_, text, sizeof text - 1, 0);
  // "5" sets the peak back to what is resident now (proc(5)).
  (void)!pwrite(reset_fd_, "5", 1, 0);
  const absl::string_view status(text, got > 0 ? static_cast<size_t>(got) : 0);
  const size_t at = status.find("VmHWM:");
  if (at == absl::string_view::npos) return 0;
  absl::string_view number = status.substr(at + 6);
  number = number.substr(0, number.find('k'));
  int64_t kib = 0;
  return absl::SimpleAtoi(number, &kib) ? kib * 1024 : 0;
}

ChildIo::ChildIo(ChildOrders orders, PeakMemory* memory)
    : orders_(std::move(orders)), memory_(memory) {}

absl::StatusOr<std::unique_ptr<JobSource>> ChildIo::OpenInput(absl::string_view name) {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < orders_.inputs.size(); ++i) {
    if (orders_.inputs[i].name != name) continue;
    if (!opened_.insert(i).second) {
      return absl::FailedPreconditionError("a job's input is read once");
    }
    return std::make_unique<ChildSource>(kFirstStreamFd + static_cast<int>(i), orders_.inputs[i]);
  }
  return absl::NotFoundError(absl::StrCat("the job was given no input '", name, "'"));
}

absl::StatusOr<std::unique_ptr<JobSink>> ChildIo::OpenOutput(absl::string_view name) {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < orders_.outputs.size(); ++i) {
    const StreamGrant& grant = orders_.outputs[i];
    if (grant.name != name) continue;
    const size_t place = orders_.inputs.size() + i;
    if (!opened_.insert(place).second) {
      return absl::FailedPreconditionError("a job's output is written once");
    }
    writing_.insert(grant.name);
    return std::make_unique<ChildSink>(this, kFirstStreamFd + static_cast<int>(place), grant);
  }
  return absl::NotFoundError(absl::StrCat("the job was given no output '", name, "'"));
}

void ChildIo::EndStage() {
  if (stage_.empty()) return;
  const auto spent =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - stage_began_);
  (void)WriteAll(kControlFd,
                 EncodeControl({ControlType::kStage,
                                {stage_, absl::StrCat(spent.count()), absl::StrCat(done_),
                                 absl::StrCat(memory_->TakeBytes())}}))
      .ok();
}

void ChildIo::Progress(absl::string_view stage, int64_t done, int64_t total) {
  const Clock::time_point now = Clock::now();
  const std::lock_guard lock(mutex_);
  const bool begins = stage != stage_;
  if (begins) {
    EndStage();
    stage_.assign(stage.data(), stage.size());
    stage_began_ = now;
  }
  done_ = done;
  total_ = total;
  if (!begins && now - last_sent_ < kProgressInterval) return;
  last_sent_ = now;
  (void)WriteAll(kControlFd, EncodeControl({ControlType::kProgress,
                                            {stage_, absl::StrCat(done), absl::StrCat(total)}}))
      .ok();
}

absl::Status ChildIo::Send(const ControlMessage& message) {
  const std::lock_guard lock(mutex_);
  return WriteAll(kControlFd, EncodeControl(message));
}

absl::Status ChildIo::SendEnd(const absl::StatusOr<std::string>& result) {
  {
    const std::lock_guard lock(mutex_);
    EndStage();
  }
  return Send(result.ok() ? ControlMessage{ControlType::kResult, {*result}}
                          : ErrorMessage(result.status()));
}

std::string ChildIo::UnfinishedOutput() {
  const std::lock_guard lock(mutex_);
  return writing_.empty() ? "" : *writing_.begin();
}

}  // namespace oboro::platform
