#include "broker/config/operator_sharing.h"

#include <gtest/gtest.h>

#include "protocol/nats/account_wiring.h"
#include "tests/unit/made_jwt.h"

namespace antiphon {
namespace {

constexpr int64_t kNow = 10'000;

class OperatorSharingTest : public testing::Test {
 protected:
  // An account whose JWT says this; without limits.
  void add(const TestKey& account, const std::string& nats, const std::string& standard = {}) {
    AccountClaims claims;
    const std::string limits = R"(,"limits":{"conn":-1,"imports":-1,"exports":-1,"wildcards":true})";
    ASSERT_EQ(decode_account_jwt(made_jwt("account", account, operator_, limits + nats, standard), claims),
              JwtFault::kNone);
    accounts_[account.nkey()] = std::make_shared<const AccountClaims>(claims);
  }
  std::string import(const std::string& fields, const std::string& token = {}) {
    const std::string shown = token.empty() ? "" : R"(,"token":")" + token + "\"";
    return R"(,"imports":[{"account":")" + exporter_.nkey() + "\"," + fields + shown + "}]";
  }
  std::string activation(const std::string& standard = {}) {
    return made_jwt("activation", importer_, exporter_, R"(,"kind":"stream","subject":"a.*")", standard);
  }
  const AccountSettings& settings_of(const TestKey& account) {
    for (const AccountSettings& settings : sharing_.accounts) {
      if (settings.name == account.nkey()) return settings;
    }
    ADD_FAILURE() << "not there";
    return sharing_.accounts.front();
  }
  std::string only_problem() {
    sharing_ = operator_sharing(accounts_, kNow, system_account_);
    if (sharing_.problems.empty()) return {};
    EXPECT_EQ(sharing_.problems.size(), 1u);
    return sharing_.problems.front().message;
  }
  bool is_imported() { return !settings_of(importer_).imports.empty(); }

  TestKey operator_{NkeyPrefix::kOperator};
  TestKey exporter_{NkeyPrefix::kAccount};
  TestKey importer_{NkeyPrefix::kAccount};
  TestKey signer_{NkeyPrefix::kAccount};
  AccountClaimsByNkey accounts_;
  std::string system_account_;
  OperatorSharing sharing_;
};

class SystemServicesSharingTest : public OperatorSharingTest {
 protected:
  SystemServicesSharingTest() { system_account_ = exporter_.nkey(); }
  // Whether an account may import this service of the system account.
  bool may_import(const std::string& subject, const std::string& exports = {}) {
    add(exporter_, exports);
    add(importer_, import(R"("type":"service","local_subject":"here","subject":")" + subject + "\""));
    const std::string problem = only_problem();
    if (!problem.empty()) {
      EXPECT_NE(problem.find("does not export"), std::string::npos) << problem;
    }
    return problem.empty();
  }
  static std::string about(const std::string& account, const std::string& what) {
    return "$SYS.REQ.ACCOUNT." + account + "." + what;
  }
};

TEST_F(SystemServicesSharingTest, AnAccountMayImportWhatIsAboutItself) {
  EXPECT_TRUE(may_import(about(importer_.nkey(), "CONNZ")));
  EXPECT_EQ(settings_of(exporter_).exports.front().response, ResponseType::kStream);
  EXPECT_TRUE(may_import(about(importer_.nkey(), "STATZ")));
  EXPECT_TRUE(may_import("$SYS.DEBUG.SUBSCRIBERS"));
}

TEST_F(SystemServicesSharingTest, NothingAboutOthersNorAnythingElse) {
  for (const std::string& subject :
       {about(exporter_.nkey(), "CONNZ"), about(signer_.nkey(), "CONNZ"), about("*", "STATZ"),
        about("PING", "CONNZ"), about(importer_.nkey(), "SUBSZ"), about(importer_.nkey(), "CLAIMS.UPDATE"),
        std::string("$SYS.REQ.SERVER.PING"), std::string("$SYS.REQ.ACCOUNT.>")}) {
    EXPECT_FALSE(may_import(subject)) << subject;
  }
}

TEST_F(SystemServicesSharingTest, TheJwtMayExportMore) {
  const std::string all = R"(,"exports":[{"type":"service","subject":"$SYS.REQ.ACCOUNT.*.>"}])";
  EXPECT_TRUE(may_import(about(signer_.nkey(), "CONNZ"), all));
  EXPECT_TRUE(may_import(about(importer_.nkey(), "INFO"), all));
  EXPECT_EQ(settings_of(exporter_).exports.size(), 2u) << "that one, and who subscribes";
}

TEST_F(SystemServicesSharingTest, AnotherAccountDoesNotHaveThem) {
  system_account_ = signer_.nkey();
  EXPECT_FALSE(may_import(about(importer_.nkey(), "CONNZ")));
}

TEST_F(SystemServicesSharingTest, WhereNobodyImportsAnyNothingIsAdded) {
  add(exporter_, "");
  add(importer_, "");
  EXPECT_EQ(only_problem(), "");
  EXPECT_TRUE(settings_of(exporter_).exports.empty());
}

TEST_F(OperatorSharingTest, WhatIsPublicFitsTogether) {
  add(exporter_, R"(,"exports":[{"subject":"a.*","type":"stream"},{"subject":"b","type":"service",
      "response_type":"Stream","response_threshold":1500000}],"mappings":{"x":[{"subject":"y"}]})");
  add(importer_, import(R"("subject":"a.*","type":"stream","local_subject":"here.$1")"));
  EXPECT_EQ(only_problem(), "");
  const AccountSettings& exporter = settings_of(exporter_);
  ASSERT_EQ(exporter.exports.size(), 2u);
  EXPECT_FALSE(exporter.exports[0].accounts);
  EXPECT_EQ(exporter.exports[1].response, ResponseType::kStream);
  EXPECT_EQ(exporter.exports[1].response_threshold_ms, 2);
  EXPECT_EQ(exporter.mappings, (std::vector<MappingSettings>{{"x", {{"y", 100}}}}));
  EXPECT_EQ(exporter.limits, AccountLimits());
  const ImportSettings expected{ShareKind::kStream, exporter_.nkey(), "a.*", "here.$1", "", false};
  EXPECT_EQ(settings_of(importer_).imports, std::vector<ImportSettings>{expected});
  EXPECT_TRUE(wiring_problems(sharing_.accounts).empty());
  EXPECT_EQ(sharing_.changes_s, 0);
}

TEST_F(OperatorSharingTest, TheOldFieldIsAPrefixForStreamsAndTheFarSubjectForServices) {
  add(exporter_, R"(,"exports":[{"subject":"a","type":"stream"},{"subject":"far","type":"service"}])");
  const std::string account = R"("account":")" + exporter_.nkey() + "\"";
  add(importer_, R"(,"imports":[{"subject":"a","to":"p","type":"stream",)" + account +
                     R"(},{"subject":"near","to":"far","type":"service",)" + account + "}]");
  EXPECT_EQ(only_problem(), "");
  const auto& imports = settings_of(importer_).imports;
  ASSERT_EQ(imports.size(), 2u);
  EXPECT_EQ(imports[0].prefix, "p");
  EXPECT_EQ(imports[1].subject, "far");
  EXPECT_EQ(imports[1].to, "near");
}

TEST_F(OperatorSharingTest, WhatNobodyExportsIsSaid) {
  add(exporter_, R"(,"exports":[{"subject":"a","type":"stream"}])");
  add(importer_, import(R"("subject":"b","type":"stream")"));
  EXPECT_NE(only_problem().find("does not export \"b\""), std::string::npos);
  accounts_.erase(exporter_.nkey());
  EXPECT_NE(only_problem().find("there is no account"), std::string::npos);
}

TEST_F(OperatorSharingTest, APrivateExportWantsAnActivation) {
  add(exporter_, R"(,"exports":[{"subject":"a.*","type":"stream","token_req":true}])");
  add(importer_, "");
  EXPECT_EQ(only_problem(), "") << "nobody has asked for it";
  add(importer_, import(R"("subject":"a.b","type":"stream")"));
  EXPECT_NE(only_problem().find("it has no activation"), std::string::npos);
  EXPECT_FALSE(is_imported());
  add(importer_, import(R"("subject":"a.b","type":"stream")", activation()));
  EXPECT_EQ(only_problem(), "");
  EXPECT_TRUE(is_imported());
  EXPECT_EQ(settings_of(exporter_).exports[0].accounts, std::vector<std::string>{importer_.nkey()});
}

TEST_F(OperatorSharingTest, ActivationsBeginAndEnd) {
  add(exporter_, R"(,"exports":[{"subject":"a.*","type":"stream","token_req":true}])");
  const auto with = [&](const std::string& standard) {
    add(importer_, import(R"("subject":"a.b","type":"stream")", activation(standard)));
    return only_problem();
  };
  EXPECT_EQ(with(R"(,"exp":10001)"), "");
  EXPECT_EQ(sharing_.changes_s, 10001);
  EXPECT_NE(with(R"(,"exp":10000)").find("has expired"), std::string::npos);
  EXPECT_EQ(sharing_.changes_s, 0);
  EXPECT_NE(with(R"(,"nbf":10007)").find("not valid yet"), std::string::npos);
  EXPECT_EQ(sharing_.changes_s, 10007);
  EXPECT_EQ(with(R"(,"nbf":10000)"), "");
}

TEST_F(OperatorSharingTest, ActivationsAreRevoked) {
  for (const auto& [key, until] : {std::pair<std::string, int>{"*", 1000}, {importer_.nkey(), 1000}}) {
    add(exporter_, R"(,"exports":[{"subject":"a.*","type":"stream","token_req":true,"revocations":{")" +
                       key + "\":" + std::to_string(until) + "}}]");
    add(importer_, import(R"("subject":"a.b","type":"stream")", activation()));
    EXPECT_NE(only_problem().find("revoked"), std::string::npos) << key;
    EXPECT_FALSE(is_imported());
  }
}

TEST_F(OperatorSharingTest, OnlyTheExportersKeysActivate) {
  const std::string exports = R"(,"exports":[{"subject":"a.*","type":"stream","token_req":true}])";
  const std::string by_signer =
      made_jwt("activation", importer_, signer_,
               R"(,"kind":"stream","subject":"a.*","issuer_account":")" + exporter_.nkey() + "\"");
  add(exporter_, exports);
  add(importer_, import(R"("subject":"a.b","type":"stream")", by_signer));
  EXPECT_NE(only_problem().find("signed by no key"), std::string::npos);
  EXPECT_FALSE(is_imported());
  add(exporter_, exports + R"(,"signing_keys":[")" + signer_.nkey() + "\"]");
  EXPECT_EQ(only_problem(), "");
  EXPECT_TRUE(is_imported());
}

TEST_F(OperatorSharingTest, AnotherImportOfTheSameAccountNeedsItsOwnActivation) {
  add(exporter_, R"(,"exports":[{"subject":"a.*","type":"stream","token_req":true}])");
  const std::string account = R"("account":")" + exporter_.nkey() + "\"";
  add(importer_, R"(,"imports":[{"subject":"a.b","type":"stream","token":")" + activation() + "\"," +
                     account + R"(},{"subject":"a.c","type":"stream",)" + account + "}]");
  EXPECT_NE(only_problem().find("cannot import \"a.c\""), std::string::npos);
  ASSERT_EQ(settings_of(importer_).imports.size(), 1u);
  EXPECT_EQ(settings_of(importer_).imports[0].subject, "a.b");
}

TEST_F(OperatorSharingTest, TheEndOfAnAccountIsAChangeToo) {
  add(exporter_, "", R"(,"exp":10500)");
  EXPECT_EQ(only_problem(), "");
  EXPECT_EQ(sharing_.changes_s, 10500);
}

TEST_F(OperatorSharingTest, LimitsOfConnectionsCount) {
  AccountClaims claims;
  claims.connections_max = 3;
  accounts_[exporter_.nkey()] = std::make_shared<const AccountClaims>(claims);
  EXPECT_EQ(only_problem(), "");
  EXPECT_EQ(settings_of(exporter_).limits.connections_max, 3);
}

}  // namespace
}  // namespace antiphon
