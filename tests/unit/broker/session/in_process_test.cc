// Clients within the process: their login, what they are told, the limits that are theirs.
#include <nlohmann/json.hpp>

#include "broker/net/memory_stream.h"
#include "broker/session/close.h"
#include "broker/session/connect.h"
#include "broker/session/open.h"
#include "broker/session/turn.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

constexpr const char* kConnect = "CONNECT {\"verbose\":false,\"name\":\"tier\",\"headers\":true}\r\n";

class InProcessTest : public Scene {
 protected:
  InProcessTest() { settings_.session.in_process.user = "in-process"; }

  void demand_login() {
    AuthSettings users;
    users.user = "joe";
    users.password = "secret";
    settings_.session.authenticator = make_authenticator(std::move(users));
  }
  void attach() {
    turn();
    auto connection = connect_in_memory();
    ASSERT_TRUE(connection.has_value());
    own_ = std::move(connection->other);
    take_in_process_connection(shard(), std::move(connection->one));
    shard().sessions.for_each([this](Session& session) {
      if (session.in_process) id_ = session.id;
    });
    turn();
  }
  void turn() {
    world().run_turn(0);
    EXPECT_TRUE(world().settle());
  }
  std::string take() {
    std::string all(1 << 16, '\0');
    const IoResult result = own_.read(all.data(), all.size());
    at_end_ = result.status == IoStatus::kEnd;
    return all.substr(0, result.status == IoStatus::kDone ? result.bytes : 0);
  }
  std::string ask(std::string_view bytes) {
    const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
    EXPECT_EQ(own_.write(&piece, 1).bytes, bytes.size());
    on_event(shard(), {id_.packed(), true, true, false});
    turn();
    return take();
  }
  Session* session() { return shard().sessions.find(id_); }

  Transport own_;
  SessionId id_;
  bool at_end_ = false;
};

TEST_F(InProcessTest, IsNotAskedForTlsNorForALogin) {
  demand_login();
  settings_.session.info.tls_required = settings_.session.info.tls_verify = true;
  attach();
  const std::string greeting = take();
  ASSERT_EQ(greeting.substr(0, 5), "INFO ");
  const auto info = nlohmann::json::parse(greeting.substr(5));
  EXPECT_FALSE(info.value("auth_required", false));
  EXPECT_FALSE(info.value("tls_required", false));
  EXPECT_FALSE(info.value("tls_verify", false));
  EXPECT_FALSE(info.contains("nonce"));
  EXPECT_EQ(info["client_ip"], "pipe");
  EXPECT_EQ(ask(std::string(kConnect) + "PING\r\n"), "PONG\r\n");
  EXPECT_EQ(session()->details->user, "in-process");
  EXPECT_EQ(session()->details->name, "tier");
  EXPECT_FALSE(session()->has_permissions);
}

TEST_F(InProcessTest, SendsConnectFirstLikeEverybody) {
  demand_login();
  attach();
  take();
  EXPECT_NE(ask("PING\r\n").find("-ERR 'Authorization Violation'"), std::string::npos);
}

TEST_F(InProcessTest, GetsTheAccountThatIsSetForIt) {
  settings_.session.accounts = {"$G", "fleet"};
  settings_.session.in_process.account = AccountId{1};
  settings_.session.in_process.account_name = "fleet";
  SceneClient outsider = client();
  attach();
  take();
  ask(std::string(kConnect) + "SUB a 1\r\n");
  EXPECT_EQ(session()->account, AccountId{1});
  outsider.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(take(), "") << "another account";
  EXPECT_EQ(ask("PUB a 2\r\nhi\r\n"), "MSG a 1 2\r\nhi\r\n");
}

TEST_F(InProcessTest, ExchangesMessagesWithOthers) {
  SceneClient other = client();
  other.send("SUB from 7\r\n");
  attach();
  take();
  ask(std::string(kConnect) + "SUB to 1\r\n");
  other.send("PUB to 2\r\nhi\r\n");
  turn();
  EXPECT_EQ(take(), "MSG to 1 2\r\nhi\r\n");
  ask("PUB from 3\r\nyou\r\n");
  EXPECT_EQ(other.take(), "MSG from 7 3\r\nyou\r\n");
}

TEST_F(InProcessTest, IsNotClosedForBeingSlowToLogIn) {
  demand_login();
  settings_.session.auth_timeout_ms = 1000;
  attach();
  advance_ms(1500);
  EXPECT_NE(session(), nullptr);
}

TEST_F(InProcessTest, CountsButIsLetInWhenTheServerIsFull) {
  settings_.session.connections_max = 1;
  SceneClient other = client();
  attach();
  take();
  EXPECT_EQ(ask(std::string(kConnect) + "PING\r\n"), "PONG\r\n");
  EXPECT_EQ(world().counts().connections.load(), 2);
}

TEST_F(InProcessTest, StaysWhenOthersAreJudgedAgain) {
  demand_login();
  attach();
  take();
  ask(kConnect);
  authenticate_again(shard(), *session());
  EXPECT_FALSE(session()->is_closing());
  EXPECT_EQ(ask("PING\r\n"), "PONG\r\n");
}

TEST_F(InProcessTest, IsBoundByPendingOutputLikeEverybody) {
  settings_.session.pending_bytes_max = 1 << 20;
  attach();
  take();
  ask(std::string(kConnect) + "SUB a 1\r\n");
  SceneClient other = client();
  const std::string payload(200'000, 'x');
  // The stream takes a megabyte and the broker keeps another; then its reader is too slow.
  for (int i = 0; i < 20 && session() != nullptr; ++i) {
    other.send("PUB a " + std::to_string(payload.size()) + "\r\n" + payload + "\r\n");
  }
  EXPECT_EQ(session(), nullptr);
  EXPECT_EQ(world().closed_sessions().snapshot().back().reason, CloseReason::kSlowConsumerPendingBytes);
}

TEST_F(InProcessTest, IsToldTheReasonAndThenTheEnd) {
  attach();
  take();
  ask(kConnect);
  close_with_error(shard(), *session(), "go away", CloseReason::kServerShutdown);
  turn();
  EXPECT_EQ(take(), "-ERR 'go away'\r\n");
  take();
  EXPECT_TRUE(at_end_);
}

TEST_F(InProcessTest, ItsOwnEndIsSeen) {
  attach();
  own_.close();
  on_event(shard(), {id_.packed(), true, true, false});
  turn();
  EXPECT_EQ(session(), nullptr);
  EXPECT_EQ(world().closed_sessions().snapshot().back().reason, CloseReason::kClientClosed);
  EXPECT_EQ(world().closed_sessions().snapshot().back().peer.ip_text(), "pipe");
}

}  // namespace
}  // namespace antiphon
