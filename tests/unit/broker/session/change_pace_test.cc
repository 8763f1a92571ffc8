#include "broker/session/change_pace.h"

#include <absl/strings/str_cat.h>

#include <vector>

#include "broker/session/close.h"
#include "broker/session/turn.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

constexpr size_t kOfTurn = TurnLimits::kSubscriptionChanges;

std::string subs(const std::string& prefix, size_t count) {
  std::string lines;
  for (size_t sid = 1; sid <= count; ++sid) {
    absl::StrAppend(&lines, "SUB ", prefix, ".", sid, " ", sid, "\r\n");
  }
  return lines;
}

std::string unsubs(size_t count) {
  std::string lines;
  for (size_t sid = 1; sid <= count; ++sid) absl::StrAppend(&lines, "UNSUB ", sid, "\r\n");
  return lines;
}

class ChangePaceTest : public Scene {
 protected:
  size_t subscriptions(uint16_t index = 0) {
    return shard(index).account(kGlobalAccount).sublist.counters().subscriptions;
  }
};

TEST_F(ChangePaceTest, ATurnTakesABoundedNumberOfAllSessionsTogether) {
  constexpr size_t kClients = 10;
  std::vector<SceneClient> clients;
  for (size_t i = 0; i < kClients; ++i) clients.push_back(client());
  for (size_t i = 0; i < kClients; ++i) clients[i].send_later(subs(absl::StrCat("c", i), kOfTurn));
  for (size_t turn = 1; turn <= kClients; ++turn) {
    world().run_turn(0);
    EXPECT_EQ(subscriptions(), turn * kOfTurn);
  }
  EXPECT_FALSE(has_more_work(shard()));
  for (SceneClient& client : clients) client.send_later(unsubs(kOfTurn));
  for (size_t turn = 1; turn <= kClients; ++turn) {
    world().run_turn(0);
    EXPECT_EQ(subscriptions(), (kClients - turn) * kOfTurn);
  }
  EXPECT_FALSE(has_more_work(shard()));
}

TEST_F(ChangePaceTest, OneWithManyKeepsAnotherWaitingForOneTurnOnly) {
  SceneClient many = client();
  SceneClient one = client();
  many.send_later(subs("many", 20 * kOfTurn));
  world().run_turn(0);
  one.send_later("SUB one 1\r\nPING\r\n");
  world().run_turn(0);  // it stands behind the other, who has the whole turn
  EXPECT_EQ(one.take(), "");
  world().run_turn(0);
  EXPECT_EQ(one.take(), "PONG\r\n");
  EXPECT_EQ(subscriptions(), 3 * kOfTurn);
}

TEST_F(ChangePaceTest, WhoCameFirstIsServedFirst) {
  SceneClient first = client();
  SceneClient second = client();
  first.send_later(subs("first", kOfTurn + 2));
  world().run_turn(0);
  second.send_later(subs("second", kOfTurn));
  world().run_turn(0);
  EXPECT_EQ(first.session().subscriptions.size(), kOfTurn + 2);
  EXPECT_EQ(second.session().subscriptions.size(), kOfTurn - 2);
}

TEST_F(ChangePaceTest, WhoPublishesDoesNotWait) {
  SceneClient many = client();
  SceneClient publisher = client();
  publisher.send("SUB echo 1\r\n");
  many.send_later(subs("many", 20 * kOfTurn));
  for (int turn = 0; turn < 10; ++turn) {
    publisher.send_later("PUB echo 1\r\nx\r\n");
    world().run_turn(0);
    EXPECT_EQ(publisher.take(), "MSG echo 1 1\r\nx\r\n");
  }
  EXPECT_FALSE(shard().change_pace.waiting.empty());
}

TEST_F(ChangePaceTest, TheOrderOfASessionsFramesStays) {
  SceneClient many = client();
  SceneClient one = client();
  many.send_later(subs("many", 3 * kOfTurn));
  one.send_later("PUB a 1\r\n1\r\nSUB a 1\r\nPUB a 1\r\n2\r\nUNSUB 1\r\nPUB a 1\r\n3\r\nPING\r\n");
  EXPECT_TRUE(world().settle());
  EXPECT_EQ(one.take(), "MSG a 1 1\r\n2\r\nPONG\r\n");
}

TEST_F(ChangePaceTest, OneThatLeavesWhileItWaitsIsForgotten) {
  SceneClient many = client();
  SceneClient leaver = client();
  SceneClient last = client();
  many.send_later(subs("many", 2 * kOfTurn));
  leaver.send_later("SUB leaver 1\r\n");
  last.send_later("SUB last 1\r\n");
  world().run_turn(0);
  EXPECT_EQ(shard().change_pace.waiting.size(), 3u);
  close_session(shard(), leaver.session(), CloseReason::kClientClosed);
  EXPECT_TRUE(world().settle());
  EXPECT_EQ(subscriptions(), 2 * kOfTurn + 1);
  EXPECT_EQ(last.session().subscriptions.size(), 1u);
}

TEST_F(ChangePaceTest, ASecondConnectWaitsUntilWhatItEndsIsTakenOut) {
  SceneClient client = this->client();
  client.send(subs("s", 3 * kOfTurn));
  client.send_later("CONNECT {\"verbose\":true}\r\nSUB t 1\r\n");
  for (size_t turn = 1; turn <= 2; ++turn) {
    world().run_turn(0);
    EXPECT_EQ(subscriptions(), (3 - turn) * kOfTurn);
    EXPECT_EQ(client.take(), "");
  }
  EXPECT_TRUE(world().settle());
  EXPECT_EQ(subscriptions(), 1u);
  EXPECT_EQ(client.take(), "+OK\r\n+OK\r\n");
}

class ChangePaceOfShardsTest : public ChangePaceTest {
 protected:
  ChangePaceOfShardsTest() { settings_.shard_count = 2; }
};

TEST_F(ChangePaceOfShardsTest, WhatOthersDoNotKnowOfIsBounded) {
  constexpr size_t kMany = TurnLimits::kUnseenChanges + 10 * kOfTurn;
  SceneClient client = this->client(1);
  client.send_later(subs("s", kMany));
  // The coordinating shard does not get to its turn.
  for (size_t turn = 0; turn < kMany; ++turn) world().run_turn(1);
  EXPECT_EQ(subscriptions(1), TurnLimits::kUnseenChanges);
  EXPECT_FALSE(has_more_work(shard(1))) << "it would turn without having anything to do";
  EXPECT_TRUE(world().settle());
  EXPECT_EQ(subscriptions(1), kMany);
  EXPECT_EQ(shard(1).interest_visible, kMany);
  // The same on the way out, in which another one may still come.
  client.pipe().close();
  for (size_t turn = 0; turn < kMany; ++turn) world().run_turn(1);
  EXPECT_EQ(subscriptions(1), kMany - TurnLimits::kUnseenChanges);
  EXPECT_FALSE(has_more_work(shard(1)));
  EXPECT_TRUE(world().settle());
  EXPECT_EQ(subscriptions(1), 0u);
}

TEST_F(ChangePaceOfShardsTest, TheCoordinatingShardAppliesABoundedNumberInATurn) {
  SceneClient client = this->client(1);
  client.send_later(subs("s", 4 * TurnLimits::kAppliedChanges));
  for (int turn = 0; turn < 20; ++turn) world().run_turn(1);
  size_t known = 0;
  for (int turn = 0; turn < 4; ++turn) {
    EXPECT_EQ(shard(0).book->entry_count(), known);
    world().run_turn(0);
    known += TurnLimits::kAppliedChanges;
  }
  EXPECT_EQ(shard(0).book->entry_count(), known);
  EXPECT_TRUE(shard(0).unapplied_changes.empty());
}

}  // namespace
}  // namespace antiphon
