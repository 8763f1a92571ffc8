#include "broker/session/connect.h"

#include <future>

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class ConnectTest : public Scene {
 protected:
  void require_password() {
    AuthSettings settings;
    settings.users = {{"joe", "secret"}, {"guest", ""}};
    settings_.session.authenticator = make_authenticator(settings);
  }
  void allow_guest() {
    AuthSettings settings;
    settings.users = {{"joe", "secret"}, {"guest", ""}};
    settings.no_auth_user = "guest";
    settings_.session.authenticator = make_authenticator(settings);
  }
  static constexpr std::string_view kViolation = "-ERR 'Authorization Violation'\r\n";
};

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

// Grants whoever sends a name, until a time, and remembers what it was asked with.
class Recording final : public Authenticator {
 public:
  struct Record final : LoginRecord {
    std::unique_ptr<LoginRecord> copy() const override { return std::make_unique<Record>(*this); }
  };
  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return false; }
  bool needs_nonce() const override { return true; }
  LoginCost cost(const ConnectOptions&) const override { return cost_; }
  LoginCost cost_again(const LoginRecord&) const override { return LoginCost::kQuick; }
  Verdict decide(const ConnectOptions& options, const ConnectionFacts& facts) const override {
    asked_.push_back(facts);
    if (options.user.empty()) return refused("no name");
    return granted();
  }
  Verdict decide_again(const LoginRecord& record, const ConnectionFacts& facts) const override {
    asked_again_.push_back(facts);
    if (dynamic_cast<const Record*>(&record) == nullptr || revoked_) return refused("revoked");
    return granted();
  }

  Verdict granted() const {
    Verdict verdict;
    verdict.allowed = true;
    verdict.grant.user = "somebody";
    verdict.record = std::make_unique<Record>();
    verdict.record->expires_ns = expires_ns_;
    verdict.record->account_expires = account_expires_;
    return verdict;
  }

  LoginCost cost_ = LoginCost::kQuick;
  int64_t expires_ns_ = 0;
  bool account_expires_ = false;
  bool revoked_ = false;
  mutable std::vector<ConnectionFacts> asked_;
  mutable std::vector<ConnectionFacts> asked_again_;
};

class LoginTest : public ConnectTest {
 protected:
  void use(std::shared_ptr<Recording> authenticator) {
    settings_.session.authenticator = std::move(authenticator);
    settings_.session.nonces = &NonceSource::of_this_process();
  }
  std::string nonce_in(const std::string& info) {
    const size_t at = info.find("\"nonce\":\"");
    return at == info.npos ? "" : info.substr(at + 9, info.find('"', at + 9) - at - 9);
  }
};

TEST_F(LoginTest, TellsANonceOnlyWhereOneIsWanted) {
  SceneClient plain(world(), 0);
  ASSERT_TRUE(world().settle());
  EXPECT_EQ(nonce_in(plain.take()), "");
}

TEST_F(LoginTest, TheAuthenticatorSeesTheNonceThatInfoTold) {
  const auto recording = std::make_shared<Recording>();
  use(recording);
  SceneClient first(world(), 0);
  SceneClient second(world(), 0);
  ASSERT_TRUE(world().settle());
  const std::string told = nonce_in(first.take());
  EXPECT_EQ(told.size(), kNonceTextBytes);
  EXPECT_NE(told, nonce_in(second.take()));
  EXPECT_EQ(first.ask("CONNECT {\"user\":\"joe\"}\r\n"), "+OK\r\n");
  ASSERT_EQ(recording->asked_.size(), 1u);
  EXPECT_EQ(recording->asked_[0].nonce, told);
  EXPECT_FALSE(recording->asked_[0].is_tls);
  EXPECT_FALSE(recording->asked_[0].verified_certificate);
  EXPECT_EQ(recording->asked_[0].kind, ConnectionKind::kStandard);
  EXPECT_EQ(recording->asked_[0].wall_ns, world().wall_ns());
}

TEST_F(LoginTest, ASecondConnectWithoutCredentialsIsJudgedByWhatTheFirstLeft) {
  const auto recording = std::make_shared<Recording>();
  use(recording);
  SceneClient client = bare_client();
  client.ask("CONNECT {\"user\":\"joe\"}\r\n");
  EXPECT_EQ(client.ask("CONNECT {\"verbose\":false}\r\nPING\r\n"), "PONG\r\n");
  EXPECT_EQ(recording->asked_.size(), 1u);
  EXPECT_EQ(recording->asked_again_.size(), 1u);
  recording->revoked_ = true;
  EXPECT_EQ(client.ask("CONNECT {}\r\n"), kViolation);
}

TEST_F(LoginTest, EndsWhenTheCredentialEnds) {
  const auto recording = std::make_shared<Recording>();
  use(recording);
  settings_.session.ping_interval_ms = 100'000'000;
  settings_.session.pings_out_max = 1000;
  SceneClient waiting = bare_client();
  recording->expires_ns_ = world().wall_ns() + 5'000 * int64_t{1'000'000};
  waiting.ask("CONNECT {\"user\":\"joe\"}\r\n");
  advance_ms(2500);
  EXPECT_EQ(waiting.take(), "PING\r\n");
  waiting.send("PONG\r\n");
  advance_ms(2498);
  EXPECT_FALSE(waiting.is_closed());
  advance_ms(3);
  EXPECT_EQ(waiting.take(), "-ERR 'User Authentication Expired'\r\n");
  EXPECT_EQ(waiting.close_reason(), CloseReason::kAuthenticationExpired);
}

TEST_F(LoginTest, EndsWhenTheAccountEnds) {
  const auto recording = std::make_shared<Recording>();
  use(recording);
  SceneClient client = bare_client();
  recording->expires_ns_ = world().wall_ns() + 1'000'000;
  recording->account_expires_ = true;
  client.ask("CONNECT {\"user\":\"joe\"}\r\n");
  advance_ms(3);
  EXPECT_EQ(client.take(), "-ERR 'Account Authentication Expired'\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kAuthenticationExpired);
}

TEST_F(LoginTest, TheLaterEndOfARenewedLoginCounts) {
  const auto recording = std::make_shared<Recording>();
  use(recording);
  SceneClient client = bare_client();
  recording->expires_ns_ = world().wall_ns() + 1'000 * int64_t{1'000'000};
  client.ask("CONNECT {\"user\":\"joe\"}\r\n");
  recording->expires_ns_ = 0;
  shard().post([&] { authenticate_again(shard(), client.session()); });
  ASSERT_TRUE(world().settle());
  advance_ms(2'000);
  EXPECT_FALSE(client.is_closed());
}

TEST_F(LoginTest, AnEndFarAwayDoesNotComeEarly) {
  const auto recording = std::make_shared<Recording>();
  use(recording);
  settings_.session.ping_interval_ms = int64_t{1} << 50;
  SceneClient client = bare_client();
  recording->expires_ns_ = INT64_MAX;
  client.ask("CONNECT {\"user\":\"joe\"}\r\n");
  for (int day = 0; day < 40; ++day) advance_ms(24 * 60 * 60 * 1000);
  EXPECT_FALSE(client.is_closed());
}

TEST_F(LoginTest, ABriefDecisionIsMadeElsewhereAndIsNeverRefusedForACrowd) {
  std::promise<void> started;  // the pool's tasks use both
  std::promise<void> release;
  WorkPool pool(1);
  settings_.slow_work = &pool;
  const auto recording = std::make_shared<Recording>();
  recording->cost_ = LoginCost::kBrief;
  use(recording);
  ASSERT_TRUE(pool.submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  for (size_t i = 0; i < WorkPool::kWaitingMax; ++i) {
    ASSERT_TRUE(pool.submit([] {}, WorkPool::Length::kBrief));
  }
  SceneClient here = bare_client();
  EXPECT_EQ(here.ask("CONNECT {\"user\":\"joe\"}\r\n"), "+OK\r\n");
  recording->cost_ = LoginCost::kLong;
  for (size_t i = 0; i < WorkPool::kWaitingMax; ++i) ASSERT_TRUE(pool.submit([] {}));
  SceneClient refused = bare_client();
  EXPECT_EQ(refused.ask("CONNECT {\"user\":\"joe\"}\r\n"), kViolation);
  release.set_value();
}

TEST_F(LoginTest, AReloadDuringADecisionMakesTheNewSettingsDecide) {
  std::promise<void> started;  // the pool's tasks use both
  std::promise<void> release;
  WorkPool pool(1);
  settings_.slow_work = &pool;
  const auto before = std::make_shared<Recording>();
  before->cost_ = LoginCost::kBrief;
  use(before);
  ASSERT_TRUE(pool.submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  SceneClient client = bare_client();
  client.send("CONNECT {\"user\":\"joe\"}\r\n");
  EXPECT_TRUE(client.session().login_pending);
  require_password();
  SessionSettings next = *shard().settings;
  next.authenticator = settings_.session.authenticator;
  shard().settings = std::make_shared<const SessionSettings>(next);
  authenticate_again(shard(), client.session());
  release.set_value();
  for (int i = 0; i < 10'000'000 && !client.is_closed(); ++i) {
    world().settle();
    std::this_thread::yield();
  }
  EXPECT_EQ(client.take(), kViolation) << "joe has no such password";
}

}  // namespace
}  // namespace antiphon
