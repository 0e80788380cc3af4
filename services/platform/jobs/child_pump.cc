#include "services/platform/jobs/child_pump.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "absl/strings/numbers.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

constexpr size_t kBufferBytes = 1 << 20;
constexpr int kPollMilliseconds = 200;
constexpr absl::Duration kHeartbeat = absl::Seconds(1);
constexpr size_t kMaxStages = 256;

bool IsStageName(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

absl::Status BadChild() {
  return absl::InternalError("the job's child does not speak as ours do; it was stopped");
}

absl::Status Cancelled() {
  return ReasonedError(absl::StatusCode::kCancelled,
                       {"JOB_CANCELLED", "The job was cancelled.", "処理は取り消されました。", {}});
}

absl::Status OutOfTime() {
  return ReasonedError(
      absl::StatusCode::kDeadlineExceeded,
      {"JOB_TIME_LIMIT",
       "The job took longer than one job may. Split the dataset, or ask central operations.",
       "処理時間が上限を超えました。データを分割するか、運営に相談してください。",
       {}});
}

bool WouldBlock() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

void OwnedFd::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

// Bytes on their way to the child: the orders, or an input's ciphertext.
struct ChildPump::Feed {
  OwnedFd fd;
  std::vector<std::unique_ptr<ObjectReader>> parts;
  size_t part = 0;
  SecretBytes buffer;
  size_t at = 0;
  size_t end = 0;
};

// An output's ciphertext on its way to the object.
struct ChildPump::Drain {
  OwnedFd fd;
  std::string name;
  ObjectWriter* writer = nullptr;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  int64_t bytes = 0;
  bool finished = false;  // The child says so.
  std::string buffer;
};

ChildPump::ChildPump(ChildRequest& request, SecretBytes orders, ChildPipes pipes)
    : request_(request), control_(std::move(pipes.control)) {
  auto feed = std::make_unique<Feed>();
  feed->fd = std::move(pipes.request);
  feed->buffer = std::move(orders);
  feed->end = feed->buffer.size();
  feeds_.push_back(std::move(feed));
  for (size_t i = 0; i < pipes.inputs.size(); ++i) {
    feed = std::make_unique<Feed>();
    feed->fd = std::move(pipes.inputs[i]);
    feed->parts = std::move(request.inputs[i].parts);
    feed->buffer = SecretBytes(kBufferBytes);
    feeds_.push_back(std::move(feed));
  }
  for (size_t i = 0; i < pipes.outputs.size(); ++i) {
    auto drain = std::make_unique<Drain>();
    drain->fd = std::move(pipes.outputs[i]);
    drain->name = request.outputs[i].name;
    drain->writer = request.outputs[i].writer;
    drain->buffer.resize(kBufferBytes);
    EVP_DigestInit_ex(drain->hash.get(), EVP_sha256(), nullptr);
    drains_.push_back(std::move(drain));
  }
}

ChildPump::~ChildPump() = default;

absl::Status ChildPump::Fill(Feed& feed) {
  feed.at = feed.end = 0;
  while (feed.part < feed.parts.size()) {
    ASSIGN_OR_RETURN(feed.end,
                     feed.parts[feed.part]->Read(reinterpret_cast<char*>(feed.buffer.data()),
                                                 feed.buffer.size()));
    if (feed.end > 0) return absl::OkStatus();
    feed.parts[feed.part++] = nullptr;
  }
  feed.buffer.Wipe();
  feed.fd.Close();  // The child sees the end.
  return absl::OkStatus();
}

absl::Status ChildPump::Serve(Feed& feed) {
  if (feed.at == feed.end) RETURN_IF_ERROR(Fill(feed));
  if (!feed.fd.valid()) return absl::OkStatus();
  const ssize_t wrote = write(feed.fd.get(), feed.buffer.data() + feed.at, feed.end - feed.at);
  if (wrote >= 0) {
    feed.at += static_cast<size_t>(wrote);
    return feed.at == feed.end ? Fill(feed) : absl::OkStatus();
  }
  // A child that needs no more of an input closes it; one that died does too.
  if (!WouldBlock()) feed.fd.Close();
  return absl::OkStatus();
}

absl::Status ChildPump::Serve(Drain& drain) {
  const ssize_t got = read(drain.fd.get(), drain.buffer.data(), drain.buffer.size());
  if (got < 0 && WouldBlock()) return absl::OkStatus();
  if (got <= 0) {
    drain.fd.Close();
    return absl::OkStatus();
  }
  const auto size = static_cast<size_t>(got);
  drain.bytes += got;
  EVP_DigestUpdate(drain.hash.get(), drain.buffer.data(), size);
  return drain.writer->Write(absl::string_view(drain.buffer.data(), size));
}

absl::Status ChildPump::ServeControl() {
  char buffer[65536];
  const ssize_t got = read(control_.get(), buffer, sizeof buffer);
  if (got < 0 && WouldBlock()) return absl::OkStatus();
  if (got <= 0) {
    control_.Close();
    return absl::OkStatus();
  }
  parser_.Add(absl::string_view(buffer, static_cast<size_t>(got)));
  ControlMessage message;
  while (true) {
    ASSIGN_OR_RETURN(const bool whole, parser_.Next(&message));
    if (!whole) return absl::OkStatus();
    RETURN_IF_ERROR(Obey(message));
  }
}

absl::Status ChildPump::Obey(const ControlMessage& message) {
  const std::vector<std::string>& fields = message.fields;
  if (ended_) return BadChild();  // Nothing comes after the end.
  switch (message.type) {
    case ControlType::kProgress: {
      ChildProgress progress;
      if (fields.size() != 3 || !IsStageName(fields[0]) ||
          !absl::SimpleAtoi(fields[1], &progress.done) ||
          !absl::SimpleAtoi(fields[2], &progress.total)) {
        return BadChild();
      }
      progress.stage = fields[0];
      progress_ = std::move(progress);
      progress_is_new_ = true;
      return absl::OkStatus();
    }
    case ControlType::kStage: {
      ChildStage stage;
      int64_t microseconds = 0;
      if (fields.size() != 4 || !IsStageName(fields[0]) || result_.stages.size() >= kMaxStages ||
          !absl::SimpleAtoi(fields[1], &microseconds) ||
          !absl::SimpleAtoi(fields[2], &stage.records) ||
          !absl::SimpleAtoi(fields[3], &stage.peak_memory_bytes)) {
        return BadChild();
      }
      stage.stage = fields[0];
      stage.seconds = static_cast<double>(microseconds) / 1e6;
      result_.stages.push_back(std::move(stage));
      return absl::OkStatus();
    }
    case ControlType::kOutput:
      for (const auto& drain : drains_) {
        if (fields.size() == 1 && drain->name == fields[0]) drain->finished = true;
      }
      return absl::OkStatus();
    case ControlType::kResult:
      if (fields.size() != 1) return BadChild();
      result_.result = fields[0];
      ended_ = true;
      return absl::OkStatus();
    case ControlType::kError:
      child_error_ = StatusOf(message);
      ended_ = true;
      return absl::OkStatus();
  }
  return BadChild();
}

absl::Status ChildPump::Report() {
  const absl::Time now = absl::Now();
  if (now - began_ > request_.time_limit) return OutOfTime();
  if (!progress_is_new_ && now - reported_ < kHeartbeat) return absl::OkStatus();
  progress_is_new_ = false;
  reported_ = now;
  return request_.on_progress == nullptr || request_.on_progress(progress_) ? absl::OkStatus()
                                                                            : Cancelled();
}

bool ChildPump::Waiting() const {
  return control_.valid() || std::any_of(drains_.begin(), drains_.end(),
                                         [](const auto& drain) { return drain->fd.valid(); });
}

absl::Status ChildPump::Run() {
  // poll() passes over negative descriptors: closed ones keep their place.
  std::vector<pollfd> polled;
  while (Waiting()) {
    polled.clear();
    polled.push_back({control_.get(), POLLIN, 0});
    for (const auto& feed : feeds_) polled.push_back({feed->fd.get(), POLLOUT, 0});
    for (const auto& drain : drains_) polled.push_back({drain->fd.get(), POLLIN, 0});
    if (poll(polled.data(), polled.size(), kPollMilliseconds) < 0 && errno != EINTR) {
      return absl::InternalError("poll failed");
    }
    const pollfd* next = polled.data();
    if ((next++)->revents != 0) RETURN_IF_ERROR(ServeControl());
    for (const auto& feed : feeds_) {
      if ((next++)->revents != 0) RETURN_IF_ERROR(Serve(*feed));
    }
    for (const auto& drain : drains_) {
      if ((next++)->revents != 0) RETURN_IF_ERROR(Serve(*drain));
    }
    RETURN_IF_ERROR(Report());
  }
  return absl::OkStatus();
}

absl::StatusOr<ChildResult> ChildPump::Take() {
  RETURN_IF_ERROR(child_error_);
  for (const auto& drain : drains_) {
    if (!drain->finished) continue;
    std::string digest(32, '\0');
    EVP_DigestFinal_ex(drain->hash.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    result_.outputs[drain->name] = {drain->bytes, digest};
  }
  return std::move(result_);
}

}  // namespace oboro::platform
