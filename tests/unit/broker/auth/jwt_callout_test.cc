#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "broker/auth/jwt_authenticator.h"
#include "tests/unit/broker/auth/callout_answers.h"

namespace antiphon {
namespace {

constexpr char kNonce[] = "PXoWU7zWAMt75FY";
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000;
const std::string kOpen = R"(,"limits":{"conn":-1,"subs":-1,"payload":-1})";

std::string in_list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "\"" : ",\"") + word + "\"";
  return "[" + text + "]";
}

class JwtCalloutTest : public testing::Test {
 protected:
  JwtCalloutTest() {
    facts_.nonce = kNonce;
    facts_.wall_ns = kNow * kSecond;
  }

  JwtAuthenticator broker() {
    OperatorSettings settings;
    settings.trust.add(operator_.key());
    add(settings, auth_, authorization_ + R"(,"signing_keys":)" + in_list({signer_.nkey()}) + auth_nats_);
    add(settings, target_, "");
    add(settings, other_, "");
    settings.callouts = std::make_shared<const CalloutExchange>(
        AuthorizationRequest::Server{"name", "h", identity_->id, "v", {}, {}}, identity_, 2000);
    return JwtAuthenticator(std::move(settings));
  }
  void add(OperatorSettings& settings, const TestKey& account, const std::string& nats) {
    OperatorSettings::Account made;
    auto claims = std::make_shared<AccountClaims>();
    EXPECT_EQ(decode_account_jwt(made_jwt("account", account, operator_, kOpen + nats), *claims),
              JwtFault::kNone);
    made.claims = std::move(claims);
    made.id = AccountId{static_cast<uint32_t>(settings.accounts.size() + 5)};
    made.name = account.nkey();
    settings.accounts.push_back(std::move(made));
  }
  void allow(const std::vector<std::string>& accounts) {
    authorization_ = R"(,"authorization":{"auth_users":)" + in_list({serving_.nkey()}) +
                     R"(,"allowed_accounts":)" + in_list(accounts) + "}";
  }
  ConnectOptions login(const TestKey& user, const std::string& standard = {}) {
    ConnectOptions options;
    options.jwt = made_jwt("user", user, auth_, R"(,"subs":-1,"data":-1,"payload":-1,"tags":["a"])", standard);
    append_base64url(options.sig, user.seed.sign(kNonce));
    options.user = "dlc";
    options.pass = "zzz";
    return options;
  }
  std::unique_ptr<CalloutQuestion> question() {
    Verdict verdict = broker().decide(login(sentinel_), facts_);
    EXPECT_NE(verdict.callout, nullptr) << verdict.reason;
    return std::move(verdict.callout);
  }
  // A user of `account`, signed by `signer`.
  std::string user(const CalloutQuestion& asked, const TestKey& account, const TestKey& signer,
                   const std::string& nats = {}, const std::string& standard = {}) {
    CalloutAnswer said;
    said.user = encode_nkey(NkeyPrefix::kUser, asked.user_key);
    said.user_nats = nats;
    said.user_standard = standard;
    if (&signer != &account) said.user_nats += R"(,"issuer_account":")" + account.nkey() + "\"";
    return made_user(said, signer);
  }
  Verdict answer(const CalloutQuestion& asked, const std::string& user_jwt, const TestKey& signer,
                 const std::string& nats = {}) {
    CalloutAnswer said;
    said.user = encode_nkey(NkeyPrefix::kUser, asked.user_key);
    said.server = identity_->id;
    said.nats = nats;
    return broker().decide_called_out(asked, made_answer(said, signer, user_jwt), facts_);
  }
  std::string why(const Verdict& verdict) { return verdict.allowed ? "allowed" : verdict.reason; }

  const std::shared_ptr<const ServerIdentity> identity_ = std::make_shared<const ServerIdentity>();
  TestKey operator_{NkeyPrefix::kOperator};
  TestKey auth_{NkeyPrefix::kAccount};
  TestKey signer_{NkeyPrefix::kAccount};
  TestKey target_{NkeyPrefix::kAccount};
  TestKey other_{NkeyPrefix::kAccount};
  TestKey serving_{NkeyPrefix::kUser};
  TestKey sentinel_{NkeyPrefix::kUser};
  std::string authorization_ =
      R"(,"authorization":{"auth_users":[")" + serving_.nkey() + R"("]})";
  std::string auth_nats_;
  ConnectionFacts facts_;
};

TEST_F(JwtCalloutTest, AJwtOfTheAccountOnlyOpensTheWayToItsService) {
  const Verdict verdict = broker().decide(login(sentinel_, R"(,"name":"sentinel")"), facts_);
  EXPECT_FALSE(verdict.allowed);
  ASSERT_NE(verdict.callout, nullptr);
  EXPECT_EQ(verdict.callout->account, AccountId{5});
  ASSERT_TRUE(verdict.callout->known_as);
  EXPECT_EQ(verdict.callout->known_as->account, AccountId{5});
  const nlohmann::json claims = nlohmann::json::parse(claims_inside(verdict.callout->payload));
  EXPECT_EQ(claims["sub"], auth_.nkey());
  const nlohmann::json& nats = claims["nats"];
  EXPECT_EQ(nats["client_info"]["user"], "dlc");
  EXPECT_EQ(nats["client_info"]["tags"], nlohmann::json::array({"a"}));
  EXPECT_EQ(nats["client_info"]["name_tag"], "sentinel");
  EXPECT_EQ(nats["client_info"]["nonce"], kNonce);
  EXPECT_EQ(nats["connect_opts"]["jwt"], login(sentinel_, R"(,"name":"sentinel")").jwt);
  EXPECT_TRUE(broker().calls_out());
}

TEST_F(JwtCalloutTest, WhoRunsTheServiceIsNotAskedAbout) {
  const Verdict verdict = broker().decide(login(serving_), facts_);
  EXPECT_TRUE(verdict.allowed) << verdict.reason;
  EXPECT_EQ(verdict.callout, nullptr);
  EXPECT_FALSE(verdict.grant.permissions->may_publish(kCalloutSubject));
  EXPECT_TRUE(verdict.grant.permissions->may_subscribe(kCalloutSubject, ""));
}

TEST_F(JwtCalloutTest, AJwtThatIsNoGoodIsRefusedWithoutTheService) {
  ConnectOptions stolen = login(sentinel_);
  stolen.sig.clear();
  for (const ConnectOptions& options : {stolen, login(sentinel_, R"(,"exp":5)"), ConnectOptions()}) {
    const Verdict verdict = broker().decide(options, facts_);
    EXPECT_FALSE(verdict.allowed);
    EXPECT_EQ(verdict.callout, nullptr);
  }
}

TEST_F(JwtCalloutTest, TheAnswerMakesTheClientAUserOfTheAccount) {
  const auto asked = question();
  Verdict verdict = answer(*asked, user(*asked, auth_, auth_, R"(,"pub":{"allow":["a"]})"), auth_);
  ASSERT_TRUE(verdict.allowed) << verdict.reason;
  EXPECT_EQ(verdict.grant.account, AccountId{5});
  EXPECT_EQ(verdict.grant.user, "dlc");
  EXPECT_TRUE(verdict.grant.permissions->may_publish("a"));
  EXPECT_FALSE(verdict.grant.permissions->may_publish("b"));
  EXPECT_FALSE(verdict.grant.permissions->may_subscribe(kCalloutSubject, ""));
  EXPECT_EQ(verdict.record->subscriptions_max, kNoJwtLimit) << "none was named";
  EXPECT_FALSE(verdict.needs_no_proof);
  verdict = answer(*asked, user(*asked, auth_, signer_, {}, R"(,"name":"Derek")"), auth_);
  EXPECT_EQ(verdict.grant.user, "Derek") << why(verdict);
}

TEST_F(JwtCalloutTest, AnAnswerIsSignedByTheAccountOrAKeyOfIt) {
  const auto asked = question();
  const std::string good = user(*asked, auth_, auth_);
  const std::string of = "the answer of the auth callout service: auth callout signing key is unknown";
  const auto of_account = [](const TestKey& key) {
    return R"(,"issuer_account":")" + key.nkey() + "\"";
  };
  EXPECT_EQ(why(answer(*asked, good, signer_)), "allowed");
  EXPECT_EQ(why(answer(*asked, good, signer_, of_account(auth_))), "allowed");
  EXPECT_EQ(why(answer(*asked, good, auth_, of_account(target_))), of);
  EXPECT_EQ(why(answer(*asked, good, target_)), of);
  EXPECT_EQ(why(answer(*asked, good, target_, of_account(auth_))), of);
  EXPECT_EQ(why(answer(*asked, good, auth_, R"(,"issuer_account":"X")")),
            "the answer of the auth callout service: the JWT's claims are malformed");
}

TEST_F(JwtCalloutTest, UsersAreOnlyPlacedWhereTheAccountMayPlaceThem) {
  const std::string no = "the auth callout service may place nobody in the user's account";
  const auto place = [this](const TestKey& account) {
    const auto asked = question();
    return why(answer(*asked, user(*asked, account, account), auth_));
  };
  EXPECT_EQ(place(target_), no);
  allow({target_.nkey()});
  EXPECT_EQ(place(target_), "allowed");
  EXPECT_EQ(place(other_), no);
  EXPECT_EQ(place(auth_), "allowed");
  allow({"*"});
  EXPECT_EQ(place(other_), "allowed");
  EXPECT_EQ(place(TestKey{NkeyPrefix::kAccount}), "the user's account is not known");
  const auto asked = question();
  EXPECT_EQ(why(answer(*asked, user(*asked, target_, signer_), auth_)),
            "the user's issuer is no key of its account");
}

TEST_F(JwtCalloutTest, WhatTheUsersJwtSaysIsJudgedAsAnyOther) {
  const auto asked = question();
  const auto said = [&](const std::string& nats, const std::string& standard = {}) {
    return why(answer(*asked, user(*asked, auth_, auth_, nats, standard), auth_));
  };
  EXPECT_EQ(said({}, R"(,"exp":5)"), "the user's JWT has expired");
  EXPECT_EQ(said(R"(,"proxy_required":true)"), "proxy connection required");
  EXPECT_EQ(said(R"(,"allowed_connection_types":["MQTT"])"),
            "the user may not come by this kind of connection");
  EXPECT_EQ(said(R"(,"src":["10.0.0.0/8"])"), "the user may not come from this address");
  auth_nats_ = R"(,"revocations":{"*":1000})";
  EXPECT_EQ(said({}), "the user's JWT is revoked");
}

TEST_F(JwtCalloutTest, AReloadLooksAtTheGrantAgain) {
  allow({target_.nkey()});
  const auto asked = question();
  const Verdict first = answer(*asked, user(*asked, target_, target_), auth_);
  ASSERT_TRUE(first.allowed) << first.reason;
  const Verdict again = broker().decide_again(*first.record, facts_);
  EXPECT_TRUE(again.allowed) << again.reason;
  EXPECT_EQ(again.grant.user, "dlc");
  allow({});
  EXPECT_FALSE(broker().decide_again(*first.record, facts_).allowed);
  authorization_.clear();
  EXPECT_FALSE(broker().decide_again(*first.record, facts_).allowed);
  const Verdict free = broker().decide(login(sentinel_), facts_);
  EXPECT_TRUE(free.allowed) << "without a service a JWT is enough";
  allow({});
  EXPECT_FALSE(broker().decide_again(*free.record, facts_).allowed) << "with one it is not";
}

TEST_F(JwtCalloutTest, MalformedAuthorizationIsNoAccount) {
  AccountClaims claims;
  for (const char* text : {R"({"auth_users":["X"]})", R"({"auth_users":"all"})", R"({"xkey":"X"})",
                           R"({"allowed_accounts":["*"]})", R"([])"}) {
    EXPECT_EQ(decode_account_jwt(made_jwt("account", auth_, operator_,
                                          kOpen + R"(,"authorization":)" + text),
                                 claims),
              JwtFault::kBadClaims)
        << text;
  }
  for (const char* text : {"{}", "null", R"({"xkey":""})"}) {
    ASSERT_EQ(decode_account_jwt(made_jwt("account", auth_, operator_,
                                          kOpen + R"(,"authorization":)" + text),
                                 claims),
              JwtFault::kNone)
        << text;
    EXPECT_FALSE(claims.callout.is_on());
  }
}

}  // namespace
}  // namespace antiphon
