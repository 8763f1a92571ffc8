#include "broker/net/hello_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "broker/runtime/random.h"

namespace antiphon {
namespace {

HelloQueue::Source source(uint8_t number) {
  HelloQueue::Source address{};
  address[15] = number;
  return address;
}

std::vector<uint64_t> drain(HelloQueue& queue) {
  std::vector<uint64_t> order;
  while (const auto key = queue.pop()) order.push_back(*key);
  return order;
}

TEST(HelloQueue, ServesTheNewestFirst) {
  HelloQueue queue;
  for (uint8_t i = 0; i < 4; ++i) queue.push(source(i), i);
  EXPECT_EQ(queue.size(), 4u);
  EXPECT_EQ(drain(queue), (std::vector<uint64_t>{3, 2, 1, 0}));
  EXPECT_TRUE(queue.empty());
}

TEST(HelloQueue, ServesTheNewestOfOneSourceFirst) {
  HelloQueue queue;
  for (uint64_t i = 0; i < 4; ++i) queue.push(source(1), i);
  EXPECT_EQ(drain(queue), (std::vector<uint64_t>{3, 2, 1, 0}));
}

TEST(HelloQueue, SourcesTakeTurns) {
  HelloQueue queue;
  queue.push(source(1), 10);
  for (uint64_t i = 0; i < 3; ++i) queue.push(source(2), 20 + i);
  EXPECT_EQ(drain(queue), (std::vector<uint64_t>{22, 10, 21, 20}));
}

TEST(HelloQueue, OneConnectionAfterTheOtherGetsNoMoreThanATurnEither) {
  HelloQueue queue;
  for (uint8_t i = 1; i <= 3; ++i) queue.push(source(i), i);
  queue.push(source(9), 90);
  EXPECT_EQ(queue.pop(), 90u);
  queue.push(source(9), 91);  // the newest, but its source had its turn
  EXPECT_EQ(drain(queue), (std::vector<uint64_t>{3, 2, 1, 91}));
}

TEST(HelloQueue, WhoHasGoneIsNotServed) {
  HelloQueue queue;
  queue.push(source(1), 1);
  queue.push(source(2), 2);
  queue.push(source(2), 3);
  EXPECT_TRUE(queue.erase(source(2), 3));
  EXPECT_FALSE(queue.erase(source(2), 3));
  EXPECT_FALSE(queue.erase(source(7), 1));
  EXPECT_EQ(drain(queue), (std::vector<uint64_t>{2, 1}));
  queue.push(source(2), 4);
  EXPECT_EQ(queue.pop(), 4u);
}

TEST(HelloQueue, EveryoneIsServedOnceInRandomOrders) {
  Random random(11);
  for (int round = 0; round < 300; ++round) {
    HelloQueue queue;
    std::map<uint64_t, HelloQueue::Source> waiting;
    std::set<uint64_t> served;
    uint64_t next = 0;
    for (int step = 0; step < 200; ++step) {
      const uint64_t what = random.below(4);
      if (what < 2) {
        const auto from = source(static_cast<uint8_t>(random.below(9)));
        queue.push(from, next);
        waiting[next++] = from;
      } else if (what == 2 && !waiting.empty()) {
        auto gone = waiting.begin();
        std::advance(gone, static_cast<ptrdiff_t>(random.below(waiting.size())));
        ASSERT_TRUE(queue.erase(gone->second, gone->first));
        waiting.erase(gone);
      } else if (const auto key = queue.pop()) {
        ASSERT_EQ(waiting.erase(*key), 1u);
        ASSERT_TRUE(served.insert(*key).second);
      }
      ASSERT_EQ(queue.size(), waiting.size());
    }
    ASSERT_EQ(drain(queue).size(), waiting.size());
  }
}

}  // namespace
}  // namespace antiphon
