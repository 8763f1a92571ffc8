#include "broker/session/liveness.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

constexpr int64_t kIntervalMs = 10'000;

class LivenessTest : public Scene {
 protected:
  LivenessTest() { settings_.session.ping_interval_ms = kIntervalMs; }
};

TEST_F(LivenessTest, ANewClientIsPingedSoonAndOnce) {
  SceneClient client = this->client();
  advance_ms(1999);
  EXPECT_EQ(client.take(), "");
  advance_ms(500);
  EXPECT_EQ(client.take(), "PING\r\n");
  client.send("PONG\r\n");
  advance_ms(kIntervalMs - 1000);
  EXPECT_EQ(client.take(), "");
}

TEST_F(LivenessTest, AClientThatHasNotSaidConnectIsPingedAtTheUsualInterval) {
  SceneClient client = bare_client();
  advance_ms(kIntervalMs - 1);
  EXPECT_EQ(client.take(), "");
  advance_ms(1);
  EXPECT_EQ(client.take(), "PING\r\n");
}

TEST_F(LivenessTest, AConnectThatComesLateHurriesTheFirstPing) {
  SceneClient client = bare_client();
  advance_ms(kIntervalMs / 2);
  client.send("CONNECT {\"verbose\":false}\r\n");
  advance_ms(1999);
  EXPECT_EQ(client.take(), "");
  advance_ms(500);
  EXPECT_EQ(client.take(), "PING\r\n");
}

TEST_F(LivenessTest, AQuietClientIsPingedEveryInterval) {
  SceneClient client = this->client();
  advance_ms(2500);
  client.take();
  client.send("PONG\r\n");
  for (int i = 0; i < 5; ++i) {
    advance_ms(kIntervalMs);
    EXPECT_EQ(client.take(), "PING\r\n") << i;
    client.send("PONG\r\n");
  }
}

TEST_F(LivenessTest, ABusyClientIsLeftAlone) {
  SceneClient client = this->client();
  advance_ms(2500);
  client.take();
  client.send("PONG\r\n");
  for (int i = 0; i < 20; ++i) {
    advance_ms(kIntervalMs / 2);
    client.send("PUB a 1\r\nx\r\n");
  }
  EXPECT_EQ(client.take(), "");
}

TEST_F(LivenessTest, TheRoundTripIsMeasuredAnewAfterAnHourEvenIfTheClientIsBusy) {
  SceneClient client = this->client();
  advance_ms(2500);
  client.take();
  client.send("PONG\r\n");
  constexpr int64_t kHourMs = 60 * 60 * 1000;
  int pings = 0;
  for (int64_t passed = 0; passed < kHourMs + 2 * kIntervalMs; passed += kIntervalMs / 2) {
    advance_ms(kIntervalMs / 2);
    client.send("PUB a 1\r\nx\r\n");
    if (client.take() != "PING\r\n") continue;
    ++pings;
    EXPECT_GT(passed, kHourMs - 3 * kIntervalMs);
    client.send("PONG\r\n");
  }
  EXPECT_EQ(pings, 1);
}

TEST_F(LivenessTest, AClientThatAnswersNoPingIsClosed) {
  settings_.session.pings_out_max = 2;
  SceneClient client = this->client();
  advance_ms(2500);
  advance_ms(kIntervalMs);
  EXPECT_EQ(client.take(), "PING\r\nPING\r\n");
  EXPECT_FALSE(client.is_closed());
  advance_ms(kIntervalMs);
  EXPECT_EQ(client.take(), "-ERR 'Stale Connection'\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kStaleConnection);
  EXPECT_EQ(shard().counters.stale_connections, 1u);
}

TEST_F(LivenessTest, FirstPingsOfManyClientsAreSpread) {
  std::vector<SceneClient> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(client());
  std::vector<size_t> pinged;
  for (int i = 0; i < 8; ++i) {
    advance_ms(i == 0 ? 2000 : 60);
    size_t now = 0;
    for (SceneClient& one : clients) now += one.take().empty() ? 0 : 1;
    pinged.push_back(now);
  }
  size_t largest = 0;
  size_t total = 0;
  for (const size_t count : pinged) {
    largest = std::max(largest, count);
    total += count;
  }
  EXPECT_EQ(total, clients.size());
  EXPECT_LT(largest, clients.size() / 2);
}

TEST_F(LivenessTest, AShortIntervalAlsoHurriesTheFirstPing) {
  settings_.session.ping_interval_ms = 100;
  SceneClient client = this->client();
  advance_ms(130);
  EXPECT_EQ(client.take(), "PING\r\n");
}

TEST_F(LivenessTest, TimersOfClientsThatHaveGoneDoNothing) {
  for (int i = 0; i < 20; ++i) client().close();
  advance_ms(10 * kIntervalMs);
  EXPECT_EQ(shard().timers.size(), 0u);
}

TEST_F(LivenessTest, ASessionHasFewTimersHoweverOftenItsDeadlinesMove) {
  settings_.session.write_deadline_ms = 5000;
  SceneClient client = this->client();
  client.send("SUB a 1\r\n");
  for (int i = 0; i < 200; ++i) {
    client.pipe().room = 1;
    client.send("PUB a 1\r\nx\r\n");
    client.pipe().take(SIZE_MAX, SIZE_MAX);
    advance_ms(1);
  }
  EXPECT_LE(shard().timers.size(), 4u);
}

}  // namespace
}  // namespace antiphon
