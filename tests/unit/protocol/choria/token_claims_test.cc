#include "protocol/choria/token_claims.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "protocol/choria/limits.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon::choria {
namespace {

Fault client_fault(std::string_view json) {
  ClientClaims claims;
  return parse_client_claims(json, claims).fault;
}

TEST(TokenClaims, OfAClientAreReadAndWrittenAsTheReferenceWritesThem) {
  ClientClaims claims;
  ASSERT_FALSE(parse_client_claims(vectors::kClientTokenClaims, claims));
  EXPECT_EQ(claims.caller_id, "up=alice");
  EXPECT_EQ(claims.agents, (std::vector<std::string>{"rpcutil.*", "puppet"}));
  EXPECT_EQ(claims.organization, "choria");
  EXPECT_EQ(claims.opa_policy, "package x <&>");
  ASSERT_TRUE(claims.permissions.has_value());
  EXPECT_TRUE(claims.permissions->streams_user && claims.permissions->events_viewer &&
              claims.permissions->fleet_management);
  EXPECT_FALSE(claims.permissions->org_admin || claims.permissions->streams_admin);
  EXPECT_EQ(claims.publish_subjects, std::vector<std::string>{"a.>"});
  EXPECT_EQ(claims.subscribe_subjects, std::vector<std::string>{"b.*"});
  EXPECT_EQ(claims.standard.public_key, vectors::kUserKey);
  EXPECT_EQ(claims.standard.issued_at, vectors::kTokensIssuedAt);
  EXPECT_EQ(claims.standard.not_before, vectors::kTokensIssuedAt);
  EXPECT_EQ(claims.standard.expires_at, vectors::kTokensExpireAt);
  std::string written;
  write_client_claims(claims, written);
  EXPECT_EQ(written, vectors::kClientTokenClaims);
}

TEST(TokenClaims, OfAChainIssuerKeepAnEmptySetOfPermissions) {
  ClientClaims claims;
  ASSERT_FALSE(parse_client_claims(vectors::kChainIssuerTokenClaims, claims));
  ASSERT_TRUE(claims.permissions.has_value());
  EXPECT_EQ(*claims.permissions, ClientPermissions{});
  std::string written;
  write_client_claims(claims, written);
  EXPECT_EQ(written, vectors::kChainIssuerTokenClaims);
}

TEST(TokenClaims, OfAServerAreReadAndWrittenAsTheReferenceWritesThem) {
  ServerClaims claims;
  ASSERT_FALSE(parse_server_claims(vectors::kServerTokenClaims, claims));
  EXPECT_EQ(claims.identity, "n1.example.net");
  EXPECT_EQ(claims.collectives, (std::vector<std::string>{"mcollective", "eu"}));
  EXPECT_TRUE(claims.permissions->submission);
  EXPECT_FALSE(claims.permissions->streams);
  std::string written;
  write_server_claims(claims, written);
  EXPECT_EQ(written, vectors::kServerTokenClaims);
}

TEST(TokenClaims, OfProvisioningAreReadAndWrittenAsTheReferenceWritesThem) {
  ProvisioningClaims claims;
  ASSERT_FALSE(parse_provisioning_claims(vectors::kProvisioningTokenClaims, claims));
  EXPECT_EQ(claims.token, "s3cret");
  EXPECT_FALSE(claims.secure);
  EXPECT_TRUE(claims.by_default && claims.protocol_v2);
  EXPECT_EQ(claims.urls, "nats://p1:4222,nats://p2:4222");
  EXPECT_EQ(claims.extensions_json, R"({"a":[true,null],"b":1})");
  std::string written;
  write_provisioning_claims(claims, written);
  EXPECT_EQ(written, vectors::kProvisioningTokenClaims);
}

TEST(TokenClaims, NoOrganizationIsReadWhereNoneIsNamed) {
  ProvisioningClaims claims;
  ASSERT_FALSE(parse_provisioning_claims("{}", claims));
  EXPECT_EQ(claims.organization, "");
  ServerClaims server;
  ASSERT_FALSE(parse_server_claims("{}", server));
  EXPECT_EQ(server.organization, "");
}

TEST(TokenClaims, EveryPermissionIsReadByItsOwnName) {
  constexpr std::pair<std::string_view, bool ClientPermissions::*> kClient[] = {
      {"streams_admin", &ClientPermissions::streams_admin},
      {"streams_user", &ClientPermissions::streams_user},
      {"events_viewer", &ClientPermissions::events_viewer},
      {"election_user", &ClientPermissions::election_user},
      {"system_user", &ClientPermissions::system_user},
      {"governor", &ClientPermissions::governor},
      {"org_admin", &ClientPermissions::org_admin},
      {"fleet_management", &ClientPermissions::fleet_management},
      {"signed_fleet_management", &ClientPermissions::signed_fleet_management},
      {"service", &ClientPermissions::service},
      {"authentication_delegator", &ClientPermissions::authentication_delegator},
      {"provisioner", &ClientPermissions::provisioner}};
  for (const auto& one : kClient) {
    ClientClaims claims;
    std::string json = R"({"permissions":{")";
    json.append(one.first).append("\":true}}");
    ASSERT_FALSE(parse_client_claims(json, claims));
    ClientPermissions expected;
    expected.*one.second = true;
    EXPECT_EQ(claims.permissions, expected) << one.first;
  }
}

TEST(TokenClaims, KnownClaimsAppearOnceAndInTheirOwnSpelling) {
  EXPECT_EQ(client_fault(R"({"callerid":"up=a","callerid":"up=b"})"), Fault::kAmbiguousField);
  EXPECT_EQ(client_fault(R"({"callerid":"up=a","CallerID":"up=b"})"), Fault::kAmbiguousField);
  EXPECT_EQ(client_fault(R"({"exp":1,"exp":4949007715})"), Fault::kAmbiguousField);
  EXPECT_EQ(client_fault(R"({"exp":null,"exp":1})"), Fault::kAmbiguousField);
  EXPECT_EQ(client_fault(R"({"permissions":{"org_admin":false,"org_admin":true}})"),
            Fault::kAmbiguousField);
  EXPECT_EQ(client_fault(R"({"permissions":{"Org_Admin":true}})"), Fault::kAmbiguousField);
  EXPECT_EQ(client_fault(R"({"user_properties":{"a":"1","a":"2"}})"), Fault::kAmbiguousField);
}

TEST(TokenClaims, WrongTypesAndTimesAreRefused) {
  for (const std::string_view json :
       {"", "[]", "null", "{", "{}x", R"({"exp":"1"})", R"({"exp":1.5})", R"({"exp":1e3})",
        R"({"exp":true})", R"({"callerid":1})", R"({"agents":"x"})", R"({"agents":[1]})",
        R"({"agents":[null]})", R"({"permissions":[]})", R"({"permissions":{"org_admin":1}})",
        R"({"permissions":{"org_admin":"true"}})", R"({"user_properties":{"a":1}})",
        R"({"aud":1})", R"({"aud":{}})", R"({"aud":[1]})", R"({"aud":["x",null]})"}) {
    EXPECT_NE(client_fault(json), Fault::kNone) << json;
  }
  EXPECT_EQ(client_fault(R"({"exp":9223372036854775807})"), Fault::kBadValue);
  EXPECT_NE(client_fault(R"({"exp":99999999999999999999})"), Fault::kNone);
  EXPECT_EQ(client_fault(R"({"exp":null,"agents":null,"permissions":null})"), Fault::kNone);
  EXPECT_EQ(client_fault(R"({"aud":["x"],"other":{"exp":"?"}})"), Fault::kNone);
  EXPECT_EQ(client_fault(R"({"aud":"x"})"), Fault::kNone);
  EXPECT_EQ(client_fault(R"({"aud":null})"), Fault::kNone);
}

TEST(TokenClaims, ListsTextsAndDepthHaveBounds) {
  std::string list = R"({"agents":["a")";
  for (size_t i = 1; i < kTokenEntriesMax; ++i) list += ",\"a\"";
  EXPECT_EQ(client_fault(list + "]}"), Fault::kNone);
  EXPECT_EQ(client_fault(list + ",\"a\"]}"), Fault::kTooLong);
  std::string text = R"({"callerid":")";
  text.append(kTokenTextBytesMax, 'a');
  EXPECT_EQ(client_fault(text + "\"}"), Fault::kNone);
  EXPECT_EQ(client_fault(text + "a\"}"), Fault::kTooLong);
  EXPECT_EQ(
      client_fault(absl::StrCat(R"({"x":)", std::string(1000, '['), std::string(1000, ']'), "}")),
      Fault::kTooDeep);
}

TEST(TokenClaims, EveryTruncationIsRefused) {
  for (size_t length = 0; length < vectors::kClientTokenClaims.size(); ++length) {
    const std::string_view part = vectors::kClientTokenClaims.substr(0, length);
    const std::vector<char> exact(part.begin(), part.end());
    EXPECT_NE(client_fault({exact.data(), exact.size()}), Fault::kNone) << length;
  }
}

TEST(TokenClaims, TheEarlierEndCounts) {
  StandardClaims claims;
  EXPECT_EQ(effective_expiry(claims), std::nullopt);
  claims.expires_at = 20;
  EXPECT_EQ(effective_expiry(claims), 20);
  claims.issuer_expires_at = 10;
  EXPECT_EQ(effective_expiry(claims), 10);
  claims.expires_at = 5;
  EXPECT_EQ(effective_expiry(claims), 5);
  claims.expires_at.reset();
  EXPECT_EQ(effective_expiry(claims), 10);
}

TEST(TokenClaims, ThePurposeOfOldProvisioningTokensIsTheirSubject) {
  StandardClaims claims;
  EXPECT_EQ(token_purpose(claims), TokenPurpose::kUnknown);
  claims.subject = kProvisioningPurpose;
  EXPECT_EQ(token_purpose(claims), TokenPurpose::kProvisioning);
  claims.purpose = kClientPurpose;
  EXPECT_EQ(token_purpose(claims), TokenPurpose::kClient);
  claims.purpose = "other";
  EXPECT_EQ(token_purpose(claims), TokenPurpose::kUnknown);
}

}  // namespace
}  // namespace antiphon::choria
