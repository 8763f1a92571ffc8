#include "broker/session/ping.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

using PingTest = Scene;

TEST_F(PingTest, IsAnsweredAtOnceWhenThereIsNothingToWaitFor) {
  EXPECT_EQ(client().ask("PING\r\nPING\r\nping\n"), "PONG\r\nPONG\r\nPONG\r\n");
  EXPECT_EQ(shard().counters.fences, 0u);
}

TEST_F(PingTest, StaysInOrderWithEverythingElse) {
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("SUB a 1\r\nPING\r\nPUB a 1\r\nx\r\nPING\r\n"),
            "PONG\r\nMSG a 1 1\r\nx\r\nPONG\r\n");
}

TEST_F(PingTest, WaitsUntilEveryShardKnowsTheInterest) {
  settings_.shard_count = 3;
  SceneClient client = this->client(1);
  client.send_later("SUB a 1\r\nPING\r\nPING\r\n");
  world().run_turn(1);
  EXPECT_EQ(client.take(), "");
  EXPECT_EQ(shard(1).fences.size(), 1u) << "the second PING is not even read yet";
  EXPECT_EQ(client.session().pauses, 1u);
  world().run_turn(0);  // the coordinator publishes
  world().run_turn(1);
  EXPECT_EQ(client.take(), "") << "shard 2 does not know yet";
  world().settle();
  EXPECT_EQ(client.take(), "PONG\r\nPONG\r\n");
  EXPECT_EQ(client.session().pauses, 0u);
  EXPECT_EQ(shard(1).counters.fences, 1u);
}

TEST_F(PingTest, AFenceOfASessionThatHasGoneIsForgotten) {
  settings_.shard_count = 2;
  SceneClient client = this->client(1);
  client.send_later("SUB a 1\r\nPING\r\n");
  world().run_turn(1);
  client.pipe().reset();
  world().settle();
  EXPECT_TRUE(shard(1).fences.empty());
}

TEST_F(PingTest, WaitsForAnotherSessionsChangeThatOnesOwnRestsOn) {
  settings_.shard_count = 2;
  SceneClient first = client(1);
  SceneClient second = client(1);
  // The first announces the subject; the second changes nothing for the other shards, yet may not
  // believe that they know.
  first.send_later("SUB a 1\r\n");
  second.send_later("SUB a 1\r\nPING\r\n");
  world().run_turn(1);
  EXPECT_EQ(second.take(), "");
  world().settle();
  EXPECT_EQ(second.take(), "PONG\r\n");
}

TEST_F(PingTest, WaitsUntilEveryReadersShardHasTheMessages) {
  settings_.shard_count = 3;
  SceneClient reader = client(2);
  reader.ask("SUB a 1\r\nPING\r\n");
  SceneClient publisher = client(1);
  publisher.send_later("PUB a 1\r\nx\r\nPING\r\n");
  world().run_turn(1);
  EXPECT_EQ(publisher.take(), "") << "shard 2 has not taken the message";
  EXPECT_EQ(publisher.session().pauses, 1u);
  world().run_turn(2);
  world().run_turn(1);
  EXPECT_EQ(publisher.take(), "PONG\r\n");
  EXPECT_EQ(reader.take(), "MSG a 1 1\r\nx\r\n");
  EXPECT_EQ(publisher.ask("PING\r\n"), "PONG\r\n");
  EXPECT_EQ(shard(1).counters.fences, 1u) << "nothing was published since";
}

TEST_F(PingTest, WhatWasFlushedIsNotLostByALaterUnsubscribe) {
  settings_.shard_count = 2;
  SceneClient reader = client(1);
  reader.ask("SUB a 1\r\nPING\r\n");
  SceneClient publisher = client(0);
  publisher.send_later("PUB a 1\r\nx\r\nPING\r\n");
  while (publisher.take().empty()) {
    world().run_turn(0);
    world().run_turn(1);
  }
  reader.send("UNSUB 1\r\n");
  EXPECT_EQ(reader.take(), "MSG a 1 1\r\nx\r\n");
}

TEST_F(PingTest, APongMeasuresTheRoundTrip) {
  settings_.session.ping_interval_ms = 1000;
  SceneClient client = this->client();
  EXPECT_EQ(client.session().rtt_ns, 0);
  client.send("PONG\r\n");
  EXPECT_EQ(client.session().rtt_ns, 0) << "nobody asked";
  advance_ms(3000);
  EXPECT_EQ(client.take(), "PING\r\n");
  EXPECT_EQ(client.session().pings_out, 1u);
  client.send("PONG\r\n");
  EXPECT_GT(client.session().rtt_ns, 0);
  EXPECT_EQ(client.session().pings_out, 0u);
}

}  // namespace
}  // namespace antiphon
