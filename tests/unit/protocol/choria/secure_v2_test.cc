#include "protocol/choria/secure_v2.h"

#include <gtest/gtest.h>

#include <functional>

#include "protocol/bytes/base64.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_key.h"

namespace antiphon::choria {
namespace {

constexpr int64_t kNow = 1'750'000'100;
// As the reference writes it, and what it signs it with: the seed is 32 bytes of 3.
constexpr std::string_view kRequest =
    R"({"protocol":"io.choria.protocol.v2.request","message":"eyJhZ2VudCI6InJwY3V0aWwiLCJhY3Rpb24iOiJwaW5nIiwiZGF0YSI6e319","id":"2yY8BW6nNCiEuCJ7rbWbTmSW74d","sender":"client.example.net","caller":"up=alice","collective":"choria","agent":"rpcutil","ttl":60,"time":1750000000000000000,"filter":{"fact":[],"cf_class":[],"agent":["rpcutil"],"identity":[],"compound":[]}})";
constexpr std::string_view kSignature =
    "+1KN5tqyBo3TknsRlYDIh/N9px5SNfanUV4gl8MwEVENzERWM1fMw5IJFMEKPU31oJ4aaIoKun6VvJH9uk6hCQ==";

Ed25519Seed seed(char byte) { return *Ed25519Seed::from_bytes(std::string(kEd25519KeyBytes, byte)); }

std::string token(std::string_view caller, char holder,
                  const std::function<void(ClientClaims&)>& change, char issuer = 1) {
  ClientClaims claims;
  claims.caller_id = caller;
  claims.organization = "choria";
  claims.permissions.emplace();
  claims.standard.purpose = kClientPurpose;
  claims.standard.public_key = ed25519_to_hex(seed(holder).public_key());
  claims.standard.expires_at = kNow + 60;
  change(claims);
  std::string json;
  write_client_claims(claims, json);
  return *make_token(json, TokenSigningKey(seed(issuer)));
}
void fleet(ClientClaims& claims) { claims.permissions->fleet_management = true; }
void signed_fleet(ClientClaims& claims) { claims.permissions->signed_fleet_management = true; }
void delegator(ClientClaims& claims) { claims.permissions->authentication_delegator = true; }

TokenTrust trust() {
  TokenIssuers issuers;
  issuers["choria"] = seed(1).public_key();
  issuers["other"] = seed(9).public_key();
  return TokenTrust(std::move(issuers));
}

SecureRequestV2 signed_by(char holder, std::string caller, std::string signer = {}) {
  return {std::string(kRequest), seed(holder).sign(kRequest), std::move(caller), std::move(signer)};
}
VerdictV2 verdict(const SecureRequestV2& secure, int64_t now = kNow) {
  RequestV2 request;
  const Problem problem = parse_request_v2(secure.request, request);
  EXPECT_FALSE(problem) << describe(problem);
  return verify_request_v2(secure, request, trust(), now);
}

TEST(ChoriaRequestV2, IsReadAndWrittenAsTheReferenceWritesIt) {
  RequestV2 request;
  ASSERT_FALSE(parse_request_v2(kRequest, request));
  EXPECT_EQ(request.caller, "up=alice");
  EXPECT_EQ(request.collective, "choria");
  EXPECT_EQ(request.agent, "rpcutil");
  EXPECT_EQ(request.ttl_s, 60);
  std::string written;
  append_request_v2(request, written);
  EXPECT_EQ(written, kRequest);
}

TEST(ChoriaRequestV2, IsRefusedWhereAReaderCouldUnderstandSomethingElse) {
  const std::string text(kRequest);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = text;
    const size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  };
  RequestV2 request;
  for (const std::string& bad :
       {with(R"("caller":"up=alice")", R"("caller":"up=alice","Caller":"up=root")"),
        with(R"("caller":"up=alice")", R"("caller":"up=alice","caller":"up=root")"),
        with(R"("caller":"up=alice",)", ""), with(R"("agent":"rpcutil","ttl")", R"("agent":"","ttl")"),
        with(R"("ttl":60)", R"("ttl":0)"), with(R"("message":"eyJh)", R"("message":"!eyJh)"),
        with("v2.request", "v2.reply"), text + "x", std::string()}) {
    EXPECT_TRUE(parse_request_v2(bad, request)) << bad;
  }
  EXPECT_FALSE(parse_request_v2(with(R"("filter":{"fact":[],"cf_class":[],"agent":["rpcutil"],"identity":[],"compound":[]})", R"("filter":null)"), request));
}

TEST(ChoriaRequestV2, IsFreshWithinItsTimeToLive) {
  RequestV2 request;
  ASSERT_FALSE(parse_request_v2(kRequest, request));
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t made = request.time_unix_ns;
  EXPECT_TRUE(is_fresh(request, made + 59 * kSecond));
  EXPECT_FALSE(is_fresh(request, made + 60 * kSecond));
  EXPECT_TRUE(is_fresh(request, made - 59 * kSecond));
  EXPECT_FALSE(is_fresh(request, made - 60 * kSecond));
}

TEST(ChoriaSecureV2, IsReadAndWrittenAndSignedAsByTheReference) {
  const SecureRequestV2 secure = signed_by(3, "c.a.b", "s.a.b");
  EXPECT_EQ(base64(secure.signature), kSignature);
  std::string written;
  append_secure_request_v2(secure, written);
  EXPECT_EQ(written, R"({"protocol":"io.choria.protocol.v2.secure_request","request":")" + base64(kRequest) +
                         R"(","signature":")" + std::string(kSignature) +
                         R"(","caller":"c.a.b","signer":"s.a.b"})");
  SecureRequestV2 read;
  ASSERT_FALSE(parse_secure_request_v2(written, read));
  EXPECT_EQ(read, secure);
  SecureRequestV2 alone = signed_by(3, "c.a.b");
  written.clear();
  append_secure_request_v2(alone, written);
  EXPECT_EQ(written.find("signer"), std::string::npos);
  ASSERT_FALSE(parse_secure_request_v2(written, read));
  EXPECT_EQ(read, alone) << "nothing is left of the one before";
}

TEST(ChoriaSecureV2, BelievesACallersOwnSignature) {
  const std::string alice = token("up=alice", 3, fleet);
  EXPECT_EQ(verdict(signed_by(3, alice)), VerdictV2::kAccepted);
  EXPECT_EQ(verdict(signed_by(3, alice + "\n")), VerdictV2::kAccepted) << "as it stands in a file";
  EXPECT_EQ(verdict(signed_by(4, alice)), VerdictV2::kBadSignature);
  EXPECT_EQ(verdict(signed_by(3, alice), kNow + 61), VerdictV2::kBadToken);
  EXPECT_EQ(verdict(signed_by(3, token("up=bob", 3, fleet))), VerdictV2::kCallerMismatch);
  EXPECT_EQ(verdict(signed_by(3, token("up=alice", 3, [](ClientClaims&) {}))), VerdictV2::kNoFleetPermission);
  EXPECT_EQ(verdict(signed_by(3, token("up=alice", 3, signed_fleet))), VerdictV2::kNeedsDelegator);
  EXPECT_EQ(verdict(signed_by(3, token("up=alice", 3, fleet, 8))), VerdictV2::kBadToken);
  EXPECT_EQ(verdict(signed_by(3, "insecure")), VerdictV2::kBadToken);
  SecureRequestV2 insecure = signed_by(3, alice);
  insecure.signature = "insecure";
  EXPECT_EQ(verdict(insecure), VerdictV2::kBadSignature);
}

TEST(ChoriaSecureV2, BelievesADelegatorWhoSignsForACaller) {
  const std::string caller = token("up=anybody", 5, signed_fleet);
  const std::string signer = token("up=aaa", 3, delegator);
  EXPECT_EQ(verdict(signed_by(3, caller, signer)), VerdictV2::kAccepted);
  EXPECT_EQ(verdict(signed_by(5, caller, signer)), VerdictV2::kBadSignature);
  EXPECT_EQ(verdict(signed_by(3, caller, token("up=aaa", 3, fleet))), VerdictV2::kNotADelegator);
  EXPECT_EQ(verdict(signed_by(3, token("up=x", 5, [](ClientClaims&) {}), signer)), VerdictV2::kNoFleetPermission);
  EXPECT_EQ(verdict(signed_by(3, caller, token("up=aaa", 3, delegator, 8))), VerdictV2::kBadSignerToken);
  const std::string foreign =
      token("up=x", 5, [](ClientClaims& c) { signed_fleet(c), c.organization = "other"; }, 9);
  EXPECT_EQ(verdict(signed_by(3, foreign, signer)), VerdictV2::kOtherOrganization);
}

TEST(ChoriaSecureV2, HasATextForEachVerdict) {
  for (int i = 0; i <= static_cast<int>(VerdictV2::kBadSignature); ++i) {
    EXPECT_NE(verdict_text(static_cast<VerdictV2>(i)), "unknown verdict");
  }
}

}  // namespace
}  // namespace antiphon::choria
