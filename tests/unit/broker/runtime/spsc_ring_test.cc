#include "broker/runtime/spsc_ring.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace antiphon {
namespace {

TEST(SpscRing, GivesBackInOrderWhatWasPushed) {
  SpscRing<int> ring(4);
  EXPECT_TRUE(ring.empty());
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.try_push(int(i)));
  EXPECT_FALSE(ring.empty());
  for (int i = 0; i < 4; ++i) {
    int value = -1;
    ASSERT_TRUE(ring.try_pop(value));
    EXPECT_EQ(value, i);
  }
  int value = 7;
  EXPECT_FALSE(ring.try_pop(value));
  EXPECT_EQ(value, 7);
  EXPECT_TRUE(ring.empty());
}

TEST(SpscRing, RefusesWhatDoesNotFitAndLeavesItUntouched) {
  SpscRing<std::unique_ptr<int>> ring(2);
  ASSERT_TRUE(ring.try_push(std::make_unique<int>(1)));
  ASSERT_TRUE(ring.try_push(std::make_unique<int>(2)));
  auto third = std::make_unique<int>(3);
  EXPECT_FALSE(ring.try_push(std::move(third)));
  ASSERT_NE(third, nullptr);
  EXPECT_EQ(*third, 3);
  std::unique_ptr<int> taken;
  ASSERT_TRUE(ring.try_pop(taken));
  EXPECT_EQ(*taken, 1);
  EXPECT_TRUE(ring.try_push(std::move(third)));
  EXPECT_EQ(third, nullptr);
}

TEST(SpscRing, HoldsOneWhenItsCapacityIsOne) {
  SpscRing<int> ring(1);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(ring.try_push(int(i)));
    EXPECT_FALSE(ring.try_push(99));
    int value = -1;
    EXPECT_TRUE(ring.try_pop(value));
    EXPECT_EQ(value, i);
  }
}

TEST(SpscRingDeathTest, WantsAPowerOfTwo) {
  EXPECT_DEATH(SpscRing<int>(3), "check failed");
  EXPECT_DEATH(SpscRing<int>(0), "check failed");
}

TEST(SpscRing, LosesNothingBetweenTwoThreads) {
  constexpr uint64_t kCount = 200'000;
  SpscRing<uint64_t> ring(16);
  std::thread producer([&ring] {
    for (uint64_t i = 0; i < kCount; ++i) {
      while (!ring.try_push(uint64_t(i))) std::this_thread::yield();
    }
  });
  uint64_t wrong = 0;
  for (uint64_t expected = 0; expected < kCount; ++expected) {
    uint64_t value = 0;
    while (!ring.try_pop(value)) std::this_thread::yield();
    wrong += value != expected ? 1 : 0;
  }
  producer.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_TRUE(ring.empty());
}

}  // namespace
}  // namespace antiphon
