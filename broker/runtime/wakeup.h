// Wakes a shard that sleeps in its poller, at most once per sleep.
//
// MODEL: the sleeper announces that it will sleep, looks at its queues once more, and sleeps. A
// waker pushes first and then looks whether the sleeper announced. Both steps are sequentially
// consistent, so at least one of the two sees the other: no wake-up is lost, and a busy shard costs
// its senders no system call.
#pragma once

#include <atomic>

namespace antiphon {

class Wakeup {
 public:
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  // The descriptor that becomes readable when somebody wakes the sleeper.
  int descriptor() const { return descriptor_; }

  // Any thread, after it has pushed something.
  void wake();

  // The sleeper: before its last look at the queues, and after it woke.
  void will_sleep() { asleep_.store(true, std::memory_order_seq_cst); }
  void awake() { asleep_.store(false, std::memory_order_relaxed); }
  // Makes the descriptor unreadable again.
  void drain();

 private:
  const int descriptor_;
  std::atomic<bool> asleep_{false};
};

}  // namespace antiphon
