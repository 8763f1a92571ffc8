#include "broker/session/turn.h"

#include "broker/buffer/buffer_limits.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class TurnTest : public Scene {
 protected:
  static size_t count(const std::string& text, const std::string& what) {
    size_t found = 0;
    for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
    return found;
  }
};

TEST_F(TurnTest, TakesABoundedNumberOfFramesFromOneSession) {
  SceneClient client = this->client();
  constexpr size_t kPings = 100'000;
  std::string flood;
  for (size_t i = 0; i < kPings; ++i) flood += "PING\n";
  client.send_later(flood);
  size_t answered = 0;
  size_t turns = 0;
  while (answered < kPings && turns < 1000) {
    world().run_turn(0);
    ++turns;
    const size_t now = count(client.take(), "PONG");
    // One read when the event comes and one at the end of the turn, each with frames left from
    // before and frames just read.
    ASSERT_LE(now, 4 * TurnLimits::kFramesPerRead);
    answered += now;
  }
  EXPECT_EQ(answered, kPings);
  EXPECT_GE(turns, kPings / (4 * TurnLimits::kFramesPerRead));
}

TEST_F(TurnTest, TakesABoundedNumberOfBytesFromOneSession) {
  SceneClient client = this->client();
  std::string flood;
  const std::string payload(1000, 'x');
  for (int i = 0; i < 1000; ++i) flood += "PUB a 1000\r\n" + payload + "\r\n";
  client.send_later(flood);
  uint64_t before = client.pipe().bytes_read;
  while (!client.pipe().to_server.empty()) {
    world().run_turn(0);
    ASSERT_LE(client.pipe().bytes_read - before, 2 * kReadBytesMax);
    ASSERT_GT(client.pipe().bytes_read, before);
    before = client.pipe().bytes_read;
  }
}

TEST_F(TurnTest, AFloodOfOneClientDoesNotKeepAnotherWaiting) {
  SceneClient loud = client();
  SceneClient quiet = client();
  std::string flood;
  for (int i = 0; i < 200'000; ++i) flood += "PUB a 0\r\n\r\n";
  loud.send_later(flood);
  for (int i = 0; i < 5; ++i) {
    quiet.send_later("PING\r\n");
    world().run_turn(0);
    EXPECT_EQ(quiet.take(), "PONG\r\n") << i;
  }
  EXPECT_FALSE(loud.pipe().to_server.empty()) << "the flood is still going on";
}

TEST_F(TurnTest, TakesABoundedNumberOfMessagesFromOtherShards) {
  settings_.shard_count = 2;
  SceneClient reader = client(1);
  reader.send("SUB a 1\r\n");
  SceneClient publisher = client(0);
  constexpr size_t kBatches = TurnLimits::kMeshMessages + 20;
  for (size_t i = 0; i < kBatches; ++i) {
    publisher.send_later("PUB a 1\r\nx\r\n");
    world().run_turn(0);
  }
  world().run_turn(1);
  EXPECT_EQ(count(reader.take(), "MSG"), TurnLimits::kMeshMessages);
  EXPECT_TRUE(has_more_work(shard(1)));
  world().run_turn(1);
  EXPECT_EQ(count(reader.take(), "MSG"), kBatches - TurnLimits::kMeshMessages);
}

TEST_F(TurnTest, SleepsUntilItsNextTimerWhenThereIsNothingToDo) {
  settings_.session.ping_interval_ms = 1000;
  SceneClient client = this->client();
  EXPECT_FALSE(has_more_work(shard()));
  const int wait = wait_ms(shard());
  EXPECT_GT(wait, 0);
  EXPECT_LE(wait, 1200);
  client.close();
  advance_ms(5000);
  EXPECT_EQ(wait_ms(shard()), -1) << "nothing is due any more";
}

TEST_F(TurnTest, RunsPostedTasksBetweenTwoTurns) {
  int ran = 0;
  shard().post([&ran] { ++ran; });
  EXPECT_TRUE(has_more_work(shard()));
  world().settle();
  EXPECT_EQ(ran, 1);
}

TEST_F(TurnTest, IgnoresEventsOfSessionsThatHaveGone) {
  SceneClient client = this->client();
  const uint64_t key = client.session().id.packed();
  client.close();
  on_event(shard(), {key, true, true, true});
  on_event(shard(), {0, true, true, true});
  EXPECT_TRUE(world().settle());
}

}  // namespace
}  // namespace antiphon
