#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "broker/runtime/unique_descriptor.h"
#include "tests/unit/throwaway_identity.h"
#include "tests/unit/fleet/wire/recorded_events.h"

namespace antiphon::fleet {
namespace {

constexpr LinkId kLink{0};

std::shared_ptr<const TlsContext> server_context(const ThrowawayIdentity& identity,
                                                 const std::string& client_ca = {}) {
  TlsSettings settings;
  settings.cert_file = identity.cert_file;
  settings.key_file = identity.key_file;
  settings.ca_file = client_ca;
  settings.verify = !client_ca.empty();
  auto context = TlsContext::server(settings);
  EXPECT_TRUE(context.ok()) << context.status();
  return *context;
}

std::shared_ptr<const TlsContext> client_context(const std::string& ca_file,
                                                 const ThrowawayIdentity* identity = nullptr) {
  TlsSettings settings;
  settings.ca_file = ca_file;
  if (identity != nullptr) {
    settings.cert_file = identity->cert_file;
    settings.key_file = identity->key_file;
  }
  auto context = TlsContext::client(settings);
  EXPECT_TRUE(context.ok()) << context.status();
  return *context;
}

class ClientTls : public testing::Test {
 protected:
  ClientTls() { std::signal(SIGPIPE, SIG_IGN); }

  // Dials once and answers a PING with a PONG; returns the first event.
  std::string outcome(ClientSettings settings, ScriptedServer& server) {
    RecordedEvents events;
    ClientLoop loop(settings, events, 1);
    loop.dial(kLink, 0, std::nullopt);
    const bool happened = pump_until([&] { return !events.seen.empty(); },
                                     [&] {
                                       server.pump();
                                       loop.turn(1);
                                       answer_ping(server);
                                     });
    nonces_ = events.nonces;
    return happened ? events.seen.front() : "nothing happened";
  }

  static void answer_ping(ScriptedServer& server) {
    if (server.peers() == 0 || !server.last().has("PING\r\n")) return;
    login_ = server.last().received;
    server.last().received.clear();
    server.last().send("PONG\r\n");
  }

  ScriptedServer::OnAccept tls_after_info(std::shared_ptr<const TlsContext> context) {
    return [context](ScriptedServer::Peer& peer) {
      peer.send(kTlsInfo);
      ScriptedServer::start_tls(peer, *context);
    };
  }
  ScriptedServer::OnAccept tls_first(std::shared_ptr<const TlsContext> context) {
    return [context](ScriptedServer::Peer& peer) {
      ScriptedServer::start_tls(peer, *context);
      peer.send(kTlsInfo);
    };
  }

  static inline std::string login_;
  static inline std::vector<std::string> nonces_;
  ThrowawayIdentity server_{"broker", "DNS:localhost,IP:127.0.0.1"};
  ThrowawayIdentity client_{"node", "DNS:node"};
  ThrowawayIdentity stranger_{"stranger", "DNS:stranger"};
};

TEST_F(ClientTls, StartsAfterTheInfoThatAsksForIt) {
  ScriptedServer server(tls_after_info(server_context(server_)));
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file);
  EXPECT_EQ(outcome(settings, server), "open 0");
  EXPECT_NE(login_.find("\"tls_required\":true"), std::string::npos);
}

TEST_F(ClientTls, StartsFirstWhereTheSettingsSaySo) {
  ScriptedServer server(tls_first(server_context(server_)));
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file);
  settings.handshake_first = true;
  EXPECT_EQ(outcome(settings, server), "open 0");
}

// Between INFO and CONNECT lies a handshake; what is to be signed is kept over it.
TEST_F(ClientTls, KeepsTheNonceOverTheHandshake) {
  const auto context = server_context(server_);
  ScriptedServer server([context](ScriptedServer::Peer& peer) {
    peer.send("INFO {\"tls_required\":true,\"nonce\":\"bm9uY2U\"} \r\n");
    ScriptedServer::start_tls(peer, *context);
  });
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file);
  EXPECT_EQ(outcome(settings, server), "open 0");
  EXPECT_EQ(nonces_, std::vector<std::string>{"bm9uY2U"});
}

TEST_F(ClientTls, UsesTheSettingsOfTheServerWhereItHasItsOwn) {
  ScriptedServer server(tls_after_info(server_context(server_)));
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(stranger_.cert_file);
  settings.servers[0].tls_context = client_context(server_.cert_file);
  EXPECT_EQ(outcome(settings, server), "open 0");
}

TEST_F(ClientTls, ShowsItsCertificate) {
  ScriptedServer server(tls_after_info(server_context(server_, client_.cert_file)));
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file, &client_);
  EXPECT_EQ(outcome(settings, server), "open 0");
}

TEST_F(ClientTls, SaysWhyTheServerRefusedItsCertificate) {
  ScriptedServer server(tls_after_info(server_context(server_, client_.cert_file)));
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file);
  EXPECT_EQ(outcome(settings, server), "closed 0 login: tlsv13 alert certificate required");
}

TEST_F(ClientTls, RefusesAServerThatNobodyVouchesFor) {
  ScriptedServer server(tls_after_info(server_context(server_)));
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(stranger_.cert_file);
  EXPECT_EQ(outcome(settings, server),
            "closed 0 tls: certificate verify failed (self-signed certificate)");
}

TEST_F(ClientTls, RefusesAServerOfAnotherName) {
  ScriptedServer server(tls_after_info(server_context(client_)));
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(client_.cert_file);
  EXPECT_EQ(outcome(settings, server),
            "closed 0 tls: certificate verify failed (IP address mismatch)");
  settings.check_host_name = false;
  EXPECT_EQ(outcome(settings, server), "open 0");
}

TEST_F(ClientTls, RefusesToTalkInClearWhenTlsIsWanted) {
  ScriptedServer server;
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file);
  settings.tls_wanted = true;
  EXPECT_EQ(outcome(settings, server), "closed 0 info: the server does not offer TLS");
  settings.tls_wanted = false;
  settings.servers[0].tls = true;
  EXPECT_EQ(outcome(settings, server), "closed 0 info: the server does not offer TLS");
}

TEST_F(ClientTls, UsesTlsThatIsOnlyOffered) {
  ScriptedServer server([context = server_context(server_)](ScriptedServer::Peer& peer) {
    peer.send("INFO {\"tls_available\":true} \r\n");
    ScriptedServer::start_tls(peer, *context);
  });
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file);
  settings.tls_wanted = true;
  EXPECT_EQ(outcome(settings, server), "open 0");
}

TEST_F(ClientTls, RefusesBytesThatSomebodyPutInBeforeTheHandshake) {
  ScriptedServer server(
      [](ScriptedServer::Peer& peer) { peer.send(std::string(kTlsInfo) + "PING\r\n"); });
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file);
  EXPECT_EQ(outcome(settings, server), "closed 0 info: bytes in clear before the handshake");
}

TEST_F(ClientTls, NamesAHandshakeThatTimedOutOrWasCut) {
  ScriptedServer silent([](ScriptedServer::Peer& peer) { peer.send(kTlsInfo); });
  ClientSettings settings = settings_for(silent.url());
  settings.tls = client_context(server_.cert_file);
  settings.timeout_ms = 50;
  EXPECT_EQ(outcome(settings, silent), "closed 0 tls: timed out");
  ScriptedServer junk([](ScriptedServer::Peer& peer) { peer.send(kTlsInfo); });
  settings = settings_for(junk.url());
  settings.tls = client_context(server_.cert_file);
  RecordedEvents events;
  ClientLoop loop(settings, events, 1);
  loop.dial(kLink, 0, std::nullopt);
  ASSERT_TRUE(pump_until([&] { return !events.seen.empty(); },
                         [&] {
                           junk.pump();
                           loop.turn(1);
                           if (junk.peers() > 0 && !junk.last().received.empty()) {
                             junk.last().transport.close();
                           }
                         }));
  EXPECT_EQ(events.last(), "closed 0 tls: closed by the server");
}

// OpenSSL says nothing of it.
TEST_F(ClientTls, NamesAConnectionThatBreaks) {
  ScriptedServer server(tls_after_info(server_context(server_)));
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file);
  RecordedEvents events;
  ClientLoop loop(settings, events, 1);
  loop.dial(kLink, 0, std::nullopt);
  const auto step = [&] {
    server.pump();
    loop.turn(1);
    answer_ping(server);
  };
  ASSERT_TRUE(pump_until([&] { return !events.seen.empty(); }, step));
  // A close is a reset; and it is one of the socket alone, so TLS says no goodbye.
  const int descriptor = server.last().transport.descriptor();
  const linger at_once{1, 0};
  ASSERT_EQ(::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
  const UniqueDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  ASSERT_EQ(::dup2(nothing.get(), descriptor), descriptor);
  ASSERT_TRUE(pump_until([&] { return events.seen.size() == 2; }, [&] { loop.turn(1); }));
  EXPECT_EQ(events.last(), "closed 0 connected: Connection reset by peer");
}

TEST_F(ClientTls, CarriesLargeMessagesBothWays) {
  ScriptedServer server(tls_after_info(server_context(server_)));
  ClientSettings settings = settings_for(server.url());
  settings.tls = client_context(server_.cert_file);
  RecordedEvents events;
  ClientLoop loop(settings, events, 1);
  loop.dial(kLink, 0, std::nullopt);
  const auto step = [&] {
    server.pump();
    loop.turn(1);
    answer_ping(server);
  };
  ASSERT_TRUE(pump_until([&] { return !events.seen.empty(); }, step));
  const std::string body(200'000, 'b');
  server.last().send("MSG a 1 200000\r\n" + body + "\r\nMSG b 1 1\r\nx\r\n");
  loop.publish(kLink, "up", body);
  ASSERT_TRUE(pump_until(
      [&] { return events.seen.size() == 3 && server.last().has("PUB up 200000\r\n" + body); },
      step));
  EXPECT_EQ(events.seen[1], "message 0 a " + body);
  EXPECT_EQ(events.seen[2], "message 0 b x");
}

}  // namespace
}  // namespace antiphon::fleet
