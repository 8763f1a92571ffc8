#include "broker/auth/jwt_authenticator.h"

#include <gtest/gtest.h>

#include "tests/unit/made_jwt.h"

namespace antiphon {
namespace {

constexpr char kNonce[] = "PXoWU7zWAMt75FY";
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000;
const std::string kUnlimited = R"(,"subs":-1,"data":-1,"payload":-1)";
const std::string kOpen = R"(,"limits":{"conn":-1,"subs":-1,"payload":-1})";

std::string at(const char* field, int64_t seconds) {
  return std::string(",\"") + field + "\":" + std::to_string(seconds);
}

class JwtAuthenticatorTest : public testing::Test {
 protected:
  JwtAuthenticatorTest() { facts_.nonce = kNonce; facts_.wall_ns = kNow * kSecond; }

  OperatorClaims operator_claims(const std::string& nats = {}) {
    OperatorClaims claims;
    EXPECT_EQ(decode_operator_jwt(made_jwt("operator", operator_, operator_, nats), claims),
              JwtFault::kNone);
    return claims;
  }
  // The broker: one operator, and the account as its JWT says.
  JwtAuthenticator broker(const std::string& nats = kOpen, const std::string& standard = {}) {
    return broker_by(operator_, nats, standard);
  }
  JwtAuthenticator broker_by(const TestKey& issuer, const std::string& nats = kOpen,
                             const std::string& standard = {}) {
    OperatorSettings settings;
    settings.trust.add(operator_claims(operator_nats_));
    OperatorSettings::Account account;
    auto claims = std::make_shared<AccountClaims>();
    EXPECT_EQ(decode_account_jwt(made_jwt("account", acme_, issuer, nats, standard), *claims),
              JwtFault::kNone);
    account.claims = std::move(claims);
    account.id = AccountId{7};
    account.name = acme_.nkey();
    settings.accounts.push_back(std::move(account));
    settings.default_sentinel = sentinel_;
    settings.pinned_accounts = pinned_;
    return JwtAuthenticator(std::move(settings));
  }
  ConnectOptions login(const std::string& nats = kUnlimited, const std::string& standard = {}) {
    return login_by(acme_, nats, standard);
  }
  ConnectOptions login_by(const TestKey& issuer, const std::string& nats = kUnlimited,
                          const std::string& standard = {}) {
    ConnectOptions options;
    options.jwt = made_jwt("user", joe_, issuer, nats, standard);
    append_base64url(options.sig, joe_.seed.sign(kNonce));
    return options;
  }
  std::string for_account() { return ",\"issuer_account\":\"" + acme_.nkey() + "\""; }
  std::string why(const JwtAuthenticator& authenticator, const ConnectOptions& options) {
    const Verdict verdict = authenticator.decide(options, facts_);
    return verdict.allowed ? "allowed" : verdict.reason;
  }

  TestKey operator_{NkeyPrefix::kOperator};
  TestKey operator_signer_{NkeyPrefix::kOperator};
  TestKey acme_{NkeyPrefix::kAccount};
  TestKey signer_{NkeyPrefix::kAccount};
  TestKey joe_{NkeyPrefix::kUser};
  TestKey eve_{NkeyPrefix::kUser};
  std::string operator_nats_;
  std::string sentinel_;
  std::vector<Ed25519PublicKey> pinned_;
  ConnectionFacts facts_;
};

TEST_F(JwtAuthenticatorTest, WhoHasNoJwtOfAUserComesByTheSentinel) {
  sentinel_ = made_jwt("user", eve_, acme_, kUnlimited + R"(,"bearer_token":true)");
  const JwtAuthenticator authenticator = broker();
  ConnectOptions options;
  for (const std::string& jwt : {std::string(), std::string("x"), made_jwt("account", acme_, operator_)}) {
    options.jwt = jwt;
    const Verdict verdict = authenticator.decide(options, facts_);
    ASSERT_TRUE(verdict.allowed) << verdict.reason;
    EXPECT_TRUE(verdict.needs_no_proof);
    EXPECT_EQ(verdict.grant.user, eve_.nkey());
    EXPECT_EQ(verdict.grant.public_key, "");
  }
  EXPECT_EQ(authenticator.decide(login(), facts_).grant.user, joe_.nkey());
  ConnectOptions unsigned_login = login();
  unsigned_login.sig.clear();
  EXPECT_EQ(why(authenticator, unsigned_login), "the user's signature is missing");
}

TEST_F(JwtAuthenticatorTest, ASentinelThatIsNoBearerLetsNobodyIn) {
  sentinel_ = made_jwt("user", eve_, acme_, kUnlimited);
  EXPECT_EQ(why(broker(), {}), "the user's signature is missing");
}

TEST_F(JwtAuthenticatorTest, UsersOfAccountsThatAreNotPinnedStayOutside) {
  pinned_ = {acme_.key()};
  EXPECT_EQ(why(broker(), login()), "allowed");
  pinned_ = {signer_.key()};
  EXPECT_EQ(why(broker(), login()), "the user's account is not one of resolver_pinned_accounts");
  EXPECT_EQ(broker().decide(login(), facts_).refusal, Refusal::kNotPinned);
}

TEST_F(JwtAuthenticatorTest, ARefusalNamesTheKeyThatItsJwtIsAboutAndGrantsItNothing) {
  ConnectOptions unsigned_login = login();
  unsigned_login.sig.clear();
  const Verdict verdict = broker().decide(unsigned_login, facts_);
  ASSERT_FALSE(verdict.allowed);
  EXPECT_EQ(verdict.claimed_key, joe_.nkey());
  EXPECT_EQ(verdict.grant.user, "");
  EXPECT_EQ(verdict.grant.public_key, "");
  ConnectOptions forged = login();
  forged.jwt.back() = forged.jwt.back() == 'A' ? 'B' : 'A';
  forged.jwt[forged.jwt.size() - 10] ^= 1;
  EXPECT_EQ(broker().decide(forged, facts_).claimed_key, "");
  EXPECT_EQ(broker().decide(login(), facts_).claimed_key, "") << "nothing was refused";
}

TEST_F(JwtAuthenticatorTest, WhoseAccountWasDeletedIsToldThatItHasEnded) {
  const Verdict before = broker().decide(login(), facts_);
  ASSERT_TRUE(before.allowed);
  OperatorSettings settings;
  const JwtAuthenticator unknown(settings);
  EXPECT_EQ(unknown.decide_again(*before.record, facts_).refusal, Refusal::kViolation);
  settings.deleted_accounts = {acme_.key()};
  const JwtAuthenticator deleted(settings);
  const Verdict verdict = deleted.decide_again(*before.record, facts_);
  EXPECT_FALSE(verdict.allowed);
  EXPECT_EQ(verdict.refusal, Refusal::kAccountExpired);
  EXPECT_EQ(deleted.decide(login(), facts_).refusal, Refusal::kViolation);
}

TEST_F(JwtAuthenticatorTest, LetsInWhomAnAccountOfItsOperatorVouchesFor) {
  const Verdict verdict = broker().decide(login(), facts_);
  ASSERT_TRUE(verdict.allowed) << verdict.reason;
  EXPECT_EQ(verdict.grant.account, AccountId{7});
  EXPECT_EQ(verdict.grant.account_name, acme_.nkey());
  EXPECT_EQ(verdict.grant.user, joe_.nkey());
  EXPECT_EQ(verdict.grant.public_key, joe_.nkey());
  EXPECT_EQ(verdict.grant.permissions, nullptr);
  ASSERT_NE(verdict.record, nullptr);
  EXPECT_EQ(verdict.record->expires_ns, 0);
  EXPECT_TRUE(broker().requires_connect());
  EXPECT_TRUE(broker().needs_nonce());
  EXPECT_FALSE(broker().accepts_anonymous());
}

TEST_F(JwtAuthenticatorTest, OnlyAJwtCounts) {
  ConnectOptions options;
  EXPECT_EQ(why(broker(), options), "it sent no JWT");
  options.user = "joe";
  options.pass = "x";
  options.nkey = joe_.nkey();
  append_base64url(options.sig, joe_.seed.sign(kNonce));
  EXPECT_EQ(why(broker(), options), "it sent no JWT");
  options.jwt = "x";
  EXPECT_EQ(why(broker(), options), "the JWT has not three parts");
}

TEST_F(JwtAuthenticatorTest, AStolenJwtIsOfNoUseWithoutItsSeed) {
  ConnectOptions stolen = login();
  stolen.sig.clear();
  EXPECT_EQ(why(broker(), stolen), "the user's signature is missing");
  append_base64url(stolen.sig, eve_.seed.sign(kNonce));
  EXPECT_EQ(why(broker(), stolen), "the user's signature is wrong");
  ConnectOptions replayed = login();
  facts_.nonce = "another";
  EXPECT_EQ(why(broker(), replayed), "the user's signature is wrong");
  facts_.nonce.clear();
  replayed.sig.clear();
  append_base64url(replayed.sig, joe_.seed.sign(""));
  EXPECT_EQ(why(broker(), replayed), "the user's signature is wrong");
}

TEST_F(JwtAuthenticatorTest, ABearerTokenNeedsNoSignatureUnlessTheAccountForbidsIt) {
  ConnectOptions bearer = login(kUnlimited + R"(,"bearer_token":true)");
  bearer.sig.clear();
  const Verdict verdict = broker().decide(bearer, facts_);
  EXPECT_TRUE(verdict.allowed) << verdict.reason;
  EXPECT_EQ(verdict.grant.public_key, "") << "nothing was proven";
  EXPECT_EQ(why(broker(R"(,"limits":{"conn":-1,"subs":-1,"payload":-1,"disallow_bearer":true})"), bearer),
            "the account allows no bearer tokens");
}

TEST_F(JwtAuthenticatorTest, TimesCountAtLoginAndGiveTheLoginItsEnd) {
  EXPECT_EQ(why(broker(), login(kUnlimited, at("exp", kNow - 1))), "the user's JWT has expired");
  EXPECT_EQ(why(broker(), login(kUnlimited, at("exp", kNow))), "the user's JWT has expired");
  EXPECT_EQ(why(broker(), login(kUnlimited, at("exp", -5))), "the user's JWT has expired");
  EXPECT_EQ(why(broker(), login(kUnlimited, at("nbf", kNow + 1))), "the user's JWT is not valid yet");
  EXPECT_EQ(why(broker(), login(kUnlimited, at("nbf", kNow))), "allowed");
  EXPECT_EQ(why(broker(kOpen, at("exp", kNow - 1)), login()), "the user's account has expired");
  EXPECT_EQ(why(broker(kOpen, at("nbf", kNow + 9)), login()), "the user's account is not valid yet");
  const Verdict user = broker().decide(login(kUnlimited, at("exp", kNow + 9)), facts_);
  EXPECT_EQ(user.record->expires_ns, (kNow + 9) * kSecond);
  EXPECT_FALSE(user.record->account_expires);
  const Verdict account =
      broker(kOpen, at("exp", kNow + 5)).decide(login(kUnlimited, at("exp", kNow + 9)), facts_);
  EXPECT_EQ(account.record->expires_ns, (kNow + 5) * kSecond);
  EXPECT_TRUE(account.record->account_expires);
  const Verdict far = broker().decide(login(kUnlimited, at("exp", INT64_MAX)), facts_);
  EXPECT_GT(far.record->expires_ns, kNow * kSecond);
}

TEST_F(JwtAuthenticatorTest, AnAccountMustBeKnownAndSignedByATrustedOperator) {
  EXPECT_EQ(why(broker(), login_by(signer_)), "the user's account is not known");
  EXPECT_EQ(why(broker_by(operator_signer_), login()),
            "no trusted operator has signed the user's account");
  operator_nats_ = ",\"signing_keys\":[\"" + operator_signer_.nkey() + "\"]";
  EXPECT_EQ(why(broker_by(operator_signer_), login()), "allowed");
  EXPECT_EQ(why(broker_by(operator_), login()), "allowed");
  operator_nats_ += ",\"strict_signing_key_usage\":true";
  EXPECT_EQ(why(broker_by(operator_), login()), "no trusted operator has signed the user's account");
  EXPECT_EQ(why(broker_by(operator_signer_), login()), "the user's issuer is no key of its account")
      << "a strict operator's accounts sign with signing keys only";
  const std::string with_signer = kOpen + ",\"signing_keys\":[\"" + signer_.nkey() + "\"]";
  EXPECT_EQ(why(broker_by(operator_signer_, with_signer), login_by(signer_, kUnlimited + for_account())),
            "allowed");
}

TEST_F(JwtAuthenticatorTest, SigningKeysOfTheAccountMaySign) {
  const std::string with_signer = kOpen + ",\"signing_keys\":[\"" + signer_.nkey() + "\"]";
  EXPECT_EQ(why(broker(with_signer), login_by(signer_, kUnlimited + for_account())), "allowed");
  EXPECT_EQ(why(broker(), login_by(signer_, kUnlimited + for_account())),
            "the user's issuer is no key of its account");
  EXPECT_EQ(why(broker(with_signer), login_by(signer_)), "the user's account is not known")
      << "without saying for whom";
  const std::string elsewhere = ",\"issuer_account\":\"" + signer_.nkey() + "\"";
  EXPECT_EQ(why(broker(), login_by(acme_, kUnlimited + elsewhere)), "the user's account is not known");
}

TEST_F(JwtAuthenticatorTest, AScopedKeyBindsItsUsersToItsTemplate) {
  const std::string scoped =
      kOpen + R"(,"signing_keys":[{"kind":"user_scope","key":")" + signer_.nkey() +
      R"(","template":{"pub":{"allow":["app.{{name()}}.>"]},"subs":3,"payload":100}}])";
  const Verdict verdict =
      broker(scoped).decide(login_by(signer_, for_account(), ",\"name\":\"joe\""), facts_);
  ASSERT_TRUE(verdict.allowed) << verdict.reason;
  ASSERT_NE(verdict.grant.permissions, nullptr);
  EXPECT_TRUE(verdict.grant.permissions->may_publish("app.joe.x"));
  EXPECT_FALSE(verdict.grant.permissions->may_publish("app.ann.x"));
  EXPECT_EQ(verdict.record->subscriptions_max, 3);
  EXPECT_EQ(verdict.record->payload_bytes_max, 100);
  EXPECT_EQ(why(broker(scoped), login_by(signer_, kUnlimited + for_account())),
            "a scoped user's JWT must not name permissions or limits");
  EXPECT_EQ(why(broker(scoped), login_by(signer_, for_account() + R"(,"bearer_token":true)")),
            "a scoped user's JWT must not name permissions or limits");
  EXPECT_EQ(why(broker(scoped), login_by(signer_, for_account(), ",\"name\":\">\"")),
            "the user's permissions are malformed");
}

TEST_F(JwtAuthenticatorTest, RevokedUsersAreRefusedByTheTimeTheyWereIssued) {
  const auto revoked = [&](const std::string& who, int64_t until) {
    return kOpen + ",\"revocations\":{\"" + who + "\":" + std::to_string(until) + "}";
  };
  EXPECT_EQ(why(broker(revoked(joe_.nkey(), 1000)), login()), "the user's JWT is revoked");
  EXPECT_EQ(why(broker(revoked(joe_.nkey(), 999)), login()), "allowed") << "issued later";
  EXPECT_EQ(why(broker(revoked("*", 1000)), login()), "the user's JWT is revoked");
  EXPECT_EQ(why(broker(revoked("*", 999)), login()), "allowed");
  EXPECT_EQ(why(broker(revoked(eve_.nkey(), 5000)), login()), "allowed");
}

TEST_F(JwtAuthenticatorTest, KindsNetworksAndTimesOfTheDayAreLimits) {
  EXPECT_EQ(why(broker(), login(kUnlimited + R"(,"allowed_connection_types":["WEBSOCKET"])")),
            "the user may not come by this kind of connection");
  EXPECT_EQ(why(broker(), login(kUnlimited + R"(,"allowed_connection_types":["PIGEON"])")),
            "the user may not come by this kind of connection");
  EXPECT_EQ(why(broker(), login(kUnlimited + R"(,"allowed_connection_types":["PIGEON","standard"])")),
            "allowed");
  facts_.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1};
  EXPECT_EQ(why(broker(), login(kUnlimited + R"(,"src":["10.0.0.0/8"])")), "allowed");
  EXPECT_EQ(why(broker(), login(kUnlimited + R"(,"src":["11.0.0.0/8"])")),
            "the user may not come from this address");
  const std::string utc = R"(,"times_location":"UTC")";
  EXPECT_EQ(why(broker(), login(kUnlimited + utc + R"(,"times":[{"start":"01:00:00","end":"02:00:00"}])")),
            "the user may not come at this time");
  const Verdict now = broker().decide(
      login(kUnlimited + utc + R"(,"times":[{"start":"22:00:00","end":"23:00:00"}])", at("exp", kNow + 9999)),
      facts_);
  ASSERT_TRUE(now.allowed) << now.reason;
  EXPECT_EQ(now.record->expires_ns, (kNow + 46 * 60 + 40) * kSecond) << "with the range";
  EXPECT_EQ(why(broker(), login(kUnlimited + R"(,"proxy_required":true)")),
            "proxy connection required");
}

TEST_F(JwtAuthenticatorTest, PermissionsAreTheUsersOrTheAccountsDefault) {
  const Verdict own = broker().decide(login(kUnlimited + R"(,"pub":{"deny":["x"]})"), facts_);
  EXPECT_FALSE(own.grant.permissions->may_publish("x"));
  EXPECT_TRUE(own.grant.permissions->may_publish("y"));
  const std::string defaults = kOpen + R"(,"default_permissions":{"pub":{"allow":["d"]}})";
  const Verdict by_default = broker(defaults).decide(login(), facts_);
  EXPECT_TRUE(by_default.grant.permissions->may_publish("d"));
  EXPECT_FALSE(by_default.grant.permissions->may_publish("y"));
  const Verdict answers = broker().decide(login(kUnlimited + R"(,"resp":{})"), facts_);
  EXPECT_FALSE(answers.grant.permissions->may_publish("y"));
  EXPECT_EQ(why(broker(), login(kUnlimited + R"(,"pub":{"allow":["a..b"]})")),
            "the user's permissions are malformed");
}

TEST_F(JwtAuthenticatorTest, TheLowerLimitOfUserAndAccountCounts) {
  const Verdict verdict = broker(R"(,"limits":{"conn":-1,"subs":5,"payload":100})")
                              .decide(login(R"(,"subs":-1,"payload":200)"), facts_);
  ASSERT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.record->subscriptions_max, 5);
  EXPECT_EQ(verdict.record->payload_bytes_max, 100);
  EXPECT_EQ(broker().decide(login(""), facts_).record->subscriptions_max, 0);
  EXPECT_EQ(why(broker(""), login()), "the user's account allows no connections") << "it names no limits";
}

TEST_F(JwtAuthenticatorTest, IsJudgedAgainByWhatTheAccountSaysNow) {
  const Verdict verdict = broker().decide(login(kUnlimited, at("exp", kNow + 9)), facts_);
  facts_.nonce.clear();
  const Verdict again = broker().decide_again(*verdict.record->copy(), facts_);
  ASSERT_TRUE(again.allowed) << again.reason;
  EXPECT_EQ(again.record->expires_ns, (kNow + 9) * kSecond);
  EXPECT_EQ(broker(kOpen + ",\"revocations\":{\"*\":2000}").decide_again(*verdict.record, facts_).refusal,
            Refusal::kRevoked);
  EXPECT_EQ(broker(kOpen, at("exp", kNow - 5)).decide_again(*verdict.record, facts_).refusal,
            Refusal::kAccountExpired);
  EXPECT_EQ(broker_by(operator_signer_).decide_again(*verdict.record, facts_).refusal,
            Refusal::kViolation);
  EXPECT_FALSE(JwtAuthenticator({}).decide_again(*verdict.record, facts_).allowed);
  facts_.wall_ns += 9 * kSecond;
  EXPECT_EQ(broker().decide_again(*verdict.record, facts_).refusal, Refusal::kExpired);
}

TEST_F(JwtAuthenticatorTest, ARecordOfAnotherKindIsRefused) {
  const auto everyone = make_authenticator({});
  ConnectOptions options;
  options.user = "joe";
  const Verdict before = everyone->decide(options, facts_);
  EXPECT_FALSE(broker().decide_again(*before.record, facts_).allowed);
  EXPECT_EQ(broker().cost(login()), LoginCost::kBrief);
  EXPECT_EQ(broker().cost(options), LoginCost::kQuick);
}

}  // namespace
}  // namespace antiphon
