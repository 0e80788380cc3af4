#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

namespace oboro::platform {

// Cancels calls whose client sends nothing for `idle`: a silent stream holds a thread and one of
// its tenant's places, and may have days until its deadline. Thread-safe; its thread runs from the
// first reading on.
class StreamWatch {
 public:
  explicit StreamWatch(std::chrono::nanoseconds idle) : idle_(idle) {}
  ~StreamWatch();
  StreamWatch(const StreamWatch&) = delete;
  StreamWatch& operator=(const StreamWatch&) = delete;

  // While it lives, a message of the call is waited for. A read that was cut off answers that there
  // are no more messages, as at a broken connection.
  class Reading {
   public:
    Reading(StreamWatch* watch, grpc::ServerContext* call);
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

   private:
    StreamWatch* const watch_;
    const int64_t number_;
  };

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    Clock::time_point until;
    grpc::ServerContext* call;
  };

  int64_t Add(grpc::ServerContext* call);
  void Remove(int64_t number);
  void Loop();

  const std::chrono::nanoseconds idle_;
  std::mutex mutex_;  // Of what follows.
  std::condition_variable changed_;
  bool stop_ = false;
  int64_t next_ = 0;
  // By number, which is by time too: each waits as long.
  std::map<int64_t, Entry> readings_;
  std::thread thread_;
};

}  // namespace oboro::platform
