// A session under the limits that its login brought.
#include "broker/session/connect.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

// Lets everybody in with the same limits.
class Limiting final : public Authenticator {
 public:
  struct Record final : LoginRecord {
    std::unique_ptr<LoginRecord> copy() const override { return std::make_unique<Record>(*this); }
  };
  Limiting(int64_t subscriptions, int64_t payload)
      : subscriptions_(subscriptions), payload_(payload) {}
  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return false; }
  LoginCost cost(const ConnectOptions&) const override { return LoginCost::kQuick; }
  LoginCost cost_again(const LoginRecord&) const override { return LoginCost::kQuick; }
  Verdict decide(const ConnectOptions&, const ConnectionFacts&) const override {
    Verdict verdict;
    verdict.allowed = true;
    verdict.record = std::make_unique<Record>();
    verdict.record->subscriptions_max = subscriptions_;
    verdict.record->payload_bytes_max = payload_;
    return verdict;
  }
  Verdict decide_again(const LoginRecord&, const ConnectionFacts& facts) const override {
    Verdict verdict = refused("gone");
    verdict.refusal = refusal_;
    return refusal_ == Refusal::kViolation ? decide({}, facts) : std::move(verdict);
  }

  Refusal refusal_ = Refusal::kViolation;

 private:
  const int64_t subscriptions_;
  const int64_t payload_;
};

class LoginLimits : public Scene {
 protected:
  void limit(int64_t subscriptions, int64_t payload) {
    limiting_ = std::make_shared<Limiting>(subscriptions, payload);
    settings_.session.authenticator = limiting_;
  }
  void judge_again(SceneClient& client) {
    shard().post([this, &client] { authenticate_again(shard(), client.session()); });
    EXPECT_TRUE(world().settle());
  }
  std::shared_ptr<Limiting> limiting_;
};

TEST_F(LoginLimits, ThatAnAccountIsNotPinnedIsCounted) {
  limit(-1, -1);
  SceneClient client = this->client();
  judge_again(client);
  EXPECT_EQ(shard().counters.accounts_not_pinned, 0u);
  limiting_->refusal_ = Refusal::kNotPinned;
  judge_again(client);
  EXPECT_EQ(shard().counters.accounts_not_pinned, 1u);
  EXPECT_EQ(client.take(), "-ERR 'Authorization Violation'\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kAuthenticationFailure);
}

TEST_F(LoginLimits, ASubscriptionMoreIsRefusedAndTheConnectionStays) {
  limit(2, -1);
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("SUB a 1\r\nSUB b 2\r\nSUB c 3\r\nPING\r\n"),
            "-ERR 'maximum subscriptions exceeded'\r\nPONG\r\n");
  EXPECT_EQ(client.ask("UNSUB 1\r\nSUB c 3\r\n"), "");
}

TEST_F(LoginLimits, ALargerPayloadEndsTheConnectionEvenRightBehindConnect) {
  limit(-1, 3);
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("SUB a 1\r\nPUB a 3\r\nabc\r\n"), "MSG a 1 3\r\nabc\r\n");
  EXPECT_EQ(client.ask("PUB a 4\r\nabcd\r\n"), "-ERR 'Maximum Payload Violation'\r\n");
  SceneClient hasty = bare_client();
  EXPECT_EQ(hasty.ask("CONNECT {\"verbose\":false}\r\nPUB a 4\r\nabcd\r\n"),
            "-ERR 'Maximum Payload Violation'\r\n");
}

TEST_F(LoginLimits, TheServersLimitCountsIfItIsLower) {
  settings_.session.payload_bytes_max = 2;
  limit(-1, 3);
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("PUB a 3\r\nabc\r\n"), "-ERR 'Maximum Payload Violation'\r\n");
}

TEST_F(LoginLimits, InfoAfterTheFirstPongTellsThem) {
  settings_.session.info.max_payload = 1000;
  settings_.session.payload_bytes_max = 1000;
  limit(-1, 77);
  SceneClient client = client_with(R"("verbose":false,"protocol":1)");
  EXPECT_NE(client.ask("PING\r\n").find("\"max_payload\":77"), std::string::npos);
}

TEST_F(LoginLimits, WhoMustGoAfterAReloadHearsWhy) {
  struct Row {
    Refusal refusal;
    std::string_view text;
    CloseReason reason;
  };
  for (const Row& row :
       {Row{Refusal::kExpired, "-ERR 'User Authentication Expired'\r\n",
            CloseReason::kAuthenticationExpired},
        Row{Refusal::kAccountExpired, "-ERR 'Account Authentication Expired'\r\n",
            CloseReason::kAuthenticationExpired},
        Row{Refusal::kRevoked, "-ERR 'User Authentication Revoked'\r\n",
            CloseReason::kCredentialsRevoked}}) {
    if (limiting_ == nullptr) limit(-1, -1);
    SceneClient client = this->client();
    limiting_->refusal_ = Refusal::kViolation;
    judge_again(client);
    EXPECT_FALSE(client.is_closed());
    limiting_->refusal_ = row.refusal;
    judge_again(client);
    EXPECT_EQ(client.take(), row.text);
    EXPECT_EQ(client.close_reason(), row.reason);
  }
}

}  // namespace
}  // namespace antiphon
