#include "protocol/nats/claims.h"

#include <gtest/gtest.h>

#include "tests/unit/made_jwt.h"

namespace antiphon {
namespace {

class ClaimsTest : public testing::Test {
 protected:
  JwtFault user(const std::string& token) { return decode_user_jwt(token, user_); }
  JwtFault user_with(const std::string& nats, const std::string& standard = {}) {
    return user(made_jwt("user", joe_, acme_, nats, standard));
  }

  TestKey operator_{NkeyPrefix::kOperator};
  TestKey acme_{NkeyPrefix::kAccount};
  TestKey signer_{NkeyPrefix::kAccount};
  TestKey joe_{NkeyPrefix::kUser};
  UserClaims user_;
};

TEST_F(ClaimsTest, ReadsAUser) {
  ASSERT_EQ(user_with(R"(,"pub":{"allow":["a.>"],"deny":["a.b"]},"sub":{"allow":["x q"]},
      "resp":{"max":3,"ttl":5000000},"subs":7,"payload":-1,"data":-1,"src":["10.0.0.0/8"],
      "times":[{"start":"01:00:00","end":"02:00:00"}],"times_location":"Europe/Berlin",
      "bearer_token":true,"allowed_connection_types":["STANDARD"],"tags":["x:1"],
      "issuer_account":")" + signer_.nkey() + R"(","unknown":[1])",
                      R"(,"name":"joe","exp":2000,"nbf":500)"),
            JwtFault::kNone);
  EXPECT_EQ(user_.standard.subject, joe_.key());
  EXPECT_EQ(user_.standard.issuer, acme_.key());
  EXPECT_EQ(user_.standard.name, "joe");
  EXPECT_EQ(user_.standard.issued_s, 1000);
  EXPECT_EQ(user_.standard.expires_s, 2000);
  EXPECT_EQ(user_.standard.not_before_s, 500);
  EXPECT_EQ(user_.standard.tags, std::vector<std::string>{"x:1"});
  EXPECT_EQ(user_.issuer_account, signer_.key());
  EXPECT_EQ(user_.limits.permissions.publish_deny, std::vector<std::string>{"a.b"});
  EXPECT_EQ(user_.limits.permissions.subscribe_allow, std::vector<std::string>{"x q"});
  ASSERT_TRUE(user_.limits.permissions.responses);
  EXPECT_EQ(user_.limits.permissions.responses->messages_max, 3);
  EXPECT_EQ(user_.limits.permissions.responses->expires_ms, 5);
  EXPECT_EQ(user_.limits.subscriptions_max, 7);
  EXPECT_EQ(user_.limits.payload_bytes_max, kNoJwtLimit);
  EXPECT_EQ(user_.limits.sources, std::vector<std::string>{"10.0.0.0/8"});
  EXPECT_EQ(user_.limits.times, (std::vector<TimeRange>{{"01:00:00", "02:00:00"}}));
  EXPECT_TRUE(user_.limits.bearer_token);
}

TEST_F(ClaimsTest, ReadsVersion1) {
  const auto claims = [this](const std::string& type, const TestKey& subject,
                             const TestKey& issuer, const std::string& nats) {
    return R"({"iss":")" + issuer.nkey() + R"(","sub":")" + subject.nkey() + R"(","type":")" + type +
           R"(","tags":["x:1"],"issuer_account":")" + acme_.nkey() + R"(","nats":{)" + nats + "}}";
  };
  const std::string joe = claims("user", joe_, signer_, R"("pub":{"allow":["a"]},"max":5,"src":"1.2.3.4/32")");
  ASSERT_EQ(user(made_token_v1(joe, signer_)), JwtFault::kNone);
  EXPECT_EQ(user_.issuer_account, acme_.key());
  EXPECT_EQ(user_.standard.tags, std::vector<std::string>{"x:1"});
  EXPECT_EQ(user_.limits.permissions.publish_allow, std::vector<std::string>{"a"});
  EXPECT_EQ(user_.limits.subscriptions_max, kNoJwtLimit);
  EXPECT_EQ(user_.limits.payload_bytes_max, kNoJwtLimit);
  EXPECT_EQ(user_.limits.data_bytes_max, kNoJwtLimit);
  ASSERT_EQ(user(made_token_v1(claims("user", joe_, signer_, R"("subs":3)"), signer_)), JwtFault::kNone);
  EXPECT_EQ(user_.limits.subscriptions_max, 3);

  AccountClaims account;
  ASSERT_EQ(decode_account_jwt(
                made_token_v1(claims("account", acme_, operator_, R"("limits":{"conn":4})"), operator_),
                account),
            JwtFault::kNone);
  EXPECT_EQ(account.connections_max, 4);
  ActivationClaims activation;
  ASSERT_EQ(decode_activation_jwt(made_token_v1(claims("activation", acme_, signer_,
                                                       R"("subject":"a","type":"service")"),
                                                signer_),
                                  activation),
            JwtFault::kNone);
  EXPECT_EQ(activation.kind, ShareKind::kService);
  EXPECT_EQ(activation.issuer_account, acme_.key());
}

TEST_F(ClaimsTest, TheVersionsAreNotMixed) {
  const std::string names = R"({"iss":")" + acme_.nkey() + R"(","sub":")" + joe_.nkey() + "\"";
  const std::string first = names + R"(,"type":"user","nats":{}})";
  const std::string second = names + R"(,"nats":{"type":"user","version":2}})";
  EXPECT_EQ(user(made_token_v1(first, acme_)), JwtFault::kNone);
  EXPECT_EQ(user(made_token_v1(second, acme_)), JwtFault::kWrongType);
  EXPECT_EQ(user(made_token(first, acme_)), JwtFault::kWrongType);
  EXPECT_EQ(user(made_token_v1(first, acme_, kJwtHeader)), JwtFault::kWrongType);
  // Each signs another text.
  EXPECT_EQ(user(made_token(first, acme_, R"({"typ":"jwt","alg":"ed25519"})")), JwtFault::kBadSignature);
  EXPECT_EQ(user(made_token_v1(second, acme_, kJwtHeader)), JwtFault::kBadSignature);
  EXPECT_EQ(user(made_token_v1(first, signer_)), JwtFault::kBadSignature);
}

TEST_F(ClaimsTest, WhatIsNullOrAbsentIsEmpty) {
  ASSERT_EQ(user_with(R"(,"pub":null,"subs":null,"tags":null,"src":null)"), JwtFault::kNone);
  EXPECT_EQ(user_.limits, UserLimits());
}

TEST_F(ClaimsTest, SourcesMayStandInOneText) {
  ASSERT_EQ(user_with(R"(,"src":"10.0.0.0/8, 1.2.3.4/32,")"), JwtFault::kNone);
  EXPECT_EQ(user_.limits.sources, (std::vector<std::string>{"10.0.0.0/8", "1.2.3.4/32"}));
}

TEST_F(ClaimsTest, EveryFieldOfTheWrongTypeIsRefused) {
  for (const char* name : {"pub", "sub", "resp", "subs", "payload", "data", "src", "times",
                           "times_location", "bearer_token", "proxy_required",
                           "allowed_connection_types", "tags", "issuer_account"}) {
    for (const char* value : {"5", "\"x\"", "true", "{}", "[]", "[5]", "[[]]", "1.5", "{\"allow\":5}"}) {
      const JwtFault fault = user_with(std::string(",\"") + name + "\":" + value);
      const bool fits = fault == JwtFault::kNone;
      const std::string type = value;
      const bool may_fit =
          ((std::string(name) == "subs" || std::string(name) == "payload" ||
            std::string(name) == "data") && type == "5") ||
          (std::string(name) == "times_location" && type == "\"x\"") ||
          (std::string(name) == "src" && (type == "\"x\"" || type == "[]")) ||
          ((std::string(name) == "bearer_token" || std::string(name) == "proxy_required") &&
           type == "true") ||
          ((std::string(name) == "pub" || std::string(name) == "sub" ||
            std::string(name) == "resp") && (type == "{}" || (type == "{\"allow\":5}" && std::string(name) == "resp"))) ||
          ((std::string(name) == "times" || std::string(name) == "tags" ||
            std::string(name) == "allowed_connection_types") && type == "[]");
      EXPECT_EQ(fits, may_fit) << name << " " << value;
    }
  }
}

TEST_F(ClaimsTest, AKnownFieldTwiceOrInOtherLettersIsRefused) {
  EXPECT_EQ(user_with(R"(,"subs":1,"subs":1)"), JwtFault::kBadClaims);
  EXPECT_EQ(user_with(R"(,"Subs":1)"), JwtFault::kBadClaims);
  EXPECT_EQ(user_with(R"(,"pub":{"Allow":[]})"), JwtFault::kBadClaims);
  EXPECT_EQ(user_with("", ",\"EXP\":5"), JwtFault::kBadClaims);
  EXPECT_EQ(user_with("", ",\"iss\":\"x\""), JwtFault::kBadClaims);
}

TEST_F(ClaimsTest, EveryOtherHeaderIsRefused) {
  const std::string claims = R"({"iss":")" + acme_.nkey() + R"(","sub":")" + joe_.nkey() +
                             R"(","nats":{"type":"user","version":2}})";
  EXPECT_EQ(user(made_token(claims, acme_)), JwtFault::kNone);
  EXPECT_EQ(user(made_token(claims, acme_, R"({"typ":"jwt","alg":"ED25519-NKEY"})")), JwtFault::kNone);
  for (const char* header :
       {R"({"typ":"JWT","alg":"none"})", R"({"typ":"JWT","alg":"HS256"})",
        R"({"typ":"JWT","alg":"ed25519"})", R"({"typ":"JWT","alg":""})", R"({"typ":"JWT"})",
        R"({"alg":"ed25519-nkey"})", R"({"typ":"JWE","alg":"ed25519-nkey"})", "[]", "", "{",
        R"({"typ":"JWT","alg":"ed25519-nkey","crit":["x"]})",
        R"({"typ":"JWT","alg":"none","alg":"ed25519-nkey"})",
        R"({"typ":"JWT","alg":"none","Alg":"ed25519-nkey"})"}) {
    EXPECT_NE(user(made_token(claims, acme_, header)), JwtFault::kNone) << header;
  }
}

TEST_F(ClaimsTest, OnlyTheIssuersSignatureIsOne) {
  const std::string token = made_jwt("user", joe_, acme_);
  EXPECT_EQ(user(token), JwtFault::kNone);
  std::string forged = R"({"iss":")" + acme_.nkey() + R"(","sub":")" + joe_.nkey() +
                       R"(","nats":{"type":"user","version":2}})";
  EXPECT_EQ(user(made_token(forged, signer_)), JwtFault::kBadSignature);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(user(changed), JwtFault::kNone) << i;
    EXPECT_NE(user(token.substr(0, i)), JwtFault::kNone) << i;
  }
  for (const std::string& other : {token + "=", token + "\n", " " + token, token + ".", "." + token}) {
    EXPECT_NE(user(other), JwtFault::kNone);
  }
  EXPECT_EQ(user(std::string(kJwtBytesMax + 1, 'a')), JwtFault::kTooLarge);
}

TEST_F(ClaimsTest, EachKindIsSignedByWhoMayAndIsOfItsSubject) {
  AccountClaims account;
  OperatorClaims operator_claims;
  EXPECT_EQ(user(made_jwt("user", joe_, operator_)), JwtFault::kBadIssuer);
  EXPECT_EQ(user(made_jwt("user", joe_, joe_)), JwtFault::kBadIssuer);
  EXPECT_EQ(user(made_jwt("user", acme_, acme_)), JwtFault::kBadSubject);
  EXPECT_EQ(user(made_jwt("account", joe_, acme_)), JwtFault::kWrongType);
  EXPECT_EQ(decode_account_jwt(made_jwt("account", acme_, operator_), account), JwtFault::kNone);
  EXPECT_EQ(decode_account_jwt(made_jwt("account", acme_, acme_), account), JwtFault::kBadIssuer);
  EXPECT_EQ(decode_account_jwt(made_jwt("account", joe_, operator_), account), JwtFault::kBadSubject);
  EXPECT_EQ(decode_account_jwt(made_jwt("user", acme_, operator_), account), JwtFault::kWrongType);
  EXPECT_EQ(decode_operator_jwt(made_jwt("operator", operator_, operator_), operator_claims),
            JwtFault::kNone);
  EXPECT_EQ(decode_operator_jwt(made_jwt("operator", operator_, acme_), operator_claims),
            JwtFault::kBadIssuer);
}

TEST_F(ClaimsTest, TruncatedIssuersOfEveryLengthAreRefused) {
  const std::string nkey = acme_.nkey();
  for (size_t bytes = 0; bytes < nkey.size(); ++bytes) {
    const std::string claims = R"({"iss":")" + nkey.substr(0, bytes) + R"(","sub":")" +
                               joe_.nkey() + R"(","nats":{"type":"user","version":2}})";
    EXPECT_EQ(user(made_token(claims, acme_)), JwtFault::kBadIssuer) << bytes;
  }
}

TEST_F(ClaimsTest, ReadsAnAccount) {
  AccountClaims account;
  const std::string token = made_jwt(
      "account", acme_, operator_,
      R"(,"limits":{"conn":5,"subs":-1,"payload":10,"disallow_bearer":true},
         "signing_keys":[")" + signer_.nkey() + R"(",{"kind":"user_scope","key":")" + acme_.nkey() +
          R"(","role":"r","template":{"pub":{"allow":["a"]},"subs":3}}],
         "revocations":{"*":5,")" + joe_.nkey() + R"(":9},"default_permissions":{"pub":{"deny":["x"]}},
         "authorization":{})");
  ASSERT_EQ(decode_account_jwt(token, account), JwtFault::kNone);
  EXPECT_EQ(account.connections_max, 5);
  EXPECT_EQ(account.subscriptions_max, -1);
  EXPECT_TRUE(account.disallow_bearer);
  ASSERT_EQ(account.signing_keys.size(), 2u);
  EXPECT_FALSE(account.signing_keys[0].scope);
  ASSERT_TRUE(account.signing_keys[1].scope);
  EXPECT_EQ(account.signing_keys[1].scope->subscriptions_max, 3);
  EXPECT_EQ(account.revocations.at(joe_.nkey()), 9);
  EXPECT_FALSE(account.callout.is_on());
}

TEST_F(ClaimsTest, WithoutLimitsAnAccountAllowsNothing) {
  AccountClaims account;
  ASSERT_EQ(decode_account_jwt(made_jwt("account", acme_, operator_), account), JwtFault::kNone);
  EXPECT_EQ(account.connections_max, 0);
  EXPECT_EQ(account.subscriptions_max, 0);
}

TEST_F(ClaimsTest, AScopeOfAnUnknownKindOrWithoutAKeyIsRefused) {
  AccountClaims account;
  for (const std::string& key :
       {R"({"kind":"other","key":")" + signer_.nkey() + R"(","template":{}})",
        std::string(R"({"kind":"user_scope","template":{}})"), std::string("5"),
        "\"" + joe_.nkey() + "\""}) {
    EXPECT_EQ(decode_account_jwt(
                  made_jwt("account", acme_, operator_, ",\"signing_keys\":[" + key + "]"), account),
              JwtFault::kBadClaims)
        << key;
  }
}

TEST_F(ClaimsTest, ReadsWhichAccountsAnOperatorDeletes) {
  DeletionClaims claims;
  const auto read = [&](const std::string& nats, const TestKey& issuer) {
    return decode_deletion_jwt(made_jwt("generic", operator_, issuer, nats), claims);
  };
  ASSERT_EQ(read(R"(,"accounts":[")" + acme_.nkey() + "\"]", operator_), JwtFault::kNone);
  EXPECT_EQ(claims.accounts, std::vector<Ed25519PublicKey>{acme_.key()});
  EXPECT_EQ(claims.standard.subject, operator_.key());
  for (const std::string nats : {"", R"(,"accounts":"x")", R"(,"accounts":["x"])", R"(,"accounts":[1])"}) {
    ASSERT_EQ(read(nats, operator_), JwtFault::kNone) << nats;
    EXPECT_FALSE(claims.accounts) << nats;
  }
  EXPECT_EQ(read("", acme_), JwtFault::kBadIssuer);
  EXPECT_EQ(decode_deletion_jwt(made_jwt("operator", operator_, operator_), claims),
            JwtFault::kWrongType);
}

TEST_F(ClaimsTest, AnOperatorsDeletionNeedsNoType) {
  const std::string standard =
      R"({"iat":1000,"iss":")" + operator_.nkey() + R"(","sub":")" + operator_.nkey() + R"(","nats":)";
  const std::string accounts = R"("accounts":[")" + acme_.nkey() + "\"]";
  DeletionClaims claims;
  ASSERT_EQ(decode_deletion_jwt(made_token(standard + "{" + accounts + R"(,"version":2}})", operator_), claims),
            JwtFault::kNone);
  EXPECT_EQ(claims.accounts, std::vector<Ed25519PublicKey>{acme_.key()});
  EXPECT_EQ(decode_deletion_jwt(made_token(standard + "{" + accounts + "}}", operator_), claims),
            JwtFault::kWrongType);
  OperatorClaims other;
  EXPECT_EQ(decode_operator_jwt(made_token(standard + R"({"version":2}})", operator_), other),
            JwtFault::kWrongType);
}

TEST_F(ClaimsTest, TheTokenIsFoundInADecoratedFile) {
  const std::string token = made_jwt("user", joe_, acme_);
  EXPECT_EQ(undecorated_jwt(" " + token + "\n"), token);
  EXPECT_EQ(undecorated_jwt("-----BEGIN NATS USER JWT-----\n" + token +
                            "\n------END NATS USER JWT------\n\n************\n"),
            token);
  EXPECT_EQ(undecorated_jwt("-----BEGIN NATS OPERATOR JWT-----\r\n" + token +
                            "-\r\n-----END NATS OPERATOR JWT-----\r\n"),
            token + "-");
  EXPECT_EQ(undecorated_jwt("of today\n-----BEGIN TEST OPERATOR JWT-----\n" + token +
                            "\n------END TEST OPERATOR JWT------"),
            token);
  EXPECT_EQ(undecorated_jwt("---a---\n\n---b---\n---c---\n" + token + "\n---d---\n"), token);
  EXPECT_EQ(undecorated_jwt("------\n" + token + "\n------\n"), token);
  EXPECT_EQ(undecorated_jwt(""), "");
}

TEST_F(ClaimsTest, AFileThatIsDecoratedOtherwiseIsTheTokenItself) {
  const std::string token = made_jwt("user", joe_, acme_);
  for (const std::string& text :
       {std::string("-----BEGIN NATS"), "-----\n" + token + "\n------",
        "-----BEGIN NATS USER JWT-----\n" + token, "------\n" + token + "\n -----END------",
        "------\n" + token + " \n------"}) {
    EXPECT_EQ(undecorated_jwt(text), text);
  }
}

}  // namespace
}  // namespace antiphon
