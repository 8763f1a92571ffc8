#include "broker/session/connect.h"

#include "tests/unit/broker/session/login_scene.h"

namespace antiphon {
namespace {

class ConnectTest : public LoginScene {};

TEST_F(ConnectTest, IsAnsweredWhenTheClientIsVerbose) {
  EXPECT_EQ(bare_client().ask("CONNECT {}\r\n"), "+OK\r\n");
  EXPECT_EQ(bare_client().ask("CONNECT {\"verbose\":true}\r\n"), "+OK\r\n");
  EXPECT_EQ(bare_client().ask("CONNECT {\"verbose\":false}\r\n"), "");
}

TEST_F(ConnectTest, IsNotNeededWhereEverybodyMayCome) {
  SceneClient client = bare_client();
  EXPECT_EQ(client.ask("SUB a 1\r\nPUB a 2\r\nhi\r\n"), "+OK\r\n+OK\r\nMSG a 1 2\r\nhi\r\n");
}

TEST_F(ConnectTest, RemembersWhatTheClientSaysOfItself) {
  SceneClient client = client_with(
      R"("name":"n","lang":"cpp","version":"1.2","user":"joe","protocol":1,"headers":true)");
  Session& session = client.session();
  ASSERT_NE(session.details, nullptr);
  EXPECT_EQ(session.details->name, "n");
  EXPECT_EQ(session.details->lang, "cpp");
  EXPECT_EQ(session.details->version, "1.2");
  EXPECT_EQ(session.details->user, "joe");
  EXPECT_EQ(session.details->account_name, "$G");
  EXPECT_TRUE(session.headers);
  EXPECT_TRUE(session.knows_async_info);
  EXPECT_EQ(session.state, SessionState::kOpen);
}

TEST_F(ConnectTest, AgreesOnHeadersOnlyWhenBothSidesKnowThem) {
  settings_.session.headers = false;
  SceneClient client = client_with(R"("verbose":false,"headers":true)");
  EXPECT_FALSE(client.session().headers);
  client.send("HPUB a 0 0\r\n\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kHeadersUnsupported);
}

TEST_F(ConnectTest, ClosesWhenItIsNoJson) {
  SceneClient client = bare_client();
  EXPECT_EQ(client.ask("CONNECT {x}\r\n"), "");
  EXPECT_EQ(client.close_reason(), CloseReason::kProtocolViolation);
}

TEST_F(ConnectTest, RefusesUnknownProtocolLevels) {
  for (const char* level : {"-1", "2"}) {
    SceneClient client = bare_client();
    EXPECT_EQ(client.ask("CONNECT {\"verbose\":false,\"protocol\":" + std::string(level) + "}\r\n"),
              "-ERR 'invalid client protocol'\r\n");
    EXPECT_EQ(client.close_reason(), CloseReason::kBadClientProtocolVersion);
  }
}

TEST_F(ConnectTest, RefusesNoRespondersWithoutHeaders) {
  SceneClient client = bare_client();
  EXPECT_EQ(client.ask("CONNECT {\"verbose\":false,\"no_responders\":true}\r\n"),
            "-ERR 'no responders requires headers support'\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kNoRespondersRequiresHeaders);
}

TEST_F(ConnectTest, RefusesAClientThatChoosesItsAccount) {
  for (const char* text : {R"("account":"A")", R"("new_account":true)"}) {
    SceneClient client = bare_client();
    EXPECT_EQ(client.ask("CONNECT {\"verbose\":false," + std::string(text) + "}\r\n"), kViolation);
    EXPECT_EQ(client.close_reason(), CloseReason::kAuthenticationFailure);
  }
}

TEST_F(ConnectTest, ASecondOneEndsAllSubscriptionsAndChangesOnlyWhatItNames) {
  SceneClient client = client_with(R"("verbose":false,"echo":true,"headers":true,"name":"n")");
  client.send("SUB a 1\r\nSUB b q 2\r\n");
  client.send("CONNECT {\"echo\":false}\r\n");
  Session& session = client.session();
  EXPECT_TRUE(session.subscriptions.empty());
  EXPECT_FALSE(session.echo);
  EXPECT_FALSE(session.verbose);
  EXPECT_TRUE(session.headers);
  EXPECT_EQ(session.details->name, "n");
  SceneClient other = this->client();
  other.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(client.take(), "");
  EXPECT_EQ(client.ask("SUB a 1\r\n"), "");
  other.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(client.take(), "MSG a 1 1\r\nx\r\n");
}

TEST_F(ConnectTest, AFirstOneKeepsWhatWasSubscribedBefore) {
  SceneClient client = bare_client();
  client.send("SUB a 1\r\n");
  client.ask("CONNECT {\"verbose\":false}\r\n");
  EXPECT_EQ(client.ask("PUB a 1\r\nx\r\n"), "MSG a 1 1\r\nx\r\n");
}

TEST_F(ConnectTest, LetsInWhoKnowsThePassword) {
  require_password();
  SceneClient client = bare_client();
  EXPECT_EQ(client.ask("CONNECT {\"user\":\"joe\",\"pass\":\"secret\"}\r\n"), "+OK\r\n");
  EXPECT_EQ(client.session().details->user, "joe");
  EXPECT_EQ(client.session().auth_deadline_ms, 0);
}

TEST_F(ConnectTest, SendsAwayWhoDoesNot) {
  require_password();
  for (const char* options : {R"("user":"joe","pass":"Secret")", R"("user":"joe")", "",
                              R"("user":"eve","pass":"secret")", R"("auth_token":"secret")"}) {
    SceneClient client = bare_client();
    EXPECT_EQ(client.ask("CONNECT {" + std::string(options) + "}\r\n"), kViolation) << options;
    EXPECT_EQ(client.close_reason(), CloseReason::kAuthenticationFailure);
  }
}

TEST_F(ConnectTest, MustComeFirstWhereCredentialsAreNeeded) {
  require_password();
  for (const char* text : {"PING\r\n", "PUB a 1\r\nx\r\n", "SUB a 1\r\n", "x", "+OK\r\n"}) {
    SceneClient client = bare_client();
    EXPECT_EQ(client.ask(text), kViolation) << text;
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(ConnectTest, TakesNothingBehindARefusedOne) {
  require_password();
  SceneClient client = bare_client();
  EXPECT_EQ(client.ask("CONNECT {\"user\":\"eve\"}\r\nPING\r\nPUB a 1\r\nx\r\n"), kViolation);
}

TEST_F(ConnectTest, IsWaitedForOnlySoLong) {
  require_password();
  settings_.session.auth_timeout_ms = 500;
  SceneClient client = bare_client();
  SceneClient quick = bare_client();
  quick.ask("CONNECT {\"user\":\"joe\",\"pass\":\"secret\"}\r\n");
  advance_ms(499);
  EXPECT_FALSE(client.is_closed());
  advance_ms(1);
  EXPECT_EQ(client.take(), "-ERR 'Authentication Timeout'\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kAuthenticationTimeout);
  EXPECT_FALSE(quick.is_closed());
}

TEST_F(ConnectTest, IsNotNeededForTheUserOfThoseWithoutCredentials) {
  allow_guest();
  SceneClient client = bare_client();
  EXPECT_EQ(client.ask("PING\r\n"), "PONG\r\n");
  EXPECT_EQ(client.session().details->user, "guest");
  SceneClient polite = bare_client();
  EXPECT_EQ(polite.ask("CONNECT {}\r\n"), "+OK\r\n");
  EXPECT_EQ(polite.session().details->user, "guest");
  SceneClient wrong = bare_client();
  EXPECT_EQ(wrong.ask("CONNECT {\"user\":\"joe\",\"pass\":\"no\"}\r\n"), kViolation);
}

TEST_F(ConnectTest, IsAskedAgainAfterAReload) {
  require_password();
  SceneClient joe = bare_client();
  joe.ask("CONNECT {\"user\":\"joe\",\"pass\":\"secret\",\"verbose\":false}\r\n");
  const auto reload = [&](std::vector<UserSettings> users) {
    AuthSettings settings;
    settings.users = std::move(users);
    SessionSettings next = *shard().settings;
    next.authenticator = make_authenticator(settings);
    shard().settings = std::make_shared<const SessionSettings>(next);
    shard().post([this, &joe] { authenticate_again(shard(), joe.session()); });
    EXPECT_TRUE(world().settle());
  };
  reload({{"joe", "secret"}, {"new", "x"}});
  EXPECT_FALSE(joe.is_closed());
  reload({{"joe", "changed"}});
  EXPECT_EQ(joe.take(), kViolation);
  EXPECT_TRUE(joe.is_closed());
}

TEST_F(ConnectTest, WaitsForASlowPasswordWithoutReadingOn) {
  WorkPool pool(1);
  settings_.slow_work = &pool;
  AuthSettings settings;
  // bcrypt of "secret" with the smallest cost.
  settings.users = {{"joe", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"}};
  settings_.session.authenticator = make_authenticator(settings);
  const auto answer = [this](SceneClient& client, const std::string& pass) {
    client.send_later("CONNECT {\"user\":\"joe\",\"pass\":\"" + pass + "\"}\r\nPING\r\n");
    constexpr int64_t kTooLongMs = 20'000;
    const SteadyTime started = steady_now();
    std::string text;
    while (text.find("PONG") == text.npos && !client.is_closed() &&
           steady_now().ms() - started.ms() < kTooLongMs) {
      world().settle();
      text += client.take();
    }
    return text + client.take();
  };
  SceneClient wrong = bare_client();
  EXPECT_EQ(answer(wrong, "Secret"), kViolation);
  EXPECT_TRUE(wrong.is_closed());
  SceneClient right = bare_client();
  EXPECT_EQ(answer(right, "secret"), "+OK\r\nPONG\r\n");
}

}  // namespace
}  // namespace antiphon
