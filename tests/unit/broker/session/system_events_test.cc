// What shards hand to the feed of events, and when.
#include "broker/session/system_events.h"

#include "broker/auth/jwt_authenticator.h"
#include "broker/session/connect.h"
#include "tests/unit/broker/session/scene.h"
#include "tests/unit/made_jwt.h"

namespace antiphon {
namespace {

using Kind = ClientEvent::Kind;

class Recorder final : public SystemEvents {
 public:
  std::vector<ClientEvent> clients_;
  std::vector<AccountId> changed_;

  void client_event(ClientEvent event) override { clients_.push_back(std::move(event)); }
  void connections_changed(AccountId account) override { changed_.push_back(account); }
};

class SystemEventsTest : public Scene {
 protected:
  static constexpr AccountId kSystem{1};
  static constexpr AccountId kOther{2};

  SystemEventsTest() {
    settings_.events = &recorder_;
    settings_.session.accounts = {"$G", "SYS", "A"};
    settings_.session.system_account = "SYS";
    settings_.session.system_account_id = kSystem;
    settings_.session.info.server_id = "NID";
    settings_.session.account_tags = {"", "", "Acme"};
    AuthSettings auth;
    auth.users = {user("sys", kSystem, "SYS"), user("app", kOther, "A"), user("g", {}, "$G")};
    settings_.session.authenticator = make_authenticator(auth);
  }
  static UserSettings user(const std::string& name, AccountId account, const std::string& text) {
    UserSettings settings{name, "p"};
    settings.account = account;
    settings.account_name = text;
    return settings;
  }
  static std::string options_of(const std::string& name, const std::string& password = "p") {
    return R"("verbose":false,"name":"n","lang":"cc","version":"1","user":")" + name +
           R"(","pass":")" + password + "\"";
  }
  SceneClient in(const std::string& name, uint16_t shard = 0) {
    return client_with(options_of(name), shard);
  }
  std::vector<Kind> kinds() const {
    std::vector<Kind> all;
    for (const ClientEvent& event : recorder_.clients_) all.push_back(event.kind);
    return all;
  }

  Recorder recorder_;
};

TEST_F(SystemEventsTest, WhereNobodyListensNothingIsHandedIn) {
  in("app").close();
  client_with(options_of("app", "wrong")).close();
  SceneClient listener = in("sys");
  listener.send("SUB $SYS.ACCOUNT.B.CONNECT 1\r\nSUB other.> 2\r\n");
  in("app").close();
  EXPECT_TRUE(recorder_.clients_.empty());
  EXPECT_TRUE(recorder_.changed_.empty());
}

TEST_F(SystemEventsTest, ComingAndGoingIsHandedInWithTheFacts) {
  SceneClient listener = in("sys");
  listener.send("SUB $SYS.ACCOUNT.A.CONNECT 1\r\nSUB $SYS.ACCOUNT.*.DISCONNECT q 2\r\n");
  SceneClient client = in("app");
  client.send("SUB x 1\r\nPUB x 3\r\nabc\r\n");
  ASSERT_EQ(kinds(), std::vector<Kind>{Kind::kConnected});
  const ClientEvent& came = recorder_.clients_[0];
  EXPECT_EQ(came.account, kOther);
  EXPECT_EQ(came.account_name, "A");
  EXPECT_EQ(came.account_tag, "Acme");
  EXPECT_EQ(came.facts.client_id, client.client_id());
  EXPECT_EQ(came.facts.details.user, "app");
  EXPECT_EQ(came.facts.details.name, "n");
  EXPECT_EQ(came.facts.stop_ns, 0);
  client.close();
  ASSERT_EQ(kinds(), (std::vector<Kind>{Kind::kConnected, Kind::kDisconnected}));
  const ClientEvent& went = recorder_.clients_[1];
  EXPECT_EQ(went.facts.reason, CloseReason::kClientClosed);
  EXPECT_EQ(went.facts.received.messages, 1u);
  EXPECT_EQ(went.facts.sent.bytes, 3u);
  EXPECT_TRUE(went.facts.subscriptions.empty());
  EXPECT_NE(went.facts.stop_ns, 0);
}

TEST_F(SystemEventsTest, ListenersOfOtherShardsCount) {
  settings_.shard_count = 2;
  SceneClient listener = in("sys", 1);
  listener.send("SUB $SYS.ACCOUNT.*.CONNECT 1\r\n");
  SceneClient queue = in("sys", 1);
  queue.send("SUB $SYS.ACCOUNT.*.DISCONNECT q 1\r\n");
  SceneClient client = in("app", 0);
  client.close();
  ASSERT_EQ(kinds().size(), 3u) << "the queue's member, and the one who came and went";
  EXPECT_EQ(recorder_.clients_.back().shard, ShardId{0});
}

TEST_F(SystemEventsTest, TheConnectionsOfAnAccountChangeWhenOneComesOrGoes) {
  SceneClient listener = in("sys");
  listener.send("SUB $SYS.SERVER.ACCOUNT.*.CONNS 1\r\n");
  SceneClient client = in("app");
  EXPECT_EQ(recorder_.changed_, std::vector<AccountId>{kOther});
  client.close();
  EXPECT_EQ(recorder_.changed_, (std::vector<AccountId>{kOther, kOther}));
  in("g").close();
  EXPECT_EQ(recorder_.changed_.size(), 2u) << "nothing is told of $G";
}

TEST_F(SystemEventsTest, WhoStaysAfterAReloadHasComeAgain) {
  SceneClient client = in("app");
  SceneClient silent = bare_client();
  SceneClient listener = in("sys");
  listener.send("SUB $SYS.ACCOUNT.*.CONNECT 1\r\n");
  shard().post([&] {
    authenticate_again(shard(), client.session());
    authenticate_again(shard(), silent.session());
  });
  EXPECT_TRUE(world().settle());
  EXPECT_TRUE(recorder_.clients_.empty());
  shard().post([&] {
    tell_it_stays(shard(), client.session());
    tell_it_stays(shard(), silent.session());
  });
  EXPECT_TRUE(world().settle());
  ASSERT_EQ(kinds(), std::vector<Kind>{Kind::kConnected}) << "who has not logged in has not come";
  EXPECT_EQ(recorder_.clients_[0].facts.client_id, client.client_id());
  EXPECT_EQ(recorder_.clients_[0].facts.details.user, "app");
}

TEST_F(SystemEventsTest, WhoIsStillBeingJudgedIsToldOfWhenItMayStay) {
  SceneClient client = in("app");
  SceneClient listener = in("sys");
  listener.send("SUB $SYS.ACCOUNT.*.CONNECT 1\r\n");
  client.session().login_pending = true;
  shard().post([&] { tell_it_stays(shard(), client.session()); });
  EXPECT_TRUE(world().settle());
  EXPECT_TRUE(recorder_.clients_.empty());
  client.session().login_pending = false;
  shard().post([&] { authenticate_again(shard(), client.session()); });
  EXPECT_TRUE(world().settle());
  EXPECT_EQ(kinds(), std::vector<Kind>{Kind::kConnected});
  shard().post([&] { authenticate_again(shard(), client.session()); });
  EXPECT_TRUE(world().settle());
  EXPECT_EQ(kinds().size(), 1u) << "once";
}

TEST_F(SystemEventsTest, WhoseJwtIsRefusedIsNamedByItsKey) {
  SceneClient listener = in("sys");
  listener.send("SUB $SYS.SERVER.*.CLIENT.AUTH.ERR 1\r\n");
  SessionSettings by_jwt = *shard().settings;
  by_jwt.authenticator = std::make_shared<JwtAuthenticator>(OperatorSettings{});
  shard().adopt(std::make_shared<const SessionSettings>(by_jwt));
  const TestKey account{NkeyPrefix::kAccount};
  const TestKey stranger{NkeyPrefix::kUser};
  client_with("\"jwt\":\"" + made_jwt("user", stranger, account, R"(,"subs":-1,"data":-1,"payload":-1)") +
              "\",\"auth_token\":\"secret\"");
  ASSERT_EQ(kinds(), std::vector<Kind>{Kind::kRefused});
  EXPECT_EQ(recorder_.clients_[0].facts.details.user, stranger.nkey());
}

TEST_F(SystemEventsTest, WhoIsRefusedIsNamedButForItsSecrets) {
  SceneClient listener = in("sys");
  listener.send("SUB $SYS.SERVER.*.CLIENT.AUTH.ERR 1\r\nSUB $SYS.ACCOUNT.$G.DISCONNECT 2\r\n");
  client_with(options_of("app", "wrong"));
  client_with(R"("auth_token":"secret","jwt":"x.y.z","name":"t")");
  ASSERT_EQ(kinds(), (std::vector<Kind>{Kind::kRefused, Kind::kDisconnected, Kind::kRefused,
                                        Kind::kDisconnected}));
  for (const ClientEvent& event : recorder_.clients_) {
    EXPECT_EQ(event.account_name, "$G");
    EXPECT_EQ(event.account_tag, "$G");
    EXPECT_EQ(event.facts.reason, CloseReason::kAuthenticationFailure);
  }
  EXPECT_EQ(recorder_.clients_[0].facts.details.user, "app");
  EXPECT_EQ(recorder_.clients_[2].facts.details.user, "[REDACTED]");
  EXPECT_EQ(recorder_.clients_[3].facts.details.name, "t");
}

TEST_F(SystemEventsTest, AnAccountHearsOfThoseWhoAreRefusedInIt) {
  SceneClient listener = in("g");
  listener.send("SUB $SYS.ACCOUNT.CLIENT.AUTH.ERR 1\r\n");
  SceneClient of_other = in("app");
  of_other.send("SUB $SYS.ACCOUNT.CLIENT.AUTH.ERR 1\r\n");
  client_with(options_of("app", "wrong"));
  ASSERT_EQ(kinds(), std::vector<Kind>{Kind::kRefusedInAccount});
  EXPECT_EQ(recorder_.clients_[0].account, kGlobalAccount);
}

TEST_F(SystemEventsTest, StrangersLeaveNothingBehindWhereNobodyListens) {
  SceneClient stranger = bare_client();
  stranger.send("CONNECT {" + options_of("app", "wrong") + "}\r\n");
  EXPECT_EQ(world().closed_sessions().snapshot().back().details.name, "");
}

TEST_F(SystemEventsTest, WithoutASystemAccountNobodyListens) {
  settings_.session.system_account_id.reset();
  SceneClient listener = in("sys");
  listener.send("SUB > 1\r\n");
  in("app").close();
  EXPECT_TRUE(recorder_.clients_.empty());
}

}  // namespace
}  // namespace antiphon
