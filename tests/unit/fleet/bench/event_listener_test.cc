#include "fleet/bench/event_listener.h"

#include <gtest/gtest.h>

#include "tests/unit/fleet/scripted_server.h"

namespace antiphon::fleet::bench {
namespace {

class EventListenerTest : public testing::Test {
 protected:
  // Opening waits for the server, which is therefore pumped by the test's own thread meanwhile.
  std::unique_ptr<EventListener> open(const std::vector<std::string>& subjects,
                                      const Credentials& credentials = {}) {
    ClientSettings settings;
    settings.servers = *resolve_servers({server_.url()});
    absl::StatusOr<std::unique_ptr<EventListener>> opened = absl::UnknownError("not yet");
    std::atomic<bool> done{false};
    std::thread opener([&] {
      opened = EventListener::open(settings, credentials, subjects);
      done = true;
    });
    EXPECT_TRUE(pump_until([&] { return done.load(); }, [&] { answer(); }));
    opener.join();
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    return *std::move(opened);
  }
  void answer() {
    server_.pump();
    for (size_t i = 0; i < server_.peers(); ++i) {
      ScriptedServer::Peer& peer = server_.peer(i);
      if (peer.has("PING\r\n") && peer.to_send.empty() && !answered_) {
        peer.send("PONG\r\n");
        answered_ = true;
      }
    }
  }
  bool heard(const EventListener& listener, uint64_t messages) {
    return pump_until([&] { return listener.heard().messages == messages; }, [&] { server_.pump(); });
  }

  ScriptedServer server_;
  bool answered_ = false;
};

TEST_F(EventListenerTest, CountsWhatComesHoweverItIsCut) {
  const auto listener = open({"$SYS.>", "x"}, {"joe", "secret", {}, {}});
  EXPECT_TRUE(server_.last().has("\"user\":\"joe\""));
  EXPECT_TRUE(server_.last().has("SUB $SYS.> 1\r\nSUB x 2\r\n"));
  server_.last().send("MSG $SYS.a 1 3\r\nabc\r\nMSG x 2 1");
  ASSERT_TRUE(heard(*listener, 1));
  server_.last().send("\r\nd\r\nHMSG x 2 12 12\r\nNATS/1.0\r\n\r\n\r\n");
  server_.last().received.clear();
  server_.last().send("PING\r\n");
  EXPECT_TRUE(pump_until([&] { return server_.last().has("PONG\r\n"); }, [&] { server_.pump(); }));
  EXPECT_TRUE(heard(*listener, 3));
  EXPECT_FALSE(listener->heard().closed);
}

TEST_F(EventListenerTest, ToBeCutOffIsNoticed) {
  const auto listener = open({"x"});
  server_.last().send("-ERR 'Slow Consumer'\r\n");
  EXPECT_TRUE(pump_until([&] { return listener->heard().closed; }, [&] { server_.pump(); }));
}

TEST_F(EventListenerTest, WithoutSubjectsNobodyConnects) {
  const auto listener = EventListener::open({}, {}, {});
  ASSERT_TRUE(listener.ok());
  EXPECT_EQ((*listener)->heard().messages, 0u);
  EXPECT_EQ(server_.peers(), 0u);
}

}  // namespace
}  // namespace antiphon::fleet::bench
