#include "broker/session/login_decision.h"

#include <thread>

#include "broker/session/connect.h"
#include "tests/unit/broker/runtime/held_up_pool.h"
#include "tests/unit/broker/session/login_scene.h"

namespace antiphon {
namespace {

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

  void tell_end(const LoginRecord* record, const ConnectionFacts& facts,
                std::string_view reason) const override {
    EXPECT_NE(dynamic_cast<const Record*>(record), nullptr);
    ended_.push_back({facts.event, std::string(reason)});
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
  mutable std::vector<std::pair<LoginEvent, std::string>> ended_;
};

class LoginDecisionTest : public LoginScene {
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

TEST_F(LoginDecisionTest, TellsANonceOnlyWhereOneIsWanted) {
  SceneClient plain(world(), 0);
  ASSERT_TRUE(world().settle());
  EXPECT_EQ(nonce_in(plain.take()), "");
}

TEST_F(LoginDecisionTest, TheAuthenticatorSeesTheNonceThatInfoTold) {
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

TEST_F(LoginDecisionTest, ASecondConnectWithoutCredentialsIsJudgedByWhatTheFirstLeft) {
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

TEST_F(LoginDecisionTest, TheAuthenticatorIsToldTheOccasionAndWhoseConnectionItIs) {
  const auto recording = std::make_shared<Recording>();
  use(recording);
  SceneClient client = bare_client();
  client.ask("CONNECT {\"user\":\"joe\"}\r\n");
  client.ask("CONNECT {}\r\n");
  client.ask("CONNECT {\"user\":\"joe\"}\r\n");
  shard().post([&] { authenticate_again(shard(), client.session()); });
  ASSERT_TRUE(world().settle());
  ASSERT_EQ(recording->asked_.size(), 2u);
  ASSERT_EQ(recording->asked_again_.size(), 2u);
  EXPECT_EQ(recording->asked_[0].event, LoginEvent::kLogin);
  EXPECT_EQ(recording->asked_again_[0].event, LoginEvent::kConnectAgain);
  EXPECT_EQ(recording->asked_[1].event, LoginEvent::kConnectAgain);
  EXPECT_EQ(recording->asked_again_[1].event, LoginEvent::kReload);
  EXPECT_EQ(recording->asked_[0].client_id, client.session().client_id.value);
  EXPECT_EQ(recording->asked_[0].port, client.session().peer.port);
}

TEST_F(LoginDecisionTest, TheAuthenticatorIsToldOfWhomItLetInAndWhoIsNotServed) {
  const auto recording = std::make_shared<Recording>();
  use(recording);
  bare_client().ask("CONNECT {\"user\":\"joe\",\"protocol\":9}\r\n");
  bare_client().ask("CONNECT {\"user\":\"joe\",\"no_responders\":true,\"headers\":false}\r\n");
  bare_client().ask("CONNECT {\"user\":\"joe\",\"account\":\"x\"}\r\n");
  SceneClient again = bare_client();
  again.ask("CONNECT {\"user\":\"joe\"}\r\n");
  EXPECT_EQ(again.ask("CONNECT {\"new_account\":true}\r\n"), kViolation);
  bare_client().ask("CONNECT {\"protocol\":9}\r\n");  // was not let in
  ASSERT_EQ(recording->ended_.size(), 4u);
  for (const auto& [event, reason] : recording->ended_) EXPECT_EQ(event, LoginEvent::kClosed);
  EXPECT_EQ(recording->ended_[0].second, "invalid client protocol");
  EXPECT_EQ(recording->ended_[2].second, "CONNECT asks for an account");
  EXPECT_EQ(recording->ended_[3].second, "CONNECT asks for an account");
}

TEST_F(LoginDecisionTest, EndsWhenTheCredentialEnds) {
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
  ASSERT_EQ(recording->ended_.size(), 1u);
  EXPECT_EQ(recording->ended_[0].first, LoginEvent::kExpired);
}

TEST_F(LoginDecisionTest, EndsWhenTheAccountEnds) {
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

TEST_F(LoginDecisionTest, TheLaterEndOfARenewedLoginCounts) {
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

TEST_F(LoginDecisionTest, AnEndFarAwayDoesNotComeEarly) {
  const auto recording = std::make_shared<Recording>();
  use(recording);
  settings_.session.ping_interval_ms = int64_t{1} << 50;
  SceneClient client = bare_client();
  recording->expires_ns_ = INT64_MAX;
  client.ask("CONNECT {\"user\":\"joe\"}\r\n");
  for (int day = 0; day < 40; ++day) advance_ms(24 * 60 * 60 * 1000);
  EXPECT_FALSE(client.is_closed());
}

TEST_F(LoginDecisionTest, ABriefDecisionIsMadeElsewhereAndIsNeverRefusedForACrowd) {
  HeldUpPool pool;
  settings_.slow_work = &*pool;
  const auto recording = std::make_shared<Recording>();
  recording->cost_ = LoginCost::kBrief;
  use(recording);
  for (size_t i = 0; i < WorkPool::kBriefWaitingMax; ++i) {
    ASSERT_TRUE(pool->submit([] {}, WorkPool::Length::kBrief));
  }
  SceneClient here = bare_client();
  EXPECT_EQ(here.ask("CONNECT {\"user\":\"joe\"}\r\n"), "+OK\r\n");
  recording->cost_ = LoginCost::kLong;
  for (size_t i = 0; i < WorkPool::kLongWaitingMax; ++i) ASSERT_TRUE(pool->submit([] {}));
  SceneClient refused = bare_client();
  EXPECT_EQ(refused.ask("CONNECT {\"user\":\"joe\"}\r\n"), kViolation);
  pool.release();
}

TEST_F(LoginDecisionTest, AReloadDuringADecisionMakesTheNewSettingsDecide) {
  HeldUpPool pool;
  settings_.slow_work = &*pool;
  const auto before = std::make_shared<Recording>();
  before->cost_ = LoginCost::kBrief;
  use(before);
  SceneClient client = bare_client();
  client.send("CONNECT {\"user\":\"joe\"}\r\n");
  EXPECT_TRUE(client.session().login_pending);
  require_password();
  SessionSettings next = *shard().settings;
  next.authenticator = settings_.session.authenticator;
  shard().settings = std::make_shared<const SessionSettings>(next);
  authenticate_again(shard(), client.session());
  pool.release();
  for (int i = 0; i < 10'000'000 && !client.is_closed(); ++i) {
    world().settle();
    std::this_thread::yield();
  }
  EXPECT_EQ(client.take(), kViolation) << "joe has no such password";
}

}  // namespace
}  // namespace antiphon
