#include <gtest/gtest.h>

#include "protocol/nats/account_claims_check.h"
#include "tests/unit/made_jwt.h"

namespace antiphon {
namespace {

class SharingClaimsTest : public testing::Test {
 protected:
  JwtFault account(const std::string& nats) {
    return decode_account_jwt(made_jwt("account", acme_, operator_, nats), account_);
  }
  // What is wrong with an account without limits that says this.
  std::string problem(const std::string& nats) {
    const JwtFault fault = account(R"(,"limits":{"imports":-1,"exports":-1,"wildcards":true})" + nats);
    return fault == JwtFault::kNone ? account_claims_problem(account_)
                                    : std::string(jwt_fault_text(fault));
  }
  std::string import(const std::string& fields) {
    return R"(,"imports":[{"account":")" + other_.nkey() + "\"" + fields + "}]";
  }
  std::string activated(const std::string& activation) {
    return import(R"(,"type":"stream","subject":"a.b","token":")" + activation + "\"");
  }
  std::string activation(const TestKey& issuer, const TestKey& subject, const std::string& nats) {
    return made_jwt("activation", subject, issuer, nats);
  }

  TestKey operator_{NkeyPrefix::kOperator};
  TestKey acme_{NkeyPrefix::kAccount};
  TestKey other_{NkeyPrefix::kAccount};
  TestKey signer_{NkeyPrefix::kAccount};
  AccountClaims account_;
};

TEST_F(SharingClaimsTest, ReadsExports) {
  ASSERT_EQ(account(R"(,"exports":[{"name":"x","subject":"a.*","type":"service","token_req":true,
      "revocations":{"*":7},"response_type":"Chunked","response_threshold":1000000000,
      "account_token_position":2,"service_latency":{"sampling":"headers","results":"r"},
      "advertise":true,"info_url":"https://x"},{"subject":"b","type":"stream"}])"),
            JwtFault::kNone);
  ASSERT_EQ(account_.exports.size(), 2u);
  ExportClaims service;
  service.kind = ShareKind::kService;
  service.subject = "a.*";
  service.needs_activation = true;
  service.revocations["*"] = 7;
  service.response = ResponseType::kChunked;
  service.threshold_ns = 1'000'000'000;
  service.account_token = 2;
  service.measures_latency = true;
  EXPECT_EQ(account_.exports[0], service);
  ExportClaims stream;
  stream.subject = "b";
  EXPECT_EQ(account_.exports[1], stream);
}

TEST_F(SharingClaimsTest, ReadsImports) {
  ASSERT_EQ(account(R"(,"imports":[{"name":"x","subject":"a","account":"A","token":"T","to":"t",
      "type":"service","local_subject":"l","share":true},{"type":"stream"}])"),
            JwtFault::kNone);
  ASSERT_EQ(account_.imports.size(), 2u);
  const ImportClaims service{ShareKind::kService, "a", "A", "T", "t", "l", true};
  EXPECT_EQ(account_.imports[0], service);
  EXPECT_EQ(service.there(), "t");
  EXPECT_EQ(account_.imports[1], ImportClaims());
}

TEST_F(SharingClaimsTest, ReadsMappingsButForThoseOfClusters) {
  ASSERT_EQ(account(R"(,"mappings":{"a":[{"subject":"b"},{"subject":"c","weight":20}],
      "x":[{"subject":"y","cluster":"east"}]})"),
            JwtFault::kNone);
  EXPECT_EQ(account_.mappings, (std::vector<MappingSettings>{{"a", {{"b", 100}, {"c", 20}}}}));
}

TEST_F(SharingClaimsTest, RefusesWhatCannotBeMeant) {
  for (const char* nats : {
           R"("exports":{})", R"("exports":[5])", R"("exports":[{}])", R"("exports":[null])",
           R"("exports":[{"subject":"a"}])", R"("exports":[{"subject":"a","type":"Stream"}])",
           R"("exports":[{"type":"stream","subject":5}])",
           R"("exports":[{"type":"stream","subject":"a","subject":"b"}])",
           R"("exports":[{"type":"stream","Subject":"a"}])",
           R"("exports":[{"type":"service","response_threshold":-1}])",
           R"("exports":[{"type":"stream","account_token_position":-1}])",
           R"("exports":[{"type":"stream","revocations":{"*":"x"}}])",
           R"("exports":[{"type":"stream","token_req":1}])",
           R"("imports":{})", R"("imports":[{"subject":"a"}])",
           R"("imports":[{"type":"stream","token":5}])",
           R"("imports":[{"type":"stream","share":"yes"}])",
           R"("mappings":[])", R"("mappings":{"a":{}})", R"("mappings":{"a":[{"weight":101}]})",
           R"("mappings":{"a":[{"weight":-1}]})", R"("mappings":{"a":[{"subject":1}]})",
       }) {
    EXPECT_EQ(account(std::string(",") + nats), JwtFault::kBadClaims) << nats;
  }
}

TEST_F(SharingClaimsTest, RevocationsAreOfAKeyOrOfAll) {
  EXPECT_FALSE(is_revoked({}, "A", 0));
  EXPECT_TRUE(is_revoked({{"A", 5}}, "A", 5));
  EXPECT_FALSE(is_revoked({{"A", 5}}, "A", 6));
  EXPECT_FALSE(is_revoked({{"A", 5}}, "B", 5));
  EXPECT_TRUE(is_revoked({{"*", 5}, {"A", 1}}, "A", 5));
}

TEST_F(SharingClaimsTest, AnAccountMayShareNoMoreThanItsLimitsSay) {
  const auto with_limits = [&](const std::string& limits, const std::string& nats) {
    EXPECT_EQ(account(R"(,"limits":{)" + limits + "}" + nats), JwtFault::kNone);
    return account_claims_problem(account_);
  };
  const std::string exports = R"(,"exports":[{"subject":"a.*","type":"stream"}])";
  EXPECT_EQ(with_limits(R"("exports":0)", exports), "has more exports than its limit says");
  EXPECT_EQ(with_limits("", exports), "has more exports than its limit says");
  EXPECT_EQ(with_limits(R"("exports":1)", exports),
            "exports \"a.*\", and its limits allow no wildcards");
  EXPECT_EQ(with_limits(R"("exports":1,"wildcards":true)", exports), "");
  const std::string imports = import(R"(,"subject":"a","type":"stream")");
  EXPECT_EQ(with_limits(R"("exports":1)", imports), "has more imports than its limit says");
  EXPECT_EQ(with_limits(R"("imports":1)", imports), "");
  EXPECT_EQ(with_limits("", ""), "");
}

TEST_F(SharingClaimsTest, WhatContradictsItselfIsAProblemOfTheWholeAccount) {
  EXPECT_EQ(problem(R"(,"exports":[{"subject":"a..b","type":"stream"}])"),
            "exports \"a..b\", which is not a valid subject");
  EXPECT_EQ(problem(R"(,"exports":[{"subject":"a","type":"service","response_type":"single"}])"),
            "exports \"a\" with a response type that is none");
  EXPECT_EQ(problem(R"(,"exports":[{"subject":"a.b","type":"stream"},{"subject":"a.*","type":"stream"}])"),
            "exports \"a.b\" beside \"a.*\"");
  EXPECT_EQ(problem(R"(,"exports":[{"subject":"a.b","type":"stream"},{"subject":"a.*","type":"service"}])"),
            "");
  EXPECT_EQ(problem(R"(,"imports":[{"subject":"a","type":"stream"}])"),
            "imports \"a\" from no account");
  EXPECT_EQ(problem(import(R"(,"subject":"a b","type":"stream")")),
            "imports \"a b\", which is not a valid subject");
  EXPECT_EQ(problem(import(R"(,"subject":"a","to":"b","local_subject":"c","type":"stream")")),
            "imports \"a\" with both to and local_subject");
  EXPECT_EQ(problem(import(R"(,"subject":"a","type":"stream","share":true)")),
            "imports the stream \"a\" with share, which is for services");
  const std::string twice = R"({"account":")" + other_.nkey() +
                            R"(","type":"service","subject":"a.*"},{"account":")" + other_.nkey() +
                            R"(","type":"service","subject":"x.*","local_subject":"a.$1"})";
  EXPECT_EQ(problem(R"(,"imports":[)" + twice + "]"), "imports \"a.*\" from one account twice");
}

TEST_F(SharingClaimsTest, AnActivationMustBeForThisImport) {
  const std::string good = R"(,"kind":"stream","subject":"a.*")";
  EXPECT_EQ(problem(activated(activation(other_, acme_, good))), "");
  EXPECT_EQ(problem(activated(activation(signer_, acme_,
                                         good + R"(,"issuer_account":")" + other_.nkey() + "\""))),
            "");
  const std::string use = "imports \"a.b\" with an activation of no use: ";
  EXPECT_EQ(problem(activated(activation(signer_, acme_, good))), use + "another account has issued it");
  EXPECT_EQ(problem(activated(activation(other_, signer_, good))), use + "it is for another account");
  EXPECT_EQ(problem(activated(activation(other_, acme_, R"(,"kind":"service","subject":"a.*")"))),
            use + "it is for another kind of import");
  for (const char* subject : {"a.c", "a", "a.b.c", "", "a..", "b.>"}) {
    const std::string nats = std::string(R"(,"kind":"stream","subject":")") + subject + "\"";
    EXPECT_EQ(problem(activated(activation(other_, acme_, nats))), use + "it is for other subjects");
  }
  EXPECT_EQ(problem(activated(made_jwt("user", acme_, other_, good))), use + "the JWT is of another kind or version");
  std::string broken = activation(other_, acme_, good);
  broken[broken.size() - 20] = broken[broken.size() - 20] == 'A' ? 'B' : 'A';
  EXPECT_EQ(problem(activated(broken)), use + "the JWT's signature is wrong");
  EXPECT_NE(problem(activated("x.y.z")), "");
}

}  // namespace
}  // namespace antiphon
