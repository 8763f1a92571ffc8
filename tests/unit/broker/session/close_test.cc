#include "broker/session/close.h"

#include "broker/session/flush.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

using CloseTest = Scene;

TEST_F(CloseTest, TheLastWordsAreWrittenBeforeTheConnectionEnds) {
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("PING\r\nNONSENSE\r\n"), "PONG\r\n-ERR 'Unknown Protocol Operation'\r\n");
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(client.close_reason(), CloseReason::kProtocolViolation);
}

TEST_F(CloseTest, TheFirstReasonStays) {
  SceneClient client = this->client();
  shard().post([&] {
    Session& session = client.session();
    close_with_error(shard(), session, "one", CloseReason::kServerShutdown);
    close_with_error(shard(), session, "two", CloseReason::kStaleConnection);
    EXPECT_TRUE(session.is_closing());
  });
  world().settle();
  EXPECT_EQ(client.take(), "-ERR 'one'\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kServerShutdown);
  EXPECT_EQ(shard().counters.closed[static_cast<size_t>(CloseReason::kServerShutdown)], 1u);
  EXPECT_EQ(shard().counters.closed[static_cast<size_t>(CloseReason::kStaleConnection)], 0u);
  EXPECT_EQ(shard().counters.stale_connections, 0u);
}

TEST_F(CloseTest, AClosingSessionGetsAndGivesNothingMore) {
  SceneClient client = this->client();
  client.send("SUB a 1\r\n");
  SceneClient publisher = this->client();
  // Both arrive in one turn: the error first, then a message for it.
  client.send_later("NONSENSE\r\nPUB b 1\r\nx\r\n");
  publisher.send_later("PUB a 1\r\nx\r\n");
  world().settle();
  EXPECT_EQ(client.take(), "-ERR 'Unknown Protocol Operation'\r\n");
}

TEST_F(CloseTest, WhatWasPublishedBeforeStillReachesTheOthers) {
  std::vector<SceneClient> readers;
  for (size_t i = 0; i < 2 * Fanout::kReadersMin; ++i) {
    readers.push_back(client());
    readers.back().send("SUB a 7\r\n");
  }
  EXPECT_EQ(readers[0].ask("PUB a 1\r\nx\r\nNONSENSE\r\n"),
            "MSG a 7 1\r\nx\r\n-ERR 'Unknown Protocol Operation'\r\n");
  for (size_t i = 1; i < readers.size(); ++i) EXPECT_EQ(readers[i].take(), "MSG a 7 1\r\nx\r\n");
}

TEST_F(CloseTest, TheEndOfTheStreamEndsTheSessionAfterWhatStandsBeforeIt) {
  SceneClient reader = client();
  reader.send("SUB a 1\r\n");
  SceneClient client = this->client();
  client.send_later("PUB a 1\r\nx\r\nPUB a 1\r\n");  // the last one is not whole
  client.close();
  EXPECT_EQ(reader.take(), "MSG a 1 1\r\nx\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kClientClosed);
}

TEST_F(CloseTest, ABrokenConnectionIsAReadError) {
  SceneClient client = this->client();
  client.pipe().reset();
  world().settle();
  EXPECT_EQ(client.close_reason(), CloseReason::kReadError);
}

TEST_F(CloseTest, NothingIsLeftOfASession) {
  SceneClient client = this->client();
  client.pipe().room = 10;
  client.send("SUB a 1\r\nSUB a.* q 2\r\nPUB a 500\r\n" + std::string(500, 'x') + "\r\nPUB a 9");
  EXPECT_GT(shard().pool.bytes_in_use(), 0u);
  client.close();
  EXPECT_EQ(shard().sessions.count(), 0u);
  EXPECT_EQ(shard().pool.bytes_in_use(), 0u);
  EXPECT_EQ(shard().account(kGlobalAccount).sublist.counters().subscriptions, 0u);
  EXPECT_EQ(world().counts().connections.load(), 0);
  EXPECT_EQ(world().closed_sessions().total(), 1u);
}

TEST_F(CloseTest, ASessionWithManySubscriptionsLeavesInPortions) {
  constexpr size_t kMany = 2 * ClosedSessions::kSubscriptionsKept;
  static_assert(kMany % TurnLimits::kDroppedSubscriptions == 0);
  SceneClient client = this->client();
  for (size_t i = 0; i < kMany; ++i) {
    client.send("SUB s." + std::to_string(i) + " " + std::to_string(i + 1) + "\r\n");
  }
  SceneClient publisher = this->client();
  client.pipe().close();
  size_t turns = 0;
  while (shard().sessions.count() == 2) {
    world().run_turn(0);
    ++turns;
    ASSERT_LT(turns, kMany);
    if (shard().sessions.count() == 1) break;
    EXPECT_TRUE(client.is_closed()) << "its connection ends at once";
    EXPECT_EQ(world().closed_sessions().total(), 1u);
    publisher.send_later("PUB s.0 1\r\nx\r\n");
  }
  EXPECT_EQ(turns, kMany / TurnLimits::kDroppedSubscriptions);
  EXPECT_EQ(shard().account(kGlobalAccount).sublist.counters().subscriptions, 0u);
  EXPECT_EQ(world().closed_sessions().snapshot()[0].subscriptions.size(),
            ClosedSessions::kSubscriptionsKept);
  EXPECT_EQ(world().closed_sessions().snapshot()[0].subscription_count, kMany);
}

TEST_F(CloseTest, TheRecordOfAClosedSessionKeepsItsSubscriptions) {
  SceneClient client = this->client();
  client.send("SUB a 1\r\nSUB b q 2\r\n");
  client.close();
  const auto kept = world().closed_sessions().snapshot();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].subscriptions.size(), 2u);
  EXPECT_EQ(kept[0].reason, CloseReason::kClientClosed);
  EXPECT_GT(kept[0].stop_ns, 0);
}

TEST_F(CloseTest, ErrorsOfAClientCloseIt) {
  SceneClient client = this->client();
  client.send("-ERR 'I am confused'\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kParseError);
}

TEST_F(CloseTest, EachParseErrorHasItsReason) {
  settings_.session.control_line_bytes_max = 100;
  struct Row {
    std::string bytes;
    std::string answer;
    CloseReason reason;
  };
  const Row rows[] = {
      {"PUB a b c d\r\n", "", CloseReason::kProtocolViolation},
      {"SUB " + std::string(200, 'x') + " 1\r\n", "-ERR 'maximum control line exceeded'\r\n",
       CloseReason::kMaximumControlLine},
      {"GET / HTTP/1.1\r\n", "-ERR 'Unknown Protocol Operation'\r\n",
       CloseReason::kProtocolViolation},
      {"PUB a 99999999\r\n", "-ERR 'Maximum Payload Violation'\r\n", CloseReason::kMaximumPayload},
  };
  for (const Row& row : rows) {
    SceneClient client = this->client();
    EXPECT_EQ(client.ask(row.bytes), row.answer) << row.bytes;
    EXPECT_EQ(client.close_reason(), row.reason) << row.bytes;
  }
}

}  // namespace
}  // namespace antiphon
