// Wakes a shard that sleeps in its poller, at most once per sleep.
//
// MODEL: the sleeper announces that it will sleep, looks at its queues once more, and sleeps. A
// waker pushes first and then looks whether the sleeper announced. All of them change the flag by
// exchange, and exchanges of one flag stand in one order: either the waker's comes later and sees
// the announcement, or the sleeper's comes later and sees what was pushed. So no wake-up is lost,
// and a busy shard costs its senders no system call.
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
  void will_sleep() { asleep_.exchange(true, std::memory_order_acq_rel); }
  // An exchange too: a plain store would stand between a waker's and the next announcement.
  void awake() { asleep_.exchange(false, std::memory_order_acq_rel); }
  // Makes the descriptor unreadable again.
  void drain();

 private:
  const int descriptor_;
  std::atomic<bool> asleep_{false};
};

}  // namespace antiphon
