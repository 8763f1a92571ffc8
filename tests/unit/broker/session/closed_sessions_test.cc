#include "broker/session/closed_sessions.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

SessionFacts facts(uint64_t client_id) {
  SessionFacts result;
  result.client_id = client_id;
  return result;
}

TEST(ClosedSessions, KeepsTheLastOnesOldestFirst) {
  ClosedSessions closed(3);
  for (uint64_t id = 1; id <= 5; ++id) closed.add(facts(id));
  const auto kept = closed.snapshot();
  ASSERT_EQ(kept.size(), 3u);
  EXPECT_EQ(kept[0].client_id, 3u);
  EXPECT_EQ(kept[2].client_id, 5u);
  EXPECT_EQ(closed.total(), 5u);
}

TEST(ClosedSessions, GivesBackTheSubscriptionsAsTheyWere) {
  ClosedSessions closed(3);
  SessionFacts one = facts(7);
  one.subscriptions.push_back({"a.*.c", "", "1", 5, 0, 7});
  one.subscriptions.push_back({"b", "workers", std::string(100, '9'), 6, 10, 7});
  closed.add(one);
  const auto kept = closed.snapshot();
  ASSERT_EQ(kept.size(), 1u);
  ASSERT_EQ(kept[0].subscriptions.size(), 2u);
  EXPECT_EQ(kept[0].subscriptions[0].subject, "a.*.c");
  EXPECT_EQ(kept[0].subscriptions[0].delivered, 5u);
  EXPECT_EQ(kept[0].subscriptions[1].queue, "workers");
  EXPECT_EQ(kept[0].subscriptions[1].sid, std::string(100, '9'));
  EXPECT_EQ(kept[0].subscriptions[1].max_messages, 10u);
  EXPECT_EQ(kept[0].subscriptions[1].client_id, 7u);
}

TEST(ClosedSessions, TheirSubscriptionsHaveABoundTogether) {
  ClosedSessions closed(100);
  SessionFacts large = facts(1);
  large.subscriptions.push_back({std::string(1 << 20, 's'), "", "1", 0, 0, 1});
  for (int i = 0; i < 50; ++i) closed.add(large);
  EXPECT_EQ(closed.snapshot().size(), 15u);
  EXPECT_EQ(closed.total(), 50u);
}

TEST(ClosedSessions, OnlyCountsWhenNothingIsToBeKept) {
  ClosedSessions closed(0);
  closed.add(facts(1));
  EXPECT_TRUE(closed.snapshot().empty());
  EXPECT_EQ(closed.total(), 1u);
}

}  // namespace
}  // namespace antiphon
