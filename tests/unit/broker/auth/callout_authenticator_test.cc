#include "broker/auth/callout_authenticator.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "broker/auth/password_record.h"
#include "tests/unit/broker/auth/callout_answers.h"
#include "tests/unit/broker/auth/made_certificate.h"

namespace antiphon {
namespace {

constexpr int64_t kNow = 1'700'000'000;
constexpr int64_t kSecond = 1'000'000'000;

std::string at(const char* field, int64_t seconds) {
  return std::string(",\"") + field + "\":" + std::to_string(seconds);
}

class CalloutAuthenticatorTest : public testing::Test {
 protected:
  CalloutAuthenticatorTest() {
    facts_.wall_ns = kNow * kSecond;
    facts_.client_id = 7;
    facts_.host = "10.1.2.3";
    facts_.nonce = "abc";
    facts_.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3};
    settings_.issuer = issuer_.nkey();
    settings_.account = AccountId{1};
    settings_.auth_users = {"auth", serving_.nkey()};
    settings_.accounts = {{kGlobalAccount, "$G", std::nullopt},
                          {AccountId{1}, "AUTH", std::nullopt},
                          {AccountId{2}, "ACME", std::nullopt},
                          {AccountId{3}, "OTHER", std::nullopt}};
    users_.users.push_back({"auth", "pwd", std::nullopt, AccountId{1}, "AUTH"});
    users_.users.push_back({"joe", "secret", std::nullopt, AccountId{2}, "ACME"});
    users_.users.push_back({"eve", "secret", std::nullopt, AccountId{3}, "OTHER"});
  }

  std::shared_ptr<const CalloutAuthenticator> broker() {
    return std::make_shared<const CalloutAuthenticator>(
        settings_, make_authenticator(users_),
        CalloutExchange({"name", "0.0.0.0", identity_->id, "2.15.0", {"a", "b"}, {}}, identity_, 2000));
  }
  static ConnectOptions login(std::string user, std::string pass) {
    ConnectOptions options;
    options.user = std::move(user);
    options.pass = std::move(pass);
    return options;
  }
  // What the service is asked.
  std::unique_ptr<CalloutQuestion> question(const ConnectOptions& options) {
    Verdict verdict = broker()->decide(options, facts_);
    EXPECT_FALSE(verdict.allowed);
    return std::move(verdict.callout);
  }
  nlohmann::json request(const ConnectOptions& options) {
    const auto asked = question(options);
    if (asked == nullptr) return nullptr;
    return nlohmann::json::parse(claims_inside(asked->payload));
  }
  CalloutAnswer yes(const CalloutQuestion& asked) {
    CalloutAnswer answer;
    answer.user = encode_nkey(NkeyPrefix::kUser, asked.user_key);
    answer.server = identity_->id;
    answer.account = "ACME";
    return answer;
  }
  Verdict take(const CalloutQuestion& asked, const std::string& answer) {
    return broker()->decide_called_out(asked, answer, facts_);
  }
  // Why a client is refused after `change` was made to an answer that would let it in.
  template <typename Change>
  std::string why(Change change) {
    const auto asked = question(login("dlc", "zzz"));
    CalloutAnswer answer = yes(*asked);
    EXPECT_TRUE(take(*asked, made_answer(answer, issuer_)).allowed);
    change(answer);
    const Verdict verdict = take(*asked, made_answer(answer, issuer_));
    return verdict.allowed ? "allowed" : verdict.reason;
  }

  const std::shared_ptr<const ServerIdentity> identity_ = std::make_shared<const ServerIdentity>();
  TestKey issuer_{NkeyPrefix::kAccount};
  TestKey stranger_{NkeyPrefix::kAccount};
  TestKey serving_{NkeyPrefix::kUser};
  CalloutSettings settings_;
  AuthSettings users_;
  ConnectionFacts facts_;
};

TEST_F(CalloutAuthenticatorTest, TheServiceIsToldWhatTheClientSaidAndNothingElse) {
  ConnectOptions options = login("dlc", "zzz");
  options.name = "n";
  options.lang = "go";
  options.version = "1.2";
  options.protocol = 1;
  options.jwt = "a.b.c";
  const nlohmann::json claims = request(options);
  EXPECT_EQ(claims["aud"], "nats-authorization-request");
  EXPECT_EQ(claims["iss"], identity_->id);
  EXPECT_EQ(claims["sub"], issuer_.nkey());
  EXPECT_EQ(claims["iat"], kNow);
  EXPECT_EQ(claims["exp"], kNow + 2);
  const nlohmann::json& nats = claims["nats"];
  EXPECT_EQ(nats["type"], "authorization_request");
  EXPECT_EQ(nats["version"], 2);
  EXPECT_EQ(nats["server_id"],
            nlohmann::json::parse(R"({"name":"name","host":"0.0.0.0","version":"2.15.0","id":")" +
                                  identity_->id + R"(","tags":["a","b"]})"));
  EXPECT_EQ(nats["client_info"],
            nlohmann::json::parse(
                R"({"host":"10.1.2.3","id":7,"user":"dlc","name":"n","kind":"Client","type":"nats"})"));
  EXPECT_EQ(nats["connect_opts"],
            nlohmann::json::parse(
                R"({"user":"dlc","pass":"zzz","name":"n","lang":"go","version":"1.2","protocol":1})"))
      << "a JWT means nothing here, and is not passed on";
  EXPECT_FALSE(nats.contains("client_tls"));
}

TEST_F(CalloutAuthenticatorTest, TheServiceIsToldByWhichCertificatesAClientIsVouchedFor) {
  facts_.is_tls = true;
  facts_.tls_version = "1.3";
  facts_.tls_cipher = "TLS_X";
  EXPECT_EQ(request(login("dlc", "zzz"))["nats"]["client_tls"],
            nlohmann::json::parse(R"({"version":"1.3","cipher":"TLS_X"})"));
  const PeerCertificate own = made_certificate({{"CN", "own"}});
  const PeerCertificate authority = made_certificate({{"CN", "authority"}});
  facts_.verified_certificate = own;
  facts_.verified_chain = [&] { return std::vector{own, authority}; };
  const nlohmann::json chains = request(login("dlc", "zzz"))["nats"]["client_tls"]["verified_chains"];
  ASSERT_EQ(chains.size(), 1u);
  EXPECT_EQ(chains[0], nlohmann::json::array({own.pem(), authority.pem()}));
}

TEST_F(CalloutAuthenticatorTest, TheRequestIsSignedByTheServerAndEachIsAboutANewKey) {
  const auto asked = question(login("dlc", "zzz"));
  Jwt jwt;
  ASSERT_EQ(open_jwt(asked->payload, jwt), JwtFault::kNone);
  EXPECT_TRUE(ed25519_verify(identity_->seed.public_key(), jwt.signed_text, jwt.signature));
  EXPECT_NE(asked->user_key, question(login("dlc", "zzz"))->user_key);
}

TEST_F(CalloutAuthenticatorTest, ATokenIsNotTheClientsNameAndANonceIsToldOnlyToWhoeverSignedIt) {
  ConnectOptions options;
  options.auth_token = "SECRET";
  nlohmann::json nats = request(options)["nats"];
  EXPECT_EQ(nats["client_info"]["user"], "[REDACTED]");
  EXPECT_EQ(nats["connect_opts"]["auth_token"], "SECRET");
  EXPECT_FALSE(nats["client_info"].contains("nonce"));
  options.sig = "x";
  EXPECT_EQ(request(options)["nats"]["client_info"]["nonce"], "abc");
}

TEST_F(CalloutAuthenticatorTest, WhoServesIsNotAskedAboutAndStandsOrFallsWithTheirPassword) {
  const Verdict served = broker()->decide(login("auth", "pwd"), facts_);
  EXPECT_TRUE(served.allowed);
  EXPECT_EQ(served.callout, nullptr);
  const Verdict wrong = broker()->decide(login("auth", "zzz"), facts_);
  EXPECT_FALSE(wrong.allowed);
  EXPECT_EQ(wrong.callout, nullptr);
}

TEST_F(CalloutAuthenticatorTest, SayingTheNameOfWhoServesInAnotherPlaceHelpsNobody) {
  ConnectOptions options = login("joe", "secret");
  options.nkey = "auth";
  EXPECT_NE(question(options), nullptr);
  options = login("joe", "secret");
  options.auth_token = "auth";
  EXPECT_NE(question(options), nullptr);
  options = login("", "");
  settings_.auth_users = {""};
  EXPECT_NE(question(options), nullptr) << "an empty name in the list is nobody's";
}

TEST_F(CalloutAuthenticatorTest, WithoutUsersNobodyServesByMerelySayingSo) {
  users_ = {};
  const Verdict verdict = broker()->decide(login("auth", "anything"), facts_);
  EXPECT_FALSE(verdict.allowed);
  EXPECT_FALSE(broker()->accepts_anonymous());
  EXPECT_TRUE(broker()->requires_connect());
  EXPECT_NE(question(login("dlc", "zzz")), nullptr);
}

TEST_F(CalloutAuthenticatorTest, EveryOtherUserIsAskedAboutUnlessItsAccountIsNotDelegated) {
  const auto joe = question(login("joe", "secret"));
  ASSERT_NE(joe, nullptr);
  ASSERT_TRUE(joe->known_as);
  EXPECT_EQ(joe->known_as->account, AccountId{2});
  EXPECT_EQ(joe->known_as->user, "joe");
  const auto wrong = question(login("joe", "wrong"));
  ASSERT_NE(wrong, nullptr);
  EXPECT_FALSE(wrong->known_as) << "anybody could say so";
  settings_.allowed_accounts = {"ACME"};
  EXPECT_NE(question(login("joe", "secret")), nullptr);
  EXPECT_NE(question(login("eve", "wrong")), nullptr) << "whoever is no user is always asked about";
  const Verdict eve = broker()->decide(login("eve", "secret"), facts_);
  EXPECT_TRUE(eve.allowed);
  EXPECT_EQ(eve.grant.account, AccountId{3});
}

TEST_F(CalloutAuthenticatorTest, TheAnswerSaysWhereTheClientComesToAndWhatItMayDo) {
  const auto asked = question(login("dlc", "zzz"));
  CalloutAnswer answer = yes(*asked);
  answer.user_nats = R"(,"pub":{"allow":["a.>"]},"subs":3,"payload":100)";
  answer.user_standard = at("exp", kNow + 60);
  Verdict verdict = take(*asked, made_answer(answer, issuer_));
  ASSERT_TRUE(verdict.allowed) << verdict.reason;
  EXPECT_EQ(verdict.grant.account, AccountId{2});
  EXPECT_EQ(verdict.grant.account_name, "ACME");
  EXPECT_EQ(verdict.grant.user, "dlc");
  ASSERT_NE(verdict.grant.permissions, nullptr);
  EXPECT_TRUE(verdict.grant.permissions->may_publish("a.b"));
  EXPECT_FALSE(verdict.grant.permissions->may_publish("b"));
  EXPECT_EQ(verdict.record->expires_ns, (kNow + 60) * kSecond);
  EXPECT_EQ(verdict.record->subscriptions_max, 3);
  EXPECT_EQ(verdict.record->payload_bytes_max, 100);
  answer.user_standard += R"(,"name":"Derek")";
  EXPECT_EQ(take(*asked, made_answer(answer, issuer_)).grant.user, "Derek");
}

TEST_F(CalloutAuthenticatorTest, LimitsThatAnAnswerDoesNotNameLimitNothing) {
  const auto asked = question(login("dlc", "zzz"));
  const Verdict verdict = take(*asked, made_answer(yes(*asked), issuer_));
  EXPECT_EQ(verdict.record->subscriptions_max, kNoJwtLimit);
  EXPECT_EQ(verdict.record->payload_bytes_max, kNoJwtLimit);
  EXPECT_EQ(verdict.record->expires_ns, 0);
}

TEST_F(CalloutAuthenticatorTest, NobodyButWhoServesReadsOrWritesRequestsInTheServicesAccount) {
  const auto asked = question(login("dlc", "zzz"));
  CalloutAnswer answer = yes(*asked);
  answer.account = "AUTH";
  for (const char* rules : {"", R"(,"pub":{"allow":[">"]},"sub":{"allow":[">"]})"}) {
    answer.user_nats = rules;
    const Verdict verdict = take(*asked, made_answer(answer, issuer_));
    ASSERT_NE(verdict.grant.permissions, nullptr);
    EXPECT_FALSE(verdict.grant.permissions->may_publish(kCalloutSubject));
    EXPECT_FALSE(verdict.grant.permissions->may_subscribe(kCalloutSubject, ""));
    EXPECT_FALSE(verdict.grant.permissions->may_deliver(kCalloutSubject, ""));
    EXPECT_TRUE(verdict.grant.permissions->may_publish("a"));
    EXPECT_TRUE(verdict.grant.permissions->may_subscribe(">", ""));
  }
  const Verdict served = broker()->decide(login("auth", "pwd"), facts_);
  EXPECT_FALSE(served.grant.permissions->may_publish(kCalloutSubject));
  EXPECT_TRUE(served.grant.permissions->may_subscribe(kCalloutSubject, ""));
}

TEST_F(CalloutAuthenticatorTest, AnAnswerMustBeWholeSignedAndMeantForThisQuestion) {
  const auto asked = question(login("dlc", "zzz"));
  const CalloutAnswer answer = yes(*asked);
  const auto reason = [&](const std::string& text) {
    const Verdict verdict = take(*asked, text);
    EXPECT_FALSE(verdict.allowed);
    return verdict.reason;
  };
  EXPECT_EQ(reason(""), "the answer of the auth callout service: no, without a reason");
  EXPECT_EQ(reason("x"), "the answer of the auth callout service: the JWT has not three parts");
  EXPECT_EQ(reason(made_user(answer, issuer_)),
            "the answer of the auth callout service: the JWT is of another kind or version");
  EXPECT_EQ(reason(made_answer(answer, stranger_)),
            "the answer of the auth callout service: auth callout signing key is unknown");
  std::string forged = made_answer(answer, issuer_);
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(reason(forged), "the answer of the auth callout service: the JWT's signature is wrong");
  EXPECT_EQ(reason(made_answer(answer, issuer_, "x")),
            "the answer of the auth callout service: its user: the JWT has not three parts");
  EXPECT_EQ(reason(made_answer(answer, issuer_, made_user(answer, stranger_))),
            "the user's JWT has another issuer");
  CalloutAnswer about_another = answer;
  about_another.user = serving_.nkey();
  EXPECT_EQ(reason(made_answer(answer, issuer_, made_user(about_another, issuer_))),
            "the answer of the auth callout service: its user is another client");
  EXPECT_EQ(reason(made_answer(about_another, issuer_)),
            "the answer of the auth callout service: auth callout response is not for expected user");
  // An answer that fits one question does not fit the next one of the same client.
  const auto next = question(login("dlc", "zzz"));
  EXPECT_EQ(take(*next, made_answer(answer, issuer_)).reason,
            "the answer of the auth callout service: auth callout response is not for expected user");
}

TEST_F(CalloutAuthenticatorTest, EachThingThatIsWrongRefuses) {
  const std::string of = "the answer of the auth callout service: ";
  EXPECT_EQ(why([](CalloutAnswer& a) { a.server = ServerIdentity().id; }),
            of + "auth callout response is not for server");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.server = ""; }), of + "auth callout response is not for server");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.standard = at("exp", kNow - 1); }), of + "claim is expired");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.standard = at("nbf", kNow + 9); }),
            of + "it is not valid yet");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.error = "BAD"; }), of + "no: \"BAD\"");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.nats = R"(,"error":"both")"; }),
            of + "the JWT's claims are malformed");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.account = "NONE"; }),
            "the audience of the user's JWT is no account");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.account = ""; }),
            "the audience of the user's JWT is no account");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.user_standard = at("exp", kNow - 1); }),
            "the user's JWT: claim is expired");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.user_standard = at("nbf", kNow + 9); }),
            "the user's JWT is not valid yet");
  EXPECT_EQ(why([this](CalloutAnswer& a) {
              a.user_nats = R"(,"issuer_account":")" + issuer_.nkey() + "\"";
            }),
            "the user's JWT names an issuer_account, without operators");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.user_nats = R"(,"proxy_required":true)"; }),
            "proxy connection required");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.user_nats = R"(,"allowed_connection_types":["MQTT"])"; }),
            "the user may not come by this kind of connection");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.user_nats = R"(,"allowed_connection_types":["STANDARD"])"; }),
            "allowed");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.user_nats = R"(,"src":["10.2.0.0/16"])"; }),
            "the user may not come from this address");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.user_nats = R"(,"src":["10.1.0.0/16"])"; }), "allowed");
  EXPECT_EQ(why([](CalloutAnswer& a) {
              a.user_nats = R"(,"times":[{"start":"25:00:00","end":"26:00:00"}])";
            }),
            "the user may not come at this time");
  EXPECT_EQ(why([](CalloutAnswer& a) { a.user_nats = R"(,"pub":{"allow":["a..b"]})"; }),
            "the user's permissions are malformed");
}

TEST_F(CalloutAuthenticatorTest, AReloadJudgesTheAnswerAgainAndAsksNobody) {
  const auto asked = question(login("dlc", "zzz"));
  CalloutAnswer answer = yes(*asked);
  answer.user_standard = at("exp", kNow + 60);
  const Verdict first = take(*asked, made_answer(answer, issuer_));
  Verdict again = broker()->decide_again(*first.record, facts_);
  EXPECT_TRUE(again.allowed);
  EXPECT_EQ(again.callout, nullptr);
  EXPECT_EQ(again.grant.user, "dlc");
  facts_.wall_ns += 61 * kSecond;
  again = broker()->decide_again(*first.record, facts_);
  EXPECT_FALSE(again.allowed);
  EXPECT_EQ(again.refusal, Refusal::kExpired);
  facts_.wall_ns -= 61 * kSecond;
  std::erase_if(settings_.accounts, [](const auto& account) { return account.name == "ACME"; });
  EXPECT_FALSE(broker()->decide_again(*first.record, facts_).allowed);
  EXPECT_FALSE(make_authenticator(users_)->decide_again(*first.record, facts_).allowed);
}

TEST_F(CalloutAuthenticatorTest, AUserWhoseAccountIsDelegatedByAReloadMustComeAgain) {
  settings_.allowed_accounts = {"ACME"};
  const Verdict eve = broker()->decide(login("eve", "secret"), facts_);
  EXPECT_TRUE(broker()->decide_again(*eve.record, facts_).allowed);
  settings_.allowed_accounts.clear();
  EXPECT_FALSE(broker()->decide_again(*eve.record, facts_).allowed);
}

TEST_F(CalloutAuthenticatorTest, WhoSendsNothingIsAskedAboutAsTheNoAuthUser) {
  users_.no_auth_user = "joe";
  const nlohmann::json nats = request({})["nats"];
  EXPECT_EQ(nats["client_info"]["user"], "joe");
  EXPECT_EQ(nats["connect_opts"]["user"], "joe");
  EXPECT_FALSE(nats["connect_opts"].contains("pass")) << "it has shown none";
  EXPECT_TRUE(broker()->accepts_anonymous());
}

TEST_F(CalloutAuthenticatorTest, WithAKeyOfTheServiceRequestsAreSealedForIt) {
  const XkeySeed service = XkeySeed::random();
  settings_.xkey = service.public_key();
  const auto asked = question(login("dlc", "zzz"));
  const std::string headers =
      "NATS/1.0\r\nNats-Server-Xkey: " + encode_xkey(identity_->xkey.public_key()) + "\r\n\r\n";
  ASSERT_EQ(asked->payload.substr(0, asked->header_bytes), headers);
  const auto opened =
      service.open(asked->payload.substr(asked->header_bytes), identity_->xkey.public_key());
  ASSERT_TRUE(opened);
  EXPECT_EQ(field_of(claims_inside(*opened), "xkey"), encode_xkey(identity_->xkey.public_key()));
  const std::string clear = made_answer(yes(*asked), issuer_);
  EXPECT_TRUE(take(*asked, clear).allowed) << "an answer may be in clear, if it is signed";
  EXPECT_FALSE(take(*asked, made_answer(yes(*asked), stranger_)).allowed);
  const auto sealed = [&](const XkeySeed& by, const std::string& text) {
    return *by.seal(text, identity_->xkey.public_key());
  };
  EXPECT_TRUE(take(*asked, sealed(service, clear)).allowed);
  EXPECT_FALSE(take(*asked, sealed(service, "")).allowed);
  EXPECT_FALSE(take(*asked, sealed(XkeySeed::random(), clear)).allowed);
  EXPECT_EQ(take(*asked, sealed(service, clear).substr(1)).reason,
            "the answer of the auth callout service: it cannot be opened");
  // The seal vouches for who answers; the user must be signed all the same.
  EXPECT_TRUE(take(*asked, sealed(service, made_answer(yes(*asked), stranger_,
                                                       made_user(yes(*asked), issuer_)))).allowed);
  EXPECT_FALSE(take(*asked, sealed(service, made_answer(yes(*asked), stranger_))).allowed);
}

TEST_F(CalloutAuthenticatorTest, WithAKeyThatSealsNothingNobodyIsAsked) {
  settings_.xkey = XkeyPublic{};
  const Verdict verdict = broker()->decide(login("dlc", "zzz"), facts_);
  EXPECT_FALSE(verdict.allowed);
  EXPECT_EQ(verdict.callout, nullptr);
}

TEST_F(CalloutAuthenticatorTest, QuestionsAreMadeOnAnotherThread) {
  EXPECT_EQ(broker()->cost(login("joe", "secret")), LoginCost::kBrief);
  EXPECT_TRUE(broker()->calls_out());
  EXPECT_FALSE(make_authenticator(users_)->calls_out());
}

}  // namespace
}  // namespace antiphon
