#include "broker/session/interest_exchange.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class InterestExchangeTest : public Scene {
 protected:
  InterestExchangeTest() { settings_.shard_count = 3; }
  // What each shard believes about who wants `subject`.
  std::vector<ShardMask> beliefs(std::string_view subject) {
    std::vector<ShardMask> result;
    for (uint16_t i = 0; i < 3; ++i) {
      result.push_back(shard(i).interest.match(kGlobalAccount, subject).plain);
    }
    return result;
  }
  static std::vector<ShardMask> all(ShardMask mask) { return {mask, mask, mask}; }
};

TEST_F(InterestExchangeTest, EveryShardLearnsWhatEveryOtherWants) {
  SceneClient a = client(0);
  SceneClient b = client(2);
  a.send("SUB x 1\r\n");
  EXPECT_EQ(beliefs("x"), all(0b001));
  b.send("SUB x 1\r\nSUB y.* 2\r\n");
  EXPECT_EQ(beliefs("x"), all(0b101));
  EXPECT_EQ(beliefs("y.z"), all(0b100));
  a.send("UNSUB 1\r\n");
  EXPECT_EQ(beliefs("x"), all(0b100));
}

TEST_F(InterestExchangeTest, OnlyTheFirstAndTheLastOfAShardAreTold) {
  SceneClient a = client(1);
  SceneClient b = client(1);
  a.send("SUB x 1\r\n");
  const uint64_t after_first = shard(1).interest_sequence;
  b.send("SUB x 1\r\n");
  a.send("UNSUB 1\r\n");
  EXPECT_EQ(shard(1).interest_sequence, after_first);
  b.send("UNSUB 1\r\n");
  EXPECT_EQ(shard(1).interest_sequence, after_first + 1);
}

TEST_F(InterestExchangeTest, SizesOfGroupsAreTold) {
  SceneClient a = client(1);
  SceneClient b = client(2);
  a.send("SUB x q 1\r\nSUB x q 2\r\n");
  b.send("SUB x q 1\r\n");
  for (uint16_t i = 0; i < 3; ++i) {
    const InterestMatch& match = shard(i).interest.match(kGlobalAccount, "x");
    ASSERT_EQ(match.queues.size(), 1u);
    EXPECT_EQ(match.queues[0].members(), 3u);
    EXPECT_EQ(match.plain, 0u);
  }
  a.close();
  EXPECT_EQ(shard(0).interest.match(kGlobalAccount, "x").queues[0].members(), 1u);
}

TEST_F(InterestExchangeTest, WhatAClosedSessionWantedIsForgottenEverywhere) {
  // On the coordinating shard too, which then has nothing else to wake it.
  for (uint16_t home = 0; home < 3; ++home) {
    SceneClient client = this->client(home);
    client.send("SUB x 1\r\nSUB x.> 2\r\nSUB y q 3\r\n");
    EXPECT_NE(beliefs("x"), all(0));
    client.close();
    EXPECT_EQ(beliefs("x"), all(0)) << home;
    EXPECT_EQ(beliefs("x.y"), all(0)) << home;
    EXPECT_EQ(shard(0).book->entry_count(), 0u) << home;
    EXPECT_EQ(shard(0).book->waiting_for_reclaim(), 0u) << home;
  }
}

TEST_F(InterestExchangeTest, NothingIsExchangedByAShardAlone) {
  settings_.shard_count = 1;
  SceneClient client = this->client(0);
  client.send("SUB x 1\r\nPING\r\n");
  EXPECT_EQ(client.take(), "PONG\r\n");
  EXPECT_EQ(shard().book, nullptr);
  EXPECT_EQ(shard().interest_sequence, 0u);
}

TEST_F(InterestExchangeTest, ManyChangesOfATurnAreOneSnapshot) {
  SceneClient client = this->client(0);
  std::string text;
  const size_t last = TurnLimits::kSubscriptionChanges - 1;
  for (size_t i = 0; i <= last; ++i) text += "SUB s." + std::to_string(i) + " " + std::to_string(i) + "\r\n";
  const uint64_t before = shard(0).interest.snapshot().version;
  client.send(text);
  EXPECT_EQ(shard(0).interest.snapshot().version, before + 1);
  EXPECT_EQ(beliefs("s." + std::to_string(last)), all(0b001));
}

}  // namespace
}  // namespace antiphon
