#include "broker/buffer/exact_slabs.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <thread>

#include "broker/runtime/random.h"

namespace antiphon {
namespace {

constexpr size_t kSizes[] = {528, 7632};
constexpr size_t kSmallReserve = 4 * ExactSlabs::kChunkBytes;

TEST(ExactSlabsTest, SizesAreRoundedUpAndOthersRefused) {
  ExactSlabs slabs(kSizes);
  void* exact = slabs.allocate(528);
  void* less = slabs.allocate(513);
  ASSERT_NE(exact, nullptr);
  ASSERT_NE(less, nullptr);
  EXPECT_EQ(slabs.size_of(less), 528u);
  for (const size_t other : {1, 512, 529, 7600, 7633, 100'000}) {
    EXPECT_EQ(slabs.allocate(other), nullptr) << other;
  }
  int elsewhere = 0;
  EXPECT_TRUE(slabs.owns(exact));
  EXPECT_FALSE(slabs.owns(&elsewhere));
  EXPECT_FALSE(slabs.owns(nullptr));
  slabs.release(exact);
  slabs.release(less);
}

TEST(ExactSlabsTest, SeventeenConnectionsShareAChunk) {
  ExactSlabs slabs(kSizes);
  std::vector<void*> taken;
  for (int i = 0; i < 17; ++i) taken.push_back(slabs.allocate(7624));
  EXPECT_EQ(slabs.chunks(), 1u);
  taken.push_back(slabs.allocate(7624));
  EXPECT_EQ(slabs.chunks(), 2u);
  for (void* object : taken) slabs.release(object);
  EXPECT_EQ(slabs.chunks(), 1u);
}

TEST(ExactSlabsTest, TrimmingLeavesOnlyWhatHoldsSomething) {
  ExactSlabs slabs(kSizes);
  void* small = slabs.allocate(528);
  void* large = slabs.allocate(7632);
  slabs.release(large);
  EXPECT_EQ(slabs.chunks(), 2u);
  slabs.trim();
  EXPECT_EQ(slabs.chunks(), 1u);
  slabs.release(small);
  slabs.trim();
  EXPECT_EQ(slabs.chunks(), 0u);
  large = slabs.allocate(7632);
  ASSERT_NE(large, nullptr);
  std::memset(large, 'x', 7632);
  slabs.release(large);
  EXPECT_EQ(slabs.chunks(), 1u);
}

TEST(ExactSlabsTest, WhatDoesNotFitAnyMoreIsRefusedUntilThereIsRoom) {
  ExactSlabs slabs(kSizes, kSmallReserve);
  std::vector<void*> taken;
  while (void* object = slabs.allocate(7632)) taken.push_back(object);
  EXPECT_EQ(taken.size(), 4u * 17);
  EXPECT_EQ(slabs.allocate(528), nullptr);
  slabs.release(taken.back());
  taken.back() = slabs.allocate(7632);
  EXPECT_NE(taken.back(), nullptr);
  for (void* object : taken) slabs.release(object);
  void* small = slabs.allocate(528);
  EXPECT_NE(small, nullptr);
  slabs.release(small);
}

// Objects never overlap, keep what is written into them, and their memory goes in the end.
TEST(ExactSlabsTest, AnyOrderOfTakingAndGivingBackWorks) {
  ExactSlabs slabs(kSizes);
  Random random(7);
  std::map<char*, char> live;
  for (int i = 0; i < 20'000; ++i) {
    const bool grows = random.below(20'000) > static_cast<uint64_t>(i);
    if (grows || live.empty()) {
      const size_t bytes = kSizes[random.below(2)];
      auto* object = static_cast<char*>(slabs.allocate(bytes));
      ASSERT_NE(object, nullptr);
      const char mark = static_cast<char>(i);
      std::memset(object, mark, bytes);
      ASSERT_TRUE(live.emplace(object, mark).second);
    } else {
      auto found = live.lower_bound(live.begin()->first + random.below(1u << 22));
      if (found == live.end()) found = live.begin();
      const size_t bytes = slabs.size_of(found->first);
      ASSERT_EQ(found->first[0], found->second);
      ASSERT_EQ(found->first[bytes - 1], found->second);
      slabs.release(found->first);
      live.erase(found);
    }
  }
  for (const auto& [object, mark] : live) slabs.release(object);
  EXPECT_LE(slabs.chunks(), 2u);
}

TEST(ExactSlabsTest, ThreadsMayGiveBackWhatOthersTook) {
  ExactSlabs slabs(kSizes);
  std::vector<void*> taken(1000);
  const auto give_back = [&slabs, &taken](size_t from) {
    for (size_t i = from; i < taken.size(); i += 2) slabs.release(taken[i]);
  };
  for (int round = 0; round < 10; ++round) {
    for (void*& object : taken) object = slabs.allocate(round % 2 == 0 ? 528 : 7632);
    std::thread other(give_back, 1);
    give_back(0);
    other.join();
  }
  EXPECT_LE(slabs.chunks(), 2u);
}

}  // namespace
}  // namespace antiphon
