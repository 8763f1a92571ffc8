#include "broker/runtime/wakeup.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <thread>

#include "broker/runtime/spsc_ring.h"

namespace antiphon {
namespace {

bool is_readable(const Wakeup& wakeup, int timeout_ms) {
  pollfd one{wakeup.descriptor(), POLLIN, 0};
  return ::poll(&one, 1, timeout_ms) == 1;
}

TEST(Wakeup, DoesNothingWhileNobodySleeps) {
  Wakeup wakeup;
  wakeup.wake();
  EXPECT_FALSE(is_readable(wakeup, 0));
}

TEST(Wakeup, WakesASleeperOnceUntilItIsDrained) {
  Wakeup wakeup;
  wakeup.will_sleep();
  wakeup.wake();
  wakeup.wake();
  EXPECT_TRUE(is_readable(wakeup, 0));
  wakeup.awake();
  wakeup.drain();
  EXPECT_FALSE(is_readable(wakeup, 0));
  wakeup.drain();
  wakeup.wake();
  EXPECT_FALSE(is_readable(wakeup, 0));
}

TEST(Wakeup, LosesNoWakeUpBetweenTwoThreads) {
  // One number at a time: the consumer sleeps for ever when a single wake-up is lost.
  constexpr uint64_t kCount = 20'000;
  Wakeup wakeup;
  SpscRing<uint64_t> ring(1);
  std::thread producer([&] {
    for (uint64_t i = 0; i < kCount; ++i) {
      while (!ring.try_push(uint64_t(i))) std::this_thread::yield();
      wakeup.wake();
    }
  });
  constexpr int kTooLongMs = 20'000;
  bool lost = false;
  uint64_t value = 0;
  for (uint64_t taken = 0; taken < kCount && !lost;) {
    wakeup.will_sleep();
    if (ring.empty()) lost = !is_readable(wakeup, kTooLongMs);
    wakeup.awake();
    wakeup.drain();
    while (ring.try_pop(value)) ++taken;
  }
  EXPECT_FALSE(lost);
  while (lost && value + 1 < kCount) ring.try_pop(value);  // lets the producer end
  producer.join();
}

}  // namespace
}  // namespace antiphon
