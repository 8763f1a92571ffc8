#include "broker/system/claims_services.h"

#include <gtest/gtest.h>

#include <ctime>

#include "protocol/choria/digest.h"
#include "tests/unit/broker/monitor/fake_server.h"
#include "tests/unit/broker/system/fake_control.h"
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
    EXPECT_TRUE(control_.kept_.empty());
  }

  TestKey operator_{NkeyPrefix::kOperator};
  TestKey signer_{NkeyPrefix::kOperator};
  TestKey stranger_{NkeyPrefix::kOperator};
  TestKey acme_{NkeyPrefix::kAccount};
  TestKey other_{NkeyPrefix::kAccount};
  FakeServer server_;
  FakeControl control_;
  ClaimsServices services_{server_, control_};
};

TEST_F(ClaimsServicesTest, WhatATrustedKeySignedIsKept) {
  for (const TestKey* key : {&operator_, &signer_}) {
    const std::string text = jwt(*key);
    EXPECT_EQ(update(text), R"("data":{"account":")" + acme_.nkey() +
                                R"(","code":200,"message":"jwt updated"})");
    EXPECT_EQ(control_.kept_[acme_.nkey()], text);
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

TEST_F(ClaimsServicesTest, MappingsThatCannotBeAreRefusedWithTheirJwt) {
  const auto mapping = [&](const std::string& from, const std::string& to) {
    return jwt(operator_, "", R"(,"mappings":{")" + from + "\":[" + to + "]}");
  };
  expect_refused(update(mapping("a", R"({"subject":"b","weight":50},{"subject":"b","weight":50})")),
                 "named twice");
  expect_refused(update(mapping("a", R"({"subject":"b","weight":60},{"subject":"c","weight":60})")),
                 "more than 100");
  expect_refused(update(mapping("a.*", R"({"subject":"b.$2"})")), "cannot map");
  expect_refused(update(mapping("a..b", R"({"subject":"b"})")), "not a valid subject");
  const std::string good = mapping("a.*", R"({"subject":"b.$1"})");
  EXPECT_EQ(update(good).substr(0, 6), "\"data\"");
  EXPECT_EQ(control_.kept_[acme_.nkey()], good);
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

class ClaimsDeletionTest : public ClaimsServicesTest {
 protected:
  ClaimsDeletionTest() {
    mode().resolver.deletion = AccountDeletion::kKept;
    server_.options_.authorization.system_account = other_.nkey();
  }
  std::string of(const std::vector<std::string>& accounts) {
    std::string list;
    for (const std::string& account : accounts) list += (list.empty() ? "\"" : ",\"") + account + "\"";
    return R"(,"accounts":[)" + list + "]";
  }
  std::string request(const TestKey& subject, const TestKey& issuer, const std::string& nats) {
    return services_.remove(made_jwt("generic", subject, issuer, nats));
  }
};

TEST_F(ClaimsDeletionTest, AnOperatorOrItsSigningKeyDeletes) {
  EXPECT_EQ(request(operator_, operator_, of({acme_.nkey()})),
            R"("data":{"code":200,"message":"deleted 1 accounts"})");
  EXPECT_EQ(request(signer_, signer_, of({})), R"("data":{"code":200,"message":"deleted 0 accounts"})");
  EXPECT_EQ(control_.removed_, std::vector<std::string>{acme_.nkey()});
}

TEST_F(ClaimsDeletionTest, EverythingElseIsRefusedAsAWhole) {
  const auto expect = [&](const std::string& answer, const std::string& reason) {
    EXPECT_NE(answer.find("failed - " + reason), std::string::npos) << answer;
    EXPECT_TRUE(control_.removed_.empty());
  };
  const std::string both = of({acme_.nkey(), other_.nkey()});
  expect(request(operator_, operator_, both), "not allowed to delete system account");
  expect(request(operator_, operator_, ""), "malformed request");
  expect(request(operator_, operator_, of({acme_.nkey(), "x"})), "malformed request");
  expect(request(stranger_, stranger_, of({acme_.nkey()})), "not trusted");
  expect(request(operator_, signer_, of({acme_.nkey()})), "not self signed");
  EXPECT_NE(services_.remove("x").find("\"error\""), std::string::npos);
  mode().resolver.deletion = AccountDeletion::kNone;
  expect(request(operator_, operator_, of({acme_.nkey()})), "delete must be enabled in server config");
}

TEST_F(ClaimsDeletionTest, WhatCannotBeRemovedIsCounted) {
  control_.problem_ = "no room";
  EXPECT_EQ(request(operator_, operator_, of({acme_.nkey()})),
            R"("error":{"code":500,"description":"deleted 0 accounts, failed for 1 - no room"})");
}

TEST_F(ClaimsServicesTest, PacksWhatAnotherServerLacks) {
  EXPECT_EQ(services_.pack(""), std::vector<std::string>{""});
  const auto add = [this](const TestKey& account, const std::string& text) {
    auto claims = std::make_shared<AccountClaims>();
    ASSERT_EQ(decode_account_jwt(text, *claims), JwtFault::kNone);
    mode().accounts[account.nkey()] = text;
    mode().claims[account.nkey()] = std::move(claims);
  };
  const std::string text = jwt(operator_);
  add(acme_, text);
  add(other_, made_jwt("account", other_, operator_, "", R"(,"exp":10)"));
  EXPECT_EQ(services_.pack("x"), (std::vector<std::string>{acme_.nkey() + "|" + text, ""}));
  choria::Sha256 sha256;
  const choria::Sha256Digest same = sha256.of(text);
  EXPECT_EQ(services_.pack({same.data(), same.size()}), std::vector<std::string>{""});
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
