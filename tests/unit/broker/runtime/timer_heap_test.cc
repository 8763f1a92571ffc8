#include "broker/runtime/timer_heap.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "broker/runtime/random.h"

namespace antiphon {
namespace {

TEST(TimerHeap, HasNothingDueWhenItIsEmpty) {
  TimerHeap heap;
  EXPECT_EQ(heap.next_due_ms(), std::nullopt);
  EXPECT_EQ(heap.pop_due(INT64_MAX), std::nullopt);
}

TEST(TimerHeap, GivesAKeyAtItsTimeAndNotBefore) {
  TimerHeap heap;
  heap.add(100, 7);
  EXPECT_EQ(heap.next_due_ms(), 100);
  EXPECT_EQ(heap.pop_due(99), std::nullopt);
  EXPECT_EQ(heap.pop_due(100), 7u);
  EXPECT_EQ(heap.pop_due(100), std::nullopt);
}

TEST(TimerHeap, KeepsSeveralEntriesOfOneKey) {
  TimerHeap heap;
  heap.add(20, 1);
  heap.add(10, 1);
  EXPECT_EQ(heap.size(), 2u);
  EXPECT_EQ(heap.pop_due(15), 1u);
  EXPECT_EQ(heap.pop_due(15), std::nullopt);
  EXPECT_EQ(heap.pop_due(20), 1u);
}

TEST(TimerHeap, GivesTheSoonestFirst) {
  TimerHeap heap;
  Random random(4);
  std::vector<int64_t> times;
  for (uint64_t key = 0; key < 1000; ++key) {
    times.push_back(static_cast<int64_t>(random.below(500)));
    heap.add(times.back(), key);
  }
  int64_t before = 0;
  for (size_t i = 0; i < times.size(); ++i) {
    const auto key = heap.pop_due(500);
    ASSERT_TRUE(key.has_value());
    EXPECT_GE(times[*key], before);
    before = times[*key];
  }
  EXPECT_EQ(heap.size(), 0u);
}

TEST(TimerHeap, KeepsOnlyWhatIsWanted) {
  TimerHeap heap;
  Random random(5);
  std::vector<int64_t> times;
  for (uint64_t key = 0; key < 1000; ++key) {
    times.push_back(static_cast<int64_t>(random.below(500)));
    heap.add(times.back(), key);
  }
  heap.keep_only([](uint64_t key) { return key % 7 == 0; });
  EXPECT_EQ(heap.size(), 143u);
  int64_t before = 0;
  while (const auto key = heap.pop_due(500)) {
    EXPECT_EQ(*key % 7, 0u);
    EXPECT_GE(times[*key], before);
    before = times[*key];
  }
  EXPECT_EQ(heap.size(), 0u);
}

}  // namespace
}  // namespace antiphon
