#include "broker/session/sid_table.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(SidTable, FindsWhatWasAdded) {
  SidTable table;
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.find("1"), nullptr);
  Subscription& one = table.add(nullptr, "1");
  Subscription& other = table.add(nullptr, "a-sid-longer-than-fits-inline");
  EXPECT_EQ(table.find("1"), &one);
  EXPECT_EQ(table.find("a-sid-longer-than-fits-inline"), &other);
  EXPECT_EQ(table.find("11"), nullptr);
  EXPECT_EQ(table.find(""), nullptr);
  EXPECT_EQ(table.size(), 2u);
}

TEST(SidTable, KeepsWorkingWhenItGrowsAnIndex) {
  SidTable table;
  std::vector<Subscription*> added;
  for (size_t i = 0; i < 3 * SidTable::kSearchedMax; ++i) {
    added.push_back(&table.add(nullptr, std::to_string(i)));
    for (size_t j = 0; j <= i; ++j) ASSERT_EQ(table.find(std::to_string(j)), added[j]);
  }
  // From the middle outwards, so that the last one often moves.
  for (size_t i = 0; i < added.size(); ++i) {
    const size_t at = (added.size() / 2 + i) % added.size();
    table.erase(*added[at]);
    added[at] = nullptr;
    for (size_t j = 0; j < added.size(); ++j) {
      ASSERT_EQ(table.find(std::to_string(j)), added[j]);
    }
  }
  EXPECT_TRUE(table.empty());
}

TEST(SidTable, ForgetsEverythingWhenCleared) {
  SidTable table;
  for (size_t i = 0; i < 2 * SidTable::kSearchedMax; ++i) table.add(nullptr, std::to_string(i));
  table.clear();
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.find("1"), nullptr);
  table.add(nullptr, "1");
  EXPECT_NE(table.find("1"), nullptr);
}

TEST(SidTableDeathTest, NoticesASubscriptionThatIsNotIn) {
  SidTable table;
  const Subscription stranger(nullptr, "9");
  EXPECT_DEATH(table.erase(stranger), "check failed");
}

}  // namespace
}  // namespace antiphon
