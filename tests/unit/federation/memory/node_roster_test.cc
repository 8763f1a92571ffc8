#include "federation/memory/node_roster.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::federation {
namespace {

TEST(NodeRoster, GivesEachNameANumber) {
  NodeRoster roster(100, 1000);
  const uint32_t a = roster.find_or_add("a");
  const uint32_t b = roster.find_or_add("b");
  EXPECT_NE(a, b);
  EXPECT_EQ(roster.find_or_add("a"), a);
  EXPECT_EQ(roster.find("b"), b);
  EXPECT_EQ(roster.find("c"), kNoNode);
  EXPECT_EQ(roster.name(b), "b");
}

TEST(NodeRoster, WhoWasHeardFromIsHereUntilItLeavesOrForAWhile) {
  NodeRoster roster(100, 1000);
  const uint32_t a = roster.find_or_add("a");
  EXPECT_FALSE(roster.is_here(a, 0)) << "a name alone is no sign of life";
  roster.heard(a, 500);
  EXPECT_TRUE(roster.is_here(a, 1499));
  EXPECT_FALSE(roster.is_here(a, 1500));
  EXPECT_EQ(roster.here(1499), 1u);
  roster.left(a);
  EXPECT_FALSE(roster.is_here(a, 501));
  EXPECT_EQ(roster.find("a"), a) << "its name is still known";
}

TEST(NodeRoster, HasARoomThatEnds) {
  NodeRoster roster(3, 1000);
  for (const char* name : {"a", "b", "c"}) roster.heard(roster.find_or_add(name), 0);
  EXPECT_EQ(roster.find_or_add("d"), kNoNode);
  EXPECT_EQ(roster.find_or_add(""), kNoNode);
  EXPECT_EQ(roster.find_or_add(std::string(kRosterNameBytesMax + 1, 'x')), kNoNode);
  roster.heard(roster.find("c"), 900);
  roster.compact(1000);
  EXPECT_EQ(roster.size(), 1u);
  EXPECT_EQ(roster.find("a"), kNoNode);
  ASSERT_NE(roster.find("c"), kNoNode);
  EXPECT_EQ(roster.heard_ms(roster.find("c")), 900);
  EXPECT_NE(roster.find_or_add("d"), kNoNode);
}

TEST(NodeRoster, FindsEachOfManyNames) {
  NodeRoster roster(100'000, 1000);
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(roster.find_or_add("n" + std::to_string(i)), uint32_t(i));
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(roster.find("n" + std::to_string(i)), uint32_t(i));
}

}  // namespace
}  // namespace antiphon::federation
