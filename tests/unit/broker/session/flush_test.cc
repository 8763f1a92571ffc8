#include "broker/session/flush.h"

#include "broker/buffer/buffer_limits.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class FlushTest : public Scene {
 protected:
  static std::string message(size_t bytes) {
    return "PUB a " + std::to_string(bytes) + "\r\n" + std::string(bytes, 'x') + "\r\n";
  }
};

TEST_F(FlushTest, WhatASocketRefusesIsWrittenWhenItHasRoomAgain) {
  SceneClient client = this->client();
  client.send("SUB a 1\r\n");
  client.pipe().room = 7;
  client.send("PUB a 2\r\nhi\r\nPING\r\n");
  EXPECT_TRUE(client.session().write_blocked);
  std::string all;
  for (int i = 0; i < 10; ++i) {
    all += client.pipe().take(SIZE_MAX, 3);
    world().settle();
  }
  EXPECT_EQ(all, "MSG a 1 2\r\nhi\r\nPONG\r\n");
  EXPECT_FALSE(client.session().write_blocked);
  EXPECT_EQ(client.session().write_deadline_ms, 0);
  EXPECT_EQ(shard().pool.bytes_in_use(), 0u);
}

TEST_F(FlushTest, OutputIsHandedOverInTheTurnWhenMuchOfItWaits) {
  SceneClient client = this->client();
  client.send("SUB a 1\r\n");
  const std::string text = message(10'000);
  std::string all;
  for (int i = 0; i < 40; ++i) all += text;
  client.send(all);
  EXPECT_EQ(client.take().size(), 40 * std::string("MSG a 1 10000\r\n").size() + 40 * 10'002);
}

TEST_F(FlushTest, AReaderThatLetsTooMuchWaitIsClosed) {
  settings_.session.pending_bytes_max = 50'000;
  SceneClient slow = client();
  slow.send("SUB a 1\r\n");
  slow.pipe().room = 0;
  SceneClient publisher = client();
  for (int i = 0; i < 4; ++i) publisher.send(message(12'000));
  EXPECT_FALSE(slow.is_closed());
  publisher.send(message(12'000));
  EXPECT_TRUE(slow.is_closed());
  EXPECT_EQ(slow.close_reason(), CloseReason::kSlowConsumerPendingBytes);
  EXPECT_EQ(slow.take(), "") << "nothing more is written to it";
  EXPECT_EQ(shard().counters.slow_consumers, 1u);
  EXPECT_FALSE(publisher.is_closed());
}

TEST_F(FlushTest, AReaderThatTakesNothingForTooLongIsClosed) {
  settings_.session.write_deadline_ms = 200;
  SceneClient slow = client();
  slow.send("SUB a 1\r\n");
  slow.pipe().room = 3;
  client().send("PUB a 2\r\nhi\r\n");
  advance_ms(199);
  EXPECT_FALSE(slow.is_closed());
  advance_ms(1);
  EXPECT_EQ(slow.close_reason(), CloseReason::kSlowConsumerWriteDeadline);
}

TEST_F(FlushTest, EveryBitThatIsTakenMovesTheDeadline) {
  settings_.session.write_deadline_ms = 200;
  SceneClient slow = client();
  slow.send("SUB a 1\r\n");
  slow.pipe().room = 1;
  client().send("PUB a 10\r\n0123456789\r\n");
  for (int i = 0; i < 5; ++i) {
    advance_ms(150);
    slow.pipe().take(SIZE_MAX, 1);
    world().settle();
  }
  EXPECT_FALSE(slow.is_closed());
  advance_ms(200);
  EXPECT_TRUE(slow.is_closed());
}

TEST_F(FlushTest, NothingIsQueuedForAClosingSession) {
  SceneClient client = this->client();
  shard().post([&] {
    Session& session = client.session();
    session.state = SessionState::kClosing;
    queue_text(shard(), session, "late");
    queue_error(shard(), session, "late");
    EXPECT_TRUE(session.out.empty());
    session.state = SessionState::kOpen;
  });
  world().settle();
  EXPECT_EQ(client.take(), "");
}

TEST_F(FlushTest, AWriteErrorClosesAndFreesWhatWaited) {
  SceneClient client = this->client();
  client.send("SUB a 1\r\n");
  client.pipe().broken = true;
  this->client().send("PUB a 2\r\nhi\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kWriteError);
  EXPECT_EQ(shard().pool.bytes_in_use(), 0u);
}

}  // namespace
}  // namespace antiphon
