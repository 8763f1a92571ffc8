#include "broker/session/session_table.h"

#include <gtest/gtest.h>

#include <set>

namespace antiphon {
namespace {

TEST(SessionTable, FindsASessionByItsIdUntilItIsRemoved) {
  SessionTable table;
  Session& first = table.add();
  Session& second = table.add();
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(table.find(first.id), &first);
  EXPECT_EQ(table.find(second.id), &second);
  EXPECT_EQ(table.count(), 2u);
  const SessionId gone = first.id;
  table.remove(gone);
  EXPECT_EQ(table.find(gone), nullptr);
  EXPECT_EQ(table.count(), 1u);
}

TEST(SessionTable, AStaleIdNeverFindsTheSuccessor) {
  SessionTable table;
  std::set<uint64_t> seen;
  for (int i = 0; i < 100; ++i) {
    const SessionId id = table.add().id;
    EXPECT_EQ(id.slot, 0u) << "the slot is given out again";
    EXPECT_TRUE(seen.insert(id.packed()).second);
    table.remove(id);
    EXPECT_EQ(table.find(id), nullptr);
  }
}

TEST(SessionTable, SlotsOfACrowdThatHasGoneAreGivenBackAndTheirIdsStayStale) {
  SessionTable table;
  std::vector<SessionId> crowd;
  for (int i = 0; i < 10; ++i) crowd.push_back(table.add().id);
  const SessionId stays = crowd[2];
  table.remove(crowd[9]);
  crowd[9] = table.add().id;  // its slot has been given out more often than the others
  for (const SessionId id : crowd) {
    if (id != stays) table.remove(id);
  }
  const auto slots_behind_it = [&] { return table.visit_some(0, stays.slot + 1, [](Session&) {}); };
  EXPECT_TRUE(slots_behind_it());
  table.trim();
  EXPECT_FALSE(slots_behind_it());
  EXPECT_NE(table.find(stays), nullptr);
  EXPECT_EQ(table.count(), 1u);
  std::set<uint64_t> before;
  for (const SessionId id : crowd) before.insert(id.packed());
  std::set<uint32_t> slots;
  for (int i = 0; i < 12; ++i) {
    const SessionId id = table.add().id;
    EXPECT_FALSE(before.count(id.packed())) << "an id comes back";
    EXPECT_TRUE(slots.insert(id.slot).second);
    EXPECT_NE(table.find(id), nullptr);
  }
  EXPECT_FALSE(slots.count(stays.slot));
  EXPECT_EQ(*slots.rbegin(), 12u) << "slots without a hole";
  for (const SessionId id : crowd) EXPECT_EQ(table.find(id) != nullptr, id == stays);
}

TEST(SessionTable, NoIdIsOneOfTheShardThreadsOwnKeys) {
  SessionTable table;
  for (int i = 0; i < 3; ++i) EXPECT_GT(table.add().id.packed(), UINT32_MAX);
}

TEST(SessionTable, FindsNothingForIdsItNeverGave) {
  SessionTable table;
  EXPECT_EQ(table.find({}), nullptr);
  EXPECT_EQ(table.find({7, 1}), nullptr);
  table.add();
  EXPECT_EQ(table.find({}), nullptr);
  EXPECT_EQ(table.find({0, 99}), nullptr);
}

TEST(SessionTable, VisitsEverySessionWholeOrInPortions) {
  SessionTable table;
  std::vector<SessionId> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(table.add().id);
  for (int i = 0; i < 10; i += 3) table.remove(ids[static_cast<size_t>(i)]);
  size_t visited = 0;
  table.for_each([&visited](Session&) { ++visited; });
  EXPECT_EQ(visited, 6u);
  std::set<const Session*> seen;
  size_t first = 0;
  size_t portions = 1;
  while (table.visit_some(first, 4, [&seen](Session& session) { seen.insert(&session); })) {
    first += 4;
    ++portions;
  }
  EXPECT_EQ(seen.size(), 6u);
  EXPECT_EQ(portions, 3u);
  EXPECT_FALSE(table.visit_some(100, 4, [](Session&) { ADD_FAILURE(); }));
}

}  // namespace
}  // namespace antiphon
