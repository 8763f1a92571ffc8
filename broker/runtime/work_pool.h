// Threads for slow work that must not run on a shard: password hashes, signatures.
//
// MODEL: brief jobs go before long ones, so that those who sign are not held up by those who guess
// passwords; after kBriefInARow of them a long one has its turn.
// LIMITS: at most kLongWaitingMax and kBriefWaitingMax jobs wait; a further one is refused, and the
// caller says so to whom it concerns. A brief one for each connection that a broker takes by default. Jobs that have not begun when the pool is destroyed are dropped.
#pragma once

#include <absl/functional/any_invocable.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace antiphon {

class WorkPool {
 public:
  static constexpr size_t kLongWaitingMax = 4096;
  static constexpr size_t kBriefWaitingMax = 65536;
  static constexpr size_t kBriefInARow = 256;
  enum class Length : uint8_t { kBrief, kLong };

  explicit WorkPool(size_t thread_count);
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // Any thread. False when too many jobs of this length wait already; then `job` is dropped.
  [[nodiscard]] bool submit(absl::AnyInvocable<void()> job, Length length = Length::kLong);

 private:
  using Jobs = std::deque<absl::AnyInvocable<void()>>;

  void run();
  absl::AnyInvocable<void()> take();  // REQUIRES: one waits, and the lock is held

  std::mutex mutex_;
  std::condition_variable changed_;
  Jobs brief_;
  Jobs long_;
  size_t brief_in_a_row_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace antiphon
