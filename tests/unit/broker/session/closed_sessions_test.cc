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

TEST(ClosedSessions, OnlyCountsWhenNothingIsToBeKept) {
  ClosedSessions closed(0);
  closed.add(facts(1));
  EXPECT_TRUE(closed.snapshot().empty());
  EXPECT_EQ(closed.total(), 1u);
}

}  // namespace
}  // namespace antiphon
