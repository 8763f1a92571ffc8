#include "broker/auth/choria_authenticator.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>

#include <utility>
#include <vector>

#include "tests/unit/broker/auth/choria_login_material.h"
#include "tests/unit/protocol/choria/certificate_vectors.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon {
namespace {

using namespace testing_choria;

constexpr int64_t kSecond = 1'000'000'000;
constexpr ChoriaAccountIds kIds{AccountId{4}, AccountId{5}, AccountId{6}};

class Records final : public AuditSink {
 public:
  void record(std::string line) override { lines.push_back(std::move(line)); }
  std::vector<std::string> lines;
};

ConnectionFacts facts() {
  ConnectionFacts facts;
  facts.is_tls = true;
  facts.ip = *parse_ip("192.0.2.1");
  facts.nonce = kNonce;
  facts.wall_ns = kNow * kSecond;
  facts.client_id = 7;
  facts.port = 4711;
  return facts;
}

ConnectionFacts facts_with_certificate() {
  ConnectionFacts facts = antiphon::facts();
  BIO* bio = BIO_new_mem_buf(vectors::kAliceCertificate.data(),
                             static_cast<int>(vectors::kAliceCertificate.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  facts.verified_certificate = PeerCertificate(certificate);
  X509_free(certificate);
  BIO_free(bio);
  return facts;
}

ConnectOptions connect_with(std::string_view words) {
  const OwnedCredentials credentials = credentials_of(words);
  ConnectOptions options;
  options.user = credentials.user;
  options.pass = credentials.password;
  options.auth_token = credentials.token;
  options.sig = credentials.signature;
  return options;
}

class ChoriaLogins : public testing::Test {
 protected:
  std::shared_ptr<const Authenticator> under(std::string_view policy) {
    return make_choria_authenticator(policy_of(policy), kIds, records_);
  }
  // Lets somebody in under one policy and judges it again under another.
  Verdict moved(std::string_view words, std::string_view before, std::string_view after,
                ConnectionFacts facts = antiphon::facts()) {
    Verdict first = under(before)->decide(connect_with(words), facts);
    EXPECT_TRUE(first.allowed) << first.reason;
    EXPECT_NE(first.record, nullptr);
    if (first.record == nullptr) return {};
    return under(after)->decide_again(*first.record->copy(), facts);
  }

  std::shared_ptr<Records> records_ = std::make_shared<Records>();
};

TEST_F(ChoriaLogins, EverybodyMustSendConnectAndGetsANonce) {
  const auto authenticator = under("");
  EXPECT_TRUE(authenticator->requires_connect());
  EXPECT_FALSE(authenticator->accepts_anonymous());
  EXPECT_TRUE(authenticator->needs_nonce());
}

TEST_F(ChoriaLogins, AClientIsPutIntoItsAccountWithItsPermissionsAndItsEnd) {
  const Verdict verdict =
      under("issuer")->decide(connect_with("token=client.fleet"), facts());
  ASSERT_TRUE(verdict.allowed) << verdict.reason;
  EXPECT_EQ(verdict.grant.account, kIds.choria);
  EXPECT_EQ(verdict.grant.account_name, "choria");
  EXPECT_EQ(verdict.grant.user, "up=alice");
  ASSERT_NE(verdict.grant.permissions, nullptr);
  EXPECT_TRUE(verdict.grant.permissions->may_publish("mcollective.node.n1"));
  EXPECT_FALSE(verdict.grant.permissions->may_subscribe("mcollective.node.n1", ""));
  ASSERT_NE(verdict.record, nullptr);
  EXPECT_EQ(verdict.record->expires_ns, kEnd * kSecond);
}

TEST_F(ChoriaLogins, AccountsFollowTheRule) {
  EXPECT_EQ(under("prov prov_rsa")->decide(connect_with("token=provisioning.rsa"), facts())
                .grant.account,
            kIds.provisioning);
  const auto system = under("system")->decide(connect_with("user=sys pass=sys-secret"),
                                              facts_with_certificate());
  EXPECT_EQ(system.grant.account, kIds.system);
  EXPECT_EQ(system.grant.permissions, nullptr) << "may do everything";
}

TEST_F(ChoriaLogins, ATokenMayAlsoComeAsJwt) {
  ConnectOptions options = connect_with("token=client");
  options.jwt = std::exchange(options.auth_token, "");
  EXPECT_TRUE(under("issuer")->decide(options, facts()).allowed);
  // Choria's programs send both, and auth_token is what counts.
  options.auth_token = "other";
  EXPECT_FALSE(under("issuer")->decide(options, facts()).allowed);
}

TEST_F(ChoriaLogins, ARefusalSaysWhyAndNothingOfTheCredentials) {
  const ConnectOptions options = connect_with("user=provisioner pass=wrong");
  const Verdict verdict = under("prov")->decide(options, facts());
  EXPECT_FALSE(verdict.allowed);
  EXPECT_EQ(verdict.reason, "provisioner: the password is wrong");
  EXPECT_EQ(verdict.record, nullptr);
  EXPECT_EQ(under("issuer")->decide(connect_with("token=client sig=stolen"), facts()).reason,
            "client_token: nonce was not signed by the token's holder");
}

TEST_F(ChoriaLogins, CostsWhatItMustCompute) {
  const auto authenticator = under("issuer system prov");
  EXPECT_EQ(authenticator->cost({}), LoginCost::kQuick);
  EXPECT_EQ(authenticator->cost(connect_with("user=sys pass=x")), LoginCost::kQuick);
  EXPECT_EQ(authenticator->cost(connect_with("token=client")), LoginCost::kBrief);
  ChoriaPolicy hashed = policy_of("system");
  hashed.system_password = "$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
  const auto slow = make_choria_authenticator(std::move(hashed), kIds, nullptr);
  EXPECT_EQ(slow->cost(connect_with("user=sys pass=x")), LoginCost::kLong);
  EXPECT_EQ(slow->cost(connect_with("user=other pass=x")), LoginCost::kQuick);
}

TEST_F(ChoriaLogins, CertificatesShareTheirPermissionsAndKeepNoRecord) {
  const auto authenticator = under("hosts");
  const Verdict one = authenticator->decide({}, facts_with_certificate());
  const Verdict two = authenticator->decide({}, facts_with_certificate());
  ASSERT_TRUE(one.allowed && two.allowed);
  EXPECT_EQ(one.grant.permissions, two.grant.permissions);
  EXPECT_NE(one.grant.permissions, nullptr);
  EXPECT_EQ(one.record, nullptr);
  EXPECT_EQ(one.grant.user, "alice.mcollective");
}

TEST_F(ChoriaLogins, WhoWasLetInStaysWhileWhatItRestsOnIsTheSame) {
  const Verdict client = moved("token=client.fleet", "issuer", "issuer deny hosts system prov");
  ASSERT_TRUE(client.allowed) << client.reason;
  EXPECT_EQ(client.grant.account, kIds.choria);
  EXPECT_EQ(client.grant.user, "up=alice");
  ASSERT_NE(client.grant.permissions, nullptr);
  EXPECT_TRUE(client.grant.permissions->may_publish("mcollective.node.n1"));
  ASSERT_NE(client.record, nullptr);
  EXPECT_EQ(client.record->expires_ns, kEnd * kSecond);
  EXPECT_TRUE(moved("token=client", "client_signer", "signers").allowed);
  EXPECT_TRUE(moved("token=server", "issuer", "issuer system").allowed);
  EXPECT_TRUE(moved("token=provisioning", "issuer prov", "issuer prov deny").allowed);
  EXPECT_TRUE(moved("token=provisioning.rsa", "prov prov_rsa", "prov prov_rsa hosts").allowed);
  EXPECT_TRUE(moved("user=sys pass=sys-secret", "system", "system hosts", facts_with_certificate())
                  .allowed);
  EXPECT_TRUE(moved("user=provisioner pass=prov-secret", "prov", "prov hosts",
                    facts_with_certificate())
                  .allowed);
}

TEST_F(ChoriaLogins, WhoWasLetInGoesWhenItChanges) {
  const auto gone = [&](std::string_view words, std::string_view before, std::string_view after) {
    const Verdict verdict = moved(words, before, after, facts_with_certificate());
    EXPECT_FALSE(verdict.allowed) << words << " [" << before << "] [" << after << "]";
    EXPECT_EQ(verdict.record, nullptr);
  };
  for (const std::string_view after : {"", "signers", "server_signer"}) {
    gone("token=client", "issuer", after);
  }
  gone("token=client", "signers", "server_signer");
  gone("token=server", "signers", "client_signer");
  gone("token=server", "issuer", "issuer deny");
  gone("token=server", "issuer deny", "issuer");
  gone("user=sys pass=sys-secret", "system", "");
  gone("user=sys pass=sys-secret", "system", "system_no_password");
  gone("user=provisioner pass=prov-secret", "prov", "");
  gone("user=provisioner pass=prov-secret token=client.provisioner", "issuer prov", "prov");
  const Verdict node = moved("token=provisioning.rsa", "prov prov_rsa", "prov prov_ed25519");
  EXPECT_FALSE(node.allowed);
  EXPECT_FALSE(moved("token=provisioning", "issuer prov", "issuer").allowed);
}

TEST_F(ChoriaLogins, ARecordOfAnotherAuthenticatorIsRefused) {
  struct Foreign final : LoginRecord {
    std::unique_ptr<LoginRecord> copy() const override {
      return std::make_unique<Foreign>(*this);
    }
  };
  EXPECT_FALSE(under("")->decide_again(Foreign(), facts_with_certificate()).allowed);
}

TEST_F(ChoriaLogins, EachDecisionIsOneRecord) {
  const auto authenticator = under("issuer");
  Verdict good = authenticator->decide(connect_with("token=client.fleet"), facts());
  (void)authenticator->decide(connect_with("token=server.expired"), facts());
  ConnectionFacts later = facts();
  later.event = LoginEvent::kReload;
  (void)under("issuer hosts")->decide_again(*good.record, later);
  (void)under("")->decide({}, facts_with_certificate());
  ASSERT_EQ(records_->lines.size(), 4u);
  EXPECT_EQ(records_->lines[0],
            R"({"time":"2025-06-15T15:08:20.000000Z","event":"login","cid":7,"allowed":true,)"
            R"("rule":"client_token","credential":"token","name":"up=alice",)"
            R"("organization":"choria","token_id":"2yY8BW6nNCiEuCJ7rbWbTmSW74d",)"
            R"("issuer":"Choria Tokens Package","from":"192.0.2.1","port":4711,"kind":"client",)"
            R"("account":"choria",)"
            R"("granted":["own_replies","fleet_management"],"expires":"2025-06-15T16:08:20Z"})");
  EXPECT_EQ(records_->lines[1],
            R"({"time":"2025-06-15T15:08:20.000000Z","event":"login","cid":7,"allowed":false,)"
            R"("rule":"server_token","reason":"token is expired","credential":"token",)"
            R"("name":"n1.example.net","organization":"choria",)"
            R"("token_id":"2yY8BW6nNCiEuCJ7rbWbTmSW74d","issuer":"Choria Tokens Package",)"
            R"("from":"192.0.2.1","port":4711,"kind":"client"})");
  EXPECT_EQ(records_->lines[2],
            R"({"time":"2025-06-15T15:08:20.000000Z","event":"reload","cid":7,"allowed":true,)"
            R"("rule":"client_token","credential":"token","name":"up=alice",)"
            R"("organization":"choria","from":"192.0.2.1","port":4711,"kind":"client",)"
            R"("account":"choria","expires":"2025-06-15T16:08:20Z"})");
  EXPECT_EQ(records_->lines[3],
            R"({"time":"2025-06-15T15:08:20.000000Z","event":"login","cid":7,"allowed":true,)"
            R"("rule":"certificate","credential":"certificate","name":"alice.mcollective",)"
            R"("certificate":"alice.mcollective","certificate_sha256":)"
            R"("81bd88a669baffa8df7c10ffe3f1871fd35f4fba394d2fa526015227d7d92289",)"
            R"("from":"192.0.2.1","port":4711,"kind":"client",)"
            R"("account":"choria","granted":["everything"]})");
}

TEST_F(ChoriaLogins, AnEndIsARecordThatSaysWhyAndGrantsNothing) {
  const auto authenticator = under("issuer");
  Verdict good = authenticator->decide(connect_with("token=client.fleet"), facts());
  ConnectionFacts end = facts();
  end.event = LoginEvent::kExpired;
  authenticator->tell_end(good.record.get(), end, "login expired");
  // By a certificate alone nothing is kept: the connection says who it was.
  end = facts_with_certificate();
  end.event = LoginEvent::kClosed;
  under("hosts")->tell_end(nullptr, end, "invalid client protocol");
  ASSERT_EQ(records_->lines.size(), 3u);
  EXPECT_EQ(records_->lines[1],
            R"({"time":"2025-06-15T15:08:20.000000Z","event":"expired","cid":7,"allowed":false,)"
            R"("rule":"client_token","reason":"login expired","credential":"token",)"
            R"("name":"up=alice","organization":"choria","from":"192.0.2.1","port":4711,)"
            R"("kind":"client"})");
  const std::string& closed = records_->lines[2];
  EXPECT_NE(closed.find(R"("event":"closed","cid":7,"allowed":false,"rule":"server_by_address",)"
                        R"("reason":"invalid client protocol")"),
            closed.npos)
      << closed;
  EXPECT_EQ(closed.find("granted"), closed.npos);
}

TEST_F(ChoriaLogins, ARecordSaysWhichTokenAndWhoseItIs) {
  const auto authenticator = under("issuer system");
  const auto has = [&](std::string_view text) {
    const std::string& line = records_->lines.back();
    EXPECT_NE(line.find(text), line.npos) << line;
  };
  (void)authenticator->decide(connect_with("token=client.chained"), facts());
  has(std::string(R"("issuer":")") + std::string(vectors::kChainedIssuer));
  (void)authenticator->decide(connect_with("token=client.strangers"), facts());
  has(std::string(R"("token_id":")") + std::string(vectors::kChainedId));
  (void)authenticator->decide(connect_with("user=sys pass=sys-secret token=client.fleet"), facts());
  has(R"("name":"sys","organization":"choria","token_id":)");
  (void)authenticator->decide(connect_with("user=sys pass=wrong token=client.expired"), facts());
  has(R"("name":"sys","token_id":)");
}

TEST_F(ChoriaLogins, NoRecordHasASecretOrAControlCharacter) {
  for (const std::string_view policy : {"issuer prov system", "signers prov prov_rsa system", ""}) {
    const auto authenticator = under(policy);
    for (const auto& [name, token] : all_tokens()) {
      for (const std::string_view user : {"", "user=sys pass=sys-secret ",
                                          "user=provisioner pass=prov-secret "}) {
        const ConnectOptions options = connect_with(std::string(user) + "token=" + name);
        (void)authenticator->decide(options, facts());
        const std::string& line = records_->lines.back();
        for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << name;
        EXPECT_EQ(line.find("-secret"), line.npos);
        EXPECT_EQ(line.find("opens-the-agent"), line.npos);
        EXPECT_TRUE(token.size() < 40 || line.find(token.substr(0, 40)) == line.npos) << name;
        EXPECT_TRUE(options.sig.empty() || line.find(options.sig) == line.npos) << name;
      }
    }
  }
}

TEST(ChoriaAudit, HostileNamesAreMadeHarmlessAndCut) {
  ChoriaConnection connection;
  ChoriaDecision decision;
  decision.name = "a\r\n\"b\" \x7f\xc2\x9b" "c" + std::string(1, '\0') + std::string(600, 'x');
  const ConnectionFacts facts;
  const std::string line = choria_audit_line({connection, decision, facts});
  EXPECT_NE(line.find(R"("name":"a\r\n\"b\" ??c\u0000xxx)"), line.npos) << line;
  EXPECT_NE(line.find("xxx...\""), line.npos);
  EXPECT_LT(line.size(), 700u);
}

}  // namespace
}  // namespace antiphon
