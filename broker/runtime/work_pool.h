// Threads for slow work that must not run on a shard: password hashing.
//
// LIMITS: at most kWaitingMax jobs wait; a further one is refused, and the caller says so to whom
// it concerns. Jobs that have not begun when the pool is destroyed are dropped.
#pragma once

#include <absl/functional/any_invocable.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace antiphon {

class WorkPool {
 public:
  static constexpr size_t kWaitingMax = 4096;

  explicit WorkPool(size_t thread_count);
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // Any thread. False when too many jobs wait already.
  [[nodiscard]] bool submit(absl::AnyInvocable<void()> job);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<absl::AnyInvocable<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace antiphon
