#include "broker/routing/fanout_plan.h"

#include <gtest/gtest.h>

#include <set>

#include "broker/routing/sublist.h"

namespace antiphon {

// A plan needs to know of a reader only whether it takes headers, and asks a function for that.
struct Reader {
  bool headers;
};

namespace {

bool knows_headers(const Session& session) {
  return reinterpret_cast<const Reader&>(session).headers;
}

class FanoutPlanTest : public testing::Test {
 protected:
  Subscription& add(std::string_view sid, bool headers) {
    readers_.push_back(std::make_unique<Reader>(Reader{headers}));
    subscriptions_.push_back(std::make_unique<Subscription>(
        reinterpret_cast<Session*>(readers_.back().get()), sid));
    sublist_.insert(*subscriptions_.back(), "a", {});
    return *subscriptions_.back();
  }
  SubjectEntry& entry() { return *sublist_.match("a")[0]; }

  // Checks that every reader stands in exactly one group with its own sid and headers.
  void expect_complete(const FanoutPlan& plan) {
    std::set<const Subscription*> seen;
    std::set<std::pair<std::string, bool>> kinds;
    uint32_t next = 0;
    for (const FanoutPlan::Group& group : plan.groups) {
      EXPECT_EQ(group.first, next);
      EXPECT_GT(group.count, 0u);
      next += group.count;
      const std::string sid(plan.readers[group.first]->sid.text());
      EXPECT_TRUE(kinds.emplace(sid, group.with_headers).second);
      for (uint32_t i = group.first; i < next; ++i) {
        EXPECT_TRUE(seen.insert(plan.readers[i]).second);
        EXPECT_EQ(plan.readers[i]->sid.text(), sid);
        EXPECT_EQ(knows_headers(*plan.readers[i]->session), group.with_headers);
      }
    }
    EXPECT_EQ(seen.size(), entry().plain.size());
    for (const Subscription* reader : entry().plain) EXPECT_TRUE(seen.contains(reader));
  }

  Sublist sublist_;
  std::vector<std::unique_ptr<Reader>> readers_;
  std::vector<std::unique_ptr<Subscription>> subscriptions_;
};

TEST_F(FanoutPlanTest, PutsReadersWithTheSameSidAndHeadersTogether) {
  for (int i = 0; i < 50; ++i) add(std::to_string(i % 3), i % 2 == 0);
  const FanoutPlan& plan = fanout_plan(entry(), &knows_headers);
  EXPECT_EQ(plan.groups.size(), 6u);
  expect_complete(plan);
}

TEST_F(FanoutPlanTest, IsOneGroupForAFleetThatNumbersAlike) {
  for (int i = 0; i < 20; ++i) add("7", true);
  const FanoutPlan& plan = fanout_plan(entry(), &knows_headers);
  EXPECT_EQ(plan.groups.size(), 1u);
  expect_complete(plan);
}

TEST_F(FanoutPlanTest, IsBuiltAnewOnlyWhenReadersChanged) {
  Subscription& first = add("1", true);
  add("2", true);
  const FanoutPlan* plan = &fanout_plan(entry(), &knows_headers);
  const auto* readers = plan->readers.data();
  EXPECT_EQ(fanout_plan(entry(), &knows_headers).readers.data(), readers);
  add("1", true);
  expect_complete(fanout_plan(entry(), &knows_headers));
  sublist_.remove(first);
  expect_complete(fanout_plan(entry(), &knows_headers));
}

TEST_F(FanoutPlanTest, IsBuiltAnewWhenAReadersHeadersChanged) {
  Subscription& first = add("1", true);
  add("1", true);
  EXPECT_EQ(fanout_plan(entry(), &knows_headers).groups.size(), 1u);
  readers_[0]->headers = false;
  ++first.entry->version;
  const FanoutPlan& plan = fanout_plan(entry(), &knows_headers);
  EXPECT_EQ(plan.groups.size(), 2u);
  expect_complete(plan);
}

}  // namespace
}  // namespace antiphon
