#include "services/platform/rpc/stream_watch.h"

namespace oboro::platform {

StreamWatch::Reading::Reading(StreamWatch* watch, grpc::ServerContext* call)
    : watch_(watch), number_(watch->Add(call)) {}

StreamWatch::Reading::~Reading() { watch_->Remove(number_); }

StreamWatch::~StreamWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

int64_t StreamWatch::Add(grpc::ServerContext* call) {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { Loop(); });
  // One that waits for the first entry is woken; later entries end later.
  if (readings_.empty()) changed_.notify_all();
  readings_[++next_] = {Clock::now() + idle_, call};
  return next_;
}

void StreamWatch::Remove(int64_t number) {
  const std::lock_guard lock(mutex_);
  readings_.erase(number);
}

void StreamWatch::Loop() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (readings_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = readings_.begin();
    if (first->second.until > Clock::now()) {
      changed_.wait_until(lock, Clock::time_point(first->second.until));
      continue;
    }
    // Under the lock: the call lives as long as its reading is listed.
    first->second.call->TryCancel();
    readings_.erase(first);
  }
}

}  // namespace oboro::platform
