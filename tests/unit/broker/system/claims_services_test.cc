#include "broker/system/claims_services.h"

#include <gtest/gtest.h>

#include <ctime>

#include "tests/unit/broker/monitor/fake_server.h"
#include "tests/unit/made_jwt.h"

namespace antiphon {
namespace {

class ClaimsServicesTest : public testing::Test {
 protected:
  ClaimsServicesTest() {
    trust(R"(,"signing_keys":[")" + signer_.nkey() + "\"]");
    mode().resolver = {ResolverKind::kFull, "/nowhere"};
  }
  OperatorOptions& mode() { return server_.options_.authorization.operator_mode; }
  // Only the operator of whom this is said.
  void trust(const std::string& nats) {
    OperatorClaims claims;
    mode().operators = {made_jwt("operator", operator_, operator_, nats)};
    ASSERT_EQ(decode_operator_jwt(mode().operators.front(), claims), JwtFault::kNone);
    mode().trust = {};
    mode().trust.add(claims);
  }
  std::string jwt(const TestKey& signer, const std::string& standard = {},
                  const std::string& nats = {}) {
    return made_jwt("account", acme_, signer, nats, standard);
  }
  std::string update(const std::string& text, const std::string& account = {}) {
    return services_.update(account, text);
  }
  void expect_refused(const std::string& answer, const std::string& reason) {
    EXPECT_NE(answer.find("\"error\""), std::string::npos) << answer;
    EXPECT_NE(answer.find(reason), std::string::npos) << answer;
    EXPECT_TRUE(kept_.empty());
  }

  TestKey operator_{NkeyPrefix::kOperator};
  TestKey signer_{NkeyPrefix::kOperator};
  TestKey stranger_{NkeyPrefix::kOperator};
  TestKey acme_{NkeyPrefix::kAccount};
  TestKey other_{NkeyPrefix::kAccount};
  FakeServer server_;
  std::map<std::string, std::string> kept_;
  ClaimsServices services_{server_, [this](const std::string& nkey, const std::string& text) {
                             kept_[nkey] = text;
                             return std::string();
                           }};
};

TEST_F(ClaimsServicesTest, WhatATrustedKeySignedIsKept) {
  for (const TestKey* key : {&operator_, &signer_}) {
    const std::string text = jwt(*key);
    EXPECT_EQ(update(text), R"("data":{"account":")" + acme_.nkey() +
                                R"(","code":200,"message":"jwt updated"})");
    EXPECT_EQ(kept_[acme_.nkey()], text);
  }
  EXPECT_EQ(update(jwt(operator_), acme_.nkey()).substr(0, 6), "\"data\"");
}

TEST_F(ClaimsServicesTest, EverythingElseIsRefused) {
  expect_refused(update("x"), "jwt update resulted in error");
  expect_refused(update(""), "n/a");
  expect_refused(update(jwt(stranger_)), "no trusted operator");
  expect_refused(update(jwt(operator_), other_.nkey()), "of another account");
  expect_refused(update(jwt(operator_, R"(,"exp":10)")), "expired");
  expect_refused(update(jwt(operator_, "", R"(,"exports":[{"subject":"a","type":"stream"}])")),
                 "more exports");
  expect_refused(update(made_jwt("user", TestKey(NkeyPrefix::kUser), acme_)), "jwt update");
}

TEST_F(ClaimsServicesTest, TheOwnKeyOfAStrictOperatorIsNotTrusted) {
  trust(R"(,"strict_signing_key_usage":true,"signing_keys":[")" + signer_.nkey() + "\"]");
  expect_refused(update(jwt(operator_)), "no trusted operator");
  EXPECT_EQ(update(jwt(signer_)).substr(0, 6), "\"data\"");
}

TEST_F(ClaimsServicesTest, AnOlderOneIsRefused) {
  auto known = std::make_shared<AccountClaims>();
  known->standard.issued_s = std::time(nullptr) + 1000;
  mode().claims[acme_.nkey()] = known;
  expect_refused(update(jwt(operator_)), "issued before");
}

TEST_F(ClaimsServicesTest, ListsAndLooksUp) {
  mode().accounts[acme_.nkey()] = "TEXT";
  EXPECT_EQ(services_.list(), R"("data":[")" + acme_.nkey() + "\"]");
  EXPECT_EQ(services_.lookup(acme_.nkey()), "TEXT");
  EXPECT_EQ(services_.lookup("A"), "");
  EXPECT_TRUE(services_.is_on());
  mode().resolver.kind = ResolverKind::kMemory;
  EXPECT_FALSE(services_.is_on());
}

}  // namespace
}  // namespace antiphon
