#include "fleet/wire/client_loop.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/unit/fleet/wire/recorded_events.h"

namespace antiphon::fleet {
namespace {

constexpr LinkId kFirst{0};
constexpr LinkId kSecond{1};
constexpr std::string_view kPong = "PONG\r\n";

// A loop of two links and its server, stepped in turns.
struct Conversation {
  explicit Conversation(
      ScriptedServer::OnAccept on_accept =
          [](ScriptedServer::Peer& peer) { peer.send(kPlainInfo); },
      std::function<void(ClientSettings&)> change = [](ClientSettings&) {})
      : server(std::move(on_accept)), loop(settings(server, change), events, 2) {}

  static ClientSettings settings(const ScriptedServer& server,
                                 const std::function<void(ClientSettings&)>& change) {
    ClientSettings made = settings_for(server.url());
    change(made);
    return made;
  }

  void step() {
    server.pump();
    loop.turn(1);
  }
  template <typename Condition>
  [[nodiscard]] bool until(Condition condition) {
    return pump_until(condition, [this] { step(); });
  }
  [[nodiscard]] bool until_events(size_t count) {
    return until([&] { return events.seen.size() >= count; });
  }
  [[nodiscard]] bool log_in(LinkId link = kFirst) {
    const size_t peers = server.peers();
    loop.dial(link, 0, std::nullopt);
    if (!until([&] { return server.peers() > peers && server.last().has("PING\r\n"); })) {
      return false;
    }
    server.last().send(kPong);
    return until([&] { return loop.state(link) == LinkState::kOpen; });
  }

  ScriptedServer server;
  RecordedEvents events;
  ClientLoop loop;
};

using Seen = std::vector<std::string>;

TEST(ClientLoop, LogsInOnceTheServerHasIntroducedItself) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  std::string connect;
  append_connect_line("tester", {}, false, connect);
  EXPECT_EQ(talk.server.last().received, connect + "PING\r\n");
  EXPECT_EQ(talk.events.seen, Seen{"open 0"});
}

TEST(ClientLoop, HandsOutWhatTheServerWantsSigned) {
  Conversation talk([](ScriptedServer::Peer& peer) {
    peer.send("INFO {\"headers\":true,\"nonce\":\"bm9uY2U\"} \r\n");
  });
  ASSERT_TRUE(talk.log_in());
  EXPECT_EQ(talk.events.nonces, Seen{"bm9uY2U"});
  Conversation plain;
  ASSERT_TRUE(plain.log_in());
  EXPECT_EQ(plain.events.nonces, Seen{""});
}

TEST(ClientLoop, RefusesANonceThatIsTooLong) {
  const std::string nonce(ClientLoop::kNonceBytesMax + 1, 'n');
  Conversation talk([&](ScriptedServer::Peer& peer) {
    peer.send("INFO {\"headers\":true,\"nonce\":\"" + nonce + "\"} \r\n");
  });
  talk.loop.dial(kFirst, 0, std::nullopt);
  ASSERT_TRUE(talk.until_events(1));
  EXPECT_EQ(talk.events.seen, Seen{"closed 0 info: malformed INFO"});
}

TEST(ClientLoop, TakesAnotherServerInTheSamePlace) {
  ScriptedServer other;
  Conversation talk;
  auto servers = resolve_servers({other.url()});
  ASSERT_TRUE(servers.ok());
  talk.loop.set_server(0, servers->front());
  talk.loop.dial(kFirst, 0, std::nullopt);
  ASSERT_TRUE(talk.until([&] {
    other.pump();
    return other.peers() == 1 && other.last().has("PING");
  }));
  EXPECT_EQ(talk.loop.server(kFirst).url, other.url());
}

TEST(ClientLoop, SaysNothingBeforeTheServerDoes) {
  Conversation talk([](ScriptedServer::Peer&) {});
  talk.loop.dial(kFirst, 0, std::nullopt);
  ASSERT_TRUE(talk.until([&] { return talk.loop.state(kFirst) == LinkState::kAwaitingInfo; }));
  EXPECT_EQ(talk.server.last().received, "");
}

TEST(ClientLoop, HandsOutMessagesHoweverTheyAreCut) {
  const std::string bytes =
      "MSG a.b 1 2\r\nhi\r\nHMSG c 2 r 12 15\r\nNATS/1.0\r\n\r\nyou\r\nPING\r\nMSG d 1 0\r\n\r\n";
  const Seen expected = {"message 0 a.b hi", "message 0 c you", "message 0 d "};
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    talk.events.seen.clear();
    talk.server.last().received.clear();
    talk.server.last().send(bytes.substr(0, cut));
    talk.step();
    talk.server.last().send(bytes.substr(cut));
    ASSERT_TRUE(talk.until_events(expected.size())) << cut;
    ASSERT_TRUE(talk.until([&] { return talk.server.last().has(kPong); })) << cut;
    EXPECT_EQ(talk.events.seen, expected) << cut;
  }
}

TEST(ClientLoop, TakesMessagesLargerThanOneRead) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  const std::string body(300'000, 'x');
  talk.server.last().send("MSG big 1 300000\r\n" + body + "\r\nMSG small 1 1\r\ny\r\n");
  ASSERT_TRUE(talk.until_events(3));
  EXPECT_EQ(talk.events.seen[1], "message 0 big " + body);
  EXPECT_EQ(talk.events.seen[2], "message 0 small y");
}

TEST(ClientLoop, KeepsItsLinksApart) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in(kFirst));
  ASSERT_TRUE(talk.log_in(kSecond));
  talk.server.peer(1).send("MSG a 1 1\r\nx\r\n");
  ASSERT_TRUE(talk.until_events(3));
  EXPECT_EQ(talk.events.last(), "message 1 a x");
}

TEST(ClientLoop, PublishesInOrder) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  talk.loop.send(kFirst, "SUB a 1\r\n");
  talk.loop.publish(kFirst, "b.c", "hello");
  talk.loop.publish(kFirst, "d", "");
  const std::string expected = "SUB a 1\r\nPUB b.c 5\r\nhello\r\nPUB d 0\r\n\r\n";
  EXPECT_TRUE(talk.until([&] { return talk.server.last().has(expected); }));
}

// Few subjects are copied, many are ranges of two blocks; on the wire there is no difference.
TEST(ClientLoop, PublishesOneMessageToEachOfManySubjects) {
  for (const size_t count : {0u, 1u, 7u, 8u, 300u}) {
    Conversation talk;
    ASSERT_TRUE(talk.log_in());
    std::vector<std::string> subjects;
    std::string expected = "PUB before 1\r\nx\r\n";
    const std::string payload(1000, 'p');
    for (size_t i = 0; i < count; ++i) {
      subjects.push_back("c.node." + std::to_string(i));
      expected += "PUB " + subjects.back() + " 1000\r\n" + payload + "\r\n";
    }
    expected += "PUB after 1\r\ny\r\n";
    talk.loop.publish(kFirst, "before", "x");
    const std::vector<std::string_view> views(subjects.begin(), subjects.end());
    talk.loop.publish_each(kFirst, views, payload);
    talk.loop.publish(kFirst, "after", "y");
    EXPECT_TRUE(talk.until([&] { return talk.server.last().has(expected); })) << count;
    EXPECT_EQ(talk.loop.pending_bytes(kFirst), 0u);
  }
}

// To a server that takes such frames: as few as may be, and PUB for one alone.
TEST(ClientLoop, PublishesToManySubjectsInOneFrameWhereThatIsOffered) {
  Conversation talk([](ScriptedServer::Peer& peer) {
    peer.send("INFO {\"headers\":true,\"max_payload\":1048576,\"multi_publish\":true} \r\n");
  });
  ASSERT_TRUE(talk.log_in());
  const std::vector<std::string_view> subjects = {"c.node.1 back.1", "c.node.2"};
  talk.loop.publish_each(kFirst, subjects, "hello");
  talk.loop.publish_each(kFirst, std::span(subjects).first(1), "alone");
  const std::string large(600'000, 'l');
  talk.loop.publish_each(kFirst, subjects, large);
  talk.loop.publish(kFirst, "after", "y");
  const std::string expected = "MPUB 2 25 33\r\nc.node.1 back.1\nc.node.2\n5\r\nhello\r\n"
                               "PUB c.node.1 back.1 5\r\nalone\r\n"
                               "MPUB 1 16 600024\r\nc.node.1 back.1\n600000\r\n" + large + "\r\n"
                               "MPUB 1 9 600017\r\nc.node.2\n600000\r\n" + large + "\r\nPUB after 1\r\ny\r\n";
  EXPECT_TRUE(talk.until([&] { return talk.server.last().has(expected); }));
}

TEST(ClientLoop, APausedLinkIsNotReadAndThenLosesNothing) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  talk.loop.pause(kFirst);
  talk.server.last().send("MSG a 1 1\r\nx\r\nMSG b 1 1\r\ny\r\n");
  talk.loop.publish(kFirst, "out", "z");
  ASSERT_TRUE(talk.until([&] { return talk.server.last().has("PUB out 1"); }));
  for (int i = 0; i < 10; ++i) talk.step();
  EXPECT_EQ(talk.events.last(), "open 0");
  talk.loop.resume(kFirst);
  ASSERT_TRUE(talk.until_events(3));
  EXPECT_EQ(talk.events.seen[1], "message 0 a x");
  EXPECT_EQ(talk.events.seen[2], "message 0 b y");
}

TEST(ClientLoop, APausedLinkThatEndsIsReadToItsEnd) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  talk.loop.pause(kFirst);
  talk.server.last().send("MSG a 1 1\r\nx\r\n");
  talk.server.pump();
  talk.server.last().transport.close();
  for (int i = 0; i < 10; ++i) talk.loop.turn(1);
  EXPECT_EQ(talk.events.last(), "open 0");
  talk.loop.resume(kFirst);
  ASSERT_TRUE(talk.until_events(3));
  EXPECT_EQ(talk.events.seen[1], "message 0 a x");
  EXPECT_EQ(talk.events.last(), "closed 0 connected: closed by the server");
}

TEST(ClientLoop, KnowsWhatPayloadItsServerTakes) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  EXPECT_EQ(talk.loop.max_payload(kFirst), 1048576u);
  Conversation silent([](ScriptedServer::Peer& peer) { peer.send("INFO {} \r\n"); });
  ASSERT_TRUE(silent.log_in());
  EXPECT_EQ(silent.loop.max_payload(kFirst), kServerPayloadBytesMax);
}

TEST(ClientLoop, KeepsWhatAServerDoesNotReadYet) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  talk.server.last().reads = false;
  const std::string payload(100'000, 'p');
  constexpr size_t kMessages = 200;
  for (size_t i = 0; i < kMessages; ++i) {
    talk.loop.publish(kFirst, std::to_string(i), payload);
    talk.step();
  }
  EXPECT_GT(talk.loop.pending_bytes(kFirst), 0u);
  talk.server.last().reads = true;
  ASSERT_TRUE(talk.until([&] { return talk.loop.pending_bytes(kFirst) == 0; }));
  const std::string end = "PUB 199 100000\r\n" + payload + "\r\n";
  ASSERT_TRUE(talk.until([&] { return talk.server.last().has(end); }));
  size_t at = 0;
  for (size_t i = 0; i < kMessages; ++i) {
    at = talk.server.last().received.find("PUB " + std::to_string(i) + " 100000\r\np", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST(ClientLoop, TellsWhenEverythingBeforeAFenceIsTakenIn) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  talk.loop.send(kFirst, "SUB a 1\r\n");
  talk.loop.fence(kFirst);
  ASSERT_TRUE(talk.until([&] { return talk.server.last().has("SUB a 1\r\nPING\r\n"); }));
  EXPECT_EQ(talk.events.seen, Seen{"open 0"});
  talk.server.last().send(kPong);
  ASSERT_TRUE(talk.until_events(2));
  EXPECT_EQ(talk.events.last(), "fence 0");
}

TEST(ClientLoop, ComesFromTheAddressItIsGiven) {
  Conversation talk;
  constexpr uint32_t kSource = 0x7F090807;  // 127.9.8.7
  talk.loop.dial(kFirst, 0, kSource);
  ASSERT_TRUE(talk.until([&] { return talk.server.peers() == 1; }));
  EXPECT_EQ(talk.server.last().source_ipv4, kSource);
}

TEST(ClientLoop, DialsTheSameLinkAgain) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  talk.server.last().transport.close();
  ASSERT_TRUE(talk.until_events(2));
  EXPECT_EQ(talk.events.last(), "closed 0 connected: closed by the server");
  ASSERT_TRUE(talk.log_in());
  talk.server.last().send("MSG a 1 1\r\nx\r\n");
  ASSERT_TRUE(talk.until_events(4));
  EXPECT_EQ(talk.events.last(), "message 0 a x");
}

TEST(ClientLoop, MayBeDialedFromTheEventOfItsEnd) {
  Conversation talk;
  talk.events.after_close = [&](LinkId link) { talk.loop.dial(link, 0, std::nullopt); };
  ASSERT_TRUE(talk.log_in());
  talk.server.last().transport.close();
  EXPECT_TRUE(talk.until([&] { return talk.server.peers() == 2; }));
}

TEST(ClientLoop, StopsReadingALinkThatIsClosedByItsOwner) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  talk.events.during_message = [&](LinkId link) { talk.loop.close(link); };
  talk.server.last().send("MSG a 1 1\r\nx\r\nMSG b 1 1\r\ny\r\n");
  ASSERT_TRUE(talk.until([&] { return talk.server.last().ended; }));
  EXPECT_EQ(talk.events.seen, (Seen{"open 0", "message 0 a x"}));
  EXPECT_EQ(talk.loop.state(kFirst), LinkState::kClosed);
}

TEST(ClientLoop, RunsTasksOfOtherThreadsWithoutWaitingLonger) {
  Conversation talk;
  bool ran = false;
  const int64_t before_ms = steady_now().ms();
  std::thread other([&] { talk.loop.post([&] { ran = true; }); });
  while (!ran) talk.loop.turn(kTestDeadlineMs);
  other.join();
  EXPECT_LT(steady_now().ms() - before_ms, kTestDeadlineMs);
}

// ---- Failures ----------------------------------------------------------------------------------

// The first event of a link whose server does this on accepting it.
std::string failure_of(
    ScriptedServer::OnAccept on_accept,
    std::function<void(ClientSettings&)> change = [](ClientSettings&) {}) {
  Conversation talk(std::move(on_accept), std::move(change));
  talk.loop.dial(kFirst, 0, std::nullopt);
  return talk.until_events(1) ? talk.events.seen.front() : "nothing happened";
}

TEST(ClientLoop, NamesARefusedDial) {
  Conversation talk;
  talk.server.stop_listening();
  talk.loop.dial(kFirst, 0, std::nullopt);
  ASSERT_TRUE(talk.until_events(1));
  EXPECT_EQ(talk.events.last(), "closed 0 dial: Connection refused");
}

TEST(ClientLoop, NamesWhatItDidNotUnderstand) {
  const auto sends = [](std::string text) {
    return [text](ScriptedServer::Peer& peer) { peer.send(text); };
  };
  const std::string info(kPlainInfo);
  EXPECT_EQ(failure_of(sends("INFO [] \r\n")), "closed 0 info: malformed INFO");
  EXPECT_EQ(failure_of(sends("HTTP/1.1 400\r\n")), "closed 0 info: malformed frame");
  EXPECT_EQ(failure_of(sends(info + "MSG a 1 0\r\n\r\n")), "closed 0 login: unexpected frame");
  EXPECT_EQ(failure_of(sends(info + "PONG\r\nPONG\r\n")), "open 0");
  EXPECT_EQ(failure_of(sends("PONG\r\n")), "closed 0 info: unexpected frame");
}

TEST(ClientLoop, NamesTheServersOwnReason) {
  const std::string info(kPlainInfo);
  const auto refuses = [&](ScriptedServer::Peer& peer) {
    peer.send(info + "-ERR 'Authorization Violation'\r\n");
  };
  EXPECT_EQ(failure_of(refuses), "closed 0 login: Authorization Violation");
}

TEST(ClientLoop, NamesThePhaseInWhichTheServerHungUp) {
  const auto hangs_up = [](ScriptedServer::Peer& peer) { peer.transport.close(); };
  EXPECT_EQ(failure_of(hangs_up), "closed 0 info: closed by the server");
}

TEST(ClientLoop, NamesThePhaseThatTimedOut) {
  const auto hurry = [](ClientSettings& settings) { settings.timeout_ms = 20; };
  EXPECT_EQ(failure_of([](ScriptedServer::Peer&) {}, hurry), "closed 0 info: timed out");
  EXPECT_EQ(failure_of([](ScriptedServer::Peer& peer) { peer.send(kPlainInfo); }, hurry),
            "closed 0 login: timed out");
}

TEST(ClientLoop, ClosesALinkWhoseServerNoLongerAnswers) {
  Conversation talk([](ScriptedServer::Peer& peer) { peer.send(kPlainInfo); },
                    [](ClientSettings& settings) { settings.ping_interval_ms = 5; });
  ASSERT_TRUE(talk.log_in());
  ASSERT_TRUE(talk.until_events(2));
  EXPECT_EQ(talk.events.last(), "closed 0 connected: no answer to PING");
}

TEST(ClientLoop, StaysOpenAfterAComplaint) {
  Conversation talk;
  ASSERT_TRUE(talk.log_in());
  talk.server.last().send("-ERR 'Permissions Violation for Subscription to \"x\"'\r\n");
  ASSERT_TRUE(talk.until_events(2));
  EXPECT_EQ(talk.events.last(), "complaint 0 Permissions Violation for Subscription to \"x\"");
  EXPECT_EQ(talk.loop.state(kFirst), LinkState::kOpen);
  talk.server.last().send("-ERR 'Stale Connection'\r\n");
  ASSERT_TRUE(talk.until_events(3));
  EXPECT_EQ(talk.events.last(), "closed 0 connected: Stale Connection");
}

}  // namespace
}  // namespace antiphon::fleet
