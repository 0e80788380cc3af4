// Threads that stay for many small loops, where starting threads for each would cost as much as the
// loop. (parallel.h is for the few long ones.) Results never depend on how many there are.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace oboro::sdc {

class WorkerPool {
 public:
  // `threads` counts the one that calls Run.
  explicit WorkerPool(int threads) {
    for (int t = 1; t < threads; ++t) workers_.emplace_back([this, t] { Work(t); });
  }
  ~WorkerPool() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ended_ = true;
    }
    ++jobs_;
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Runs fn(t, i) for every i in [0, n), t being the thread, and returns when all are done. Not
  // from within itself.
  void Run(uint64_t n, std::function<void(int, uint64_t)> fn) {
    if (n == 0) return;
    std::unique_lock<std::mutex> lock(mutex_);
    fn_ = std::move(fn);
    next_ = 0;
    size_ = left_ = n;
    if (n > 1 && !workers_.empty()) {
      ++jobs_;
      wake_.notify_all();
    }
    TakeItems(0, lock);
    done_.wait(lock, [this] { return left_ == 0; });
  }

 private:
  // A worker that has just ended a job looks out for the next this often before it sleeps: batches
  // of a search follow each other within microseconds.
  static constexpr int kLooks = 2000;

  void TakeItems(int t, std::unique_lock<std::mutex>& lock) {
    while (next_ < size_) {
      const uint64_t i = next_++;
      lock.unlock();
      fn_(t, i);
      lock.lock();
      if (--left_ == 0) done_.notify_all();
    }
  }

  void Work(int t) {
    uint64_t seen = 0;
    for (;;) {
      for (int look = 0; look < kLooks && jobs_.load(std::memory_order_relaxed) == seen; ++look) {
        Pause();
      }
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return ended_ || jobs_ != seen; });
      if (ended_) return;
      seen = jobs_;
      TakeItems(t, lock);
    }
  }

  static void Pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::atomic<uint64_t> jobs_{0};  // how many there were
  // Of the present job, under the mutex; fn_ changes only when no item is left.
  std::function<void(int, uint64_t)> fn_;
  uint64_t next_ = 0, size_ = 0, left_ = 0;
  bool ended_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace oboro::sdc
