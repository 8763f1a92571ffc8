#include "broker/routing/split_table.h"

#include <gtest/gtest.h>

#include <string>

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

using Map = SplitTable<TextMap<int>>;
using Set = SplitTable<TextSet>;

std::string key(size_t i) {
  return "key." + std::to_string(i);
}

TEST(SplitTableTest, FindsWhatIsThereBeforeAndAfterItIsCut) {
  Map map;
  constexpr size_t kMany = 3 * Map::kSplitAt;
  for (size_t i = 0; i < kMany; ++i) {
    EXPECT_EQ(map.find(key(i)), nullptr);
    map.insert(key(i), {key(i), static_cast<int>(i)});
    EXPECT_EQ(map.size(), i + 1);
    ASSERT_NE(map.find(key(i / 2)), nullptr);
    ASSERT_EQ(map.find(key(i / 2))->second, static_cast<int>(i / 2));
  }
  size_t visited = 0;
  map.for_each([&visited](const auto& entry) {
    ++visited;
    ASSERT_EQ(entry.first, key(static_cast<size_t>(entry.second)));
  });
  EXPECT_EQ(visited, kMany);
}

TEST(SplitTableTest, ErasesDownToNothingAndStartsAgain) {
  Set set;
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i <= Set::kSplitAt; ++i) set.insert(key(i), key(i));
    for (size_t i = 0; i <= Set::kSplitAt; ++i) {
      ASSERT_NE(set.find(key(i)), nullptr);
      set.erase(key(i));
      ASSERT_EQ(set.find(key(i)), nullptr);
    }
    EXPECT_TRUE(set.empty());
  }
}

TEST(SplitTableTest, IsOneTableAgainWhenFewAreLeft) {
  Map map;
  for (size_t i = 0; i <= Map::kSplitAt; ++i) map.insert(key(i), {key(i), static_cast<int>(i)});
  EXPECT_TRUE(map.is_split());
  for (size_t left = Map::kSplitAt; left > Map::kJoinAt; --left) {
    EXPECT_TRUE(map.is_split());
    map.erase(key(left));
  }
  map.erase(key(0));
  EXPECT_FALSE(map.is_split());
  EXPECT_EQ(map.size(), Map::kJoinAt);
  for (size_t i = 1; i <= Map::kJoinAt; ++i) {
    ASSERT_NE(map.find(key(i)), nullptr);
    EXPECT_EQ(map.find(key(i))->second, static_cast<int>(i));
  }
  map.insert(key(0), {key(0), 0});
  EXPECT_FALSE(map.is_split());
}

}  // namespace
}  // namespace antiphon
