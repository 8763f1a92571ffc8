#include "broker/session/closed_sessions.h"

#include <gtest/gtest.h>

#include <string>

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

SessionFacts of_a_fleet(uint64_t number) {
  const std::string name = "node" + std::to_string(number) + ".emulated.example.net";
  SessionFacts result = facts(number);
  result.start_ns = 1'790'000'000'000'000'000 + static_cast<int64_t>(number * 1'234'567);
  result.last_activity_ns = result.start_ns + 30'000'000'000 + static_cast<int64_t>(number * 7919);
  result.stop_ns = result.last_activity_ns + 12'345'678;
  result.rtt_ns = 100'000 + static_cast<int64_t>(number * 997 % 50'000);
  result.peer.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 1, static_cast<uint8_t>(number >> 8),
                    static_cast<uint8_t>(number)};
  result.peer.port = static_cast<uint16_t>(number * 40'503);
  result.reason = CloseReason::kClientClosed;
  result.details = {name, "go", "1.31.0", "", "$G"};
  result.subscription_count = 8;
  for (const char* agent : {"discovery", "rpcutil", "choria_util", "scout", "puppet", "package",
                            "service"}) {
    const std::string sid = std::to_string(result.subscriptions.size() + 1);
    result.subscriptions.push_back({std::string("mcollective.broadcast.agent.") + agent, "", sid,
                                    3, 0, number});
  }
  result.subscriptions.push_back({"mcollective.node." + name, "", "8", 0, 0, number});
  return result;
}

TEST(ClosedSessions, AFleetTakesLittle) {
  constexpr uint64_t kNodes = 10'000;
  ClosedSessions closed(kNodes);
  for (uint64_t number = 1; number <= kNodes; ++number) closed.add(of_a_fleet(number));
  EXPECT_LE(closed.bytes(), kNodes * 150);
  const auto kept = closed.snapshot();
  ASSERT_EQ(kept.size(), kNodes);
  for (uint64_t number = 1; number <= kNodes; number += 97) {
    const SessionFacts& one = kept[number - 1];
    const SessionFacts told = of_a_fleet(number);
    ASSERT_EQ(one.details.name, told.details.name);
    ASSERT_EQ(one.stop_ns, told.stop_ns);
    ASSERT_EQ(one.peer.port, told.peer.port);
    ASSERT_EQ(one.subscriptions.size(), 8u);
    ASSERT_EQ(one.subscriptions.back().subject, told.subscriptions.back().subject);
  }
}

TEST(ClosedSessions, ForgetsTheOldestWhereverTheyStand) {
  constexpr size_t kKept = 1000;  // many pages
  ClosedSessions closed(kKept);
  for (uint64_t number = 1; number <= 2500; ++number) {
    closed.add(of_a_fleet(number));
    if (number % 97 != 0) continue;
    const auto kept = closed.snapshot(WithSubscriptions::kNo);
    ASSERT_EQ(kept.size(), std::min<size_t>(number, kKept));
    ASSERT_EQ(kept.back().client_id, number);
    ASSERT_EQ(kept.front().client_id, number - kept.size() + 1);
    ASSERT_TRUE(kept.back().subscriptions.empty());
    ASSERT_EQ(kept.back().subscription_count, 8u);
  }
  // And no more than a page beyond those.
  EXPECT_LE(closed.bytes(), kKept * 150 + 2 * 2 * ClosedSessions::kPageBytes);
}

TEST(ClosedSessions, OnlyCountsWhenNothingIsToBeKept) {
  ClosedSessions closed(0);
  closed.add(facts(1));
  EXPECT_TRUE(closed.snapshot().empty());
  EXPECT_EQ(closed.total(), 1u);
}

}  // namespace
}  // namespace antiphon
