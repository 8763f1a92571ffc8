#include "fleet/client/caller.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>

#include "protocol/choria/incoming.h"
#include "protocol/choria/secure_v2.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_key.h"
#include "protocol/choria/token_trust.h"
#include "protocol/choria/trust.h"
#include "protocol/choria/verify.h"
#include "tests/unit/throwaway_identity.h"

namespace antiphon::fleet {
namespace {

constexpr int64_t kNowS = 1'750'000'000;

choria::Request request_of(const Caller& caller) {
  choria::Request request;
  request.message = "cGluZw==";
  request.request_id = new_request_id();
  request.sender_id = caller.sender;
  request.caller_id = caller.caller_id;
  request.collective = "mcollective";
  request.agent = "discovery";
  request.time_unix_s = kNowS;
  return request;
}

choria::IncomingRequest opened(const Caller& caller) {
  const auto payload = request_payload(caller, request_of(caller), "r.x");
  EXPECT_TRUE(payload.ok()) << payload.status();
  choria::IncomingRequest incoming;
  EXPECT_FALSE(choria::open_request(*payload, incoming));
  return incoming;
}

TEST(Caller, SignsWithItsCertificate) {
  const ThrowawayIdentity alice("alice.mcollective", "DNS:alice.mcollective",
                                ThrowawayIdentity::Key::kRsa);
  const auto caller = signing_caller(alice.cert_file, alice.key_file, "");
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->caller_id, "choria=alice.mcollective");
  const choria::IncomingRequest incoming = opened(*caller);
  EXPECT_EQ(incoming.transport.reply_to, "r.x");
  EXPECT_EQ(incoming.transport.sender, caller->sender);
  EXPECT_EQ(incoming.body, "ping");
  std::ifstream file(alice.cert_file);
  const std::string authority(std::istreambuf_iterator<char>(file), {});
  const auto trust = choria::CallerTrust::create(authority, {});
  ASSERT_TRUE(trust.ok()) << trust.status();
  const int64_t real_now_s = ::time(nullptr);
  EXPECT_EQ(choria::verify_request(incoming.secure, incoming.request, *trust, real_now_s),
            choria::Verdict::kAccepted);
}

TEST(Caller, MayAskUnderAnotherName) {
  const ThrowawayIdentity alice("alice.mcollective", "DNS:alice.mcollective",
                                ThrowawayIdentity::Key::kRsa);
  const auto caller = signing_caller(alice.cert_file, alice.key_file, "bob.mcollective");
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->caller_id, "choria=bob.mcollective");
}

TEST(Caller, SaysWhyItCannotSign) {
  const ThrowawayIdentity curve("alice.mcollective", "DNS:alice.mcollective");
  const auto with_curve = signing_caller(curve.cert_file, curve.key_file, "");
  ASSERT_FALSE(with_curve.ok());
  EXPECT_NE(std::string(with_curve.status().message()).find("--unsigned"), std::string::npos);
  EXPECT_FALSE(signing_caller("/does/not/exist", curve.key_file, "").ok());
  EXPECT_FALSE(signing_caller(curve.key_file, curve.key_file, "").ok());
}

TEST(Caller, SendsUnsignedRequestsInTheFormOfInsecureNetworks) {
  const Caller caller = unsigned_caller("carol.mcollective");
  EXPECT_EQ(caller.caller_id, "choria=carol.mcollective");
  const choria::IncomingRequest incoming = opened(caller);
  EXPECT_EQ(incoming.secure.signature, "insecure");
  EXPECT_EQ(incoming.secure.pubcert, "insecure");
}

Ed25519Seed seed(char letter) {
  return *Ed25519Seed::from_bytes(std::string(kEd25519KeyBytes, letter));
}

choria::ClientClaims claims_of_alice() {
  choria::ClientClaims claims;
  claims.caller_id = "up=alice";
  claims.organization = "choria";
  claims.permissions.emplace().fleet_management = true;
  claims.standard.purpose = choria::kClientPurpose;
  claims.standard.public_key = choria::ed25519_to_hex(seed('a').public_key());
  claims.standard.expires_at = kNowS + 60;
  return claims;
}

std::string token_of(const choria::ClientClaims& claims) {
  std::string json;
  choria::write_client_claims(claims, json);
  return *choria::make_token(json, choria::TokenSigningKey(seed('i')));
}

TEST(Caller, WithATokenSignsAsNodesOfVersionTwoCheck) {
  const auto caller = token_caller(token_of(claims_of_alice()), seed('a'), kNowS);
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->caller_id, "up=alice");
  EXPECT_EQ(caller->version(), choria::TransportVersion::kV2);
  choria::RequestV2 request;
  request.message = "cGluZw==";
  request.id = "1";
  request.caller = caller->caller_id;
  request.collective = "choria";
  request.agent = "discovery";
  request.time_unix_ns = kNowS * 1'000'000'000;
  choria::Transport transport;
  ASSERT_FALSE(choria::parse_transport(request_payload(*caller, request, {"r.x", {}, {}}), transport,
                                       choria::TransportVersion::kV2));
  choria::SecureRequestV2 secure;
  ASSERT_FALSE(choria::parse_secure_request_v2(transport.data, secure));
  choria::RequestV2 read;
  ASSERT_FALSE(choria::parse_request_v2(secure.request, read));
  EXPECT_EQ(read, request);
  const auto trust = choria::TokenTrust(choria::TokenIssuers{{"choria", seed('i').public_key()}});
  EXPECT_EQ(choria::verify_request_v2(secure, read, trust, kNowS), choria::VerdictV2::kAccepted);
}

TEST(Caller, SaysWhyNodesWouldNotTakeItsToken) {
  const auto problem = [](const std::function<void(choria::ClientClaims&)>& change, char holder = 'a') {
    choria::ClientClaims claims = claims_of_alice();
    change(claims);
    return std::string(token_caller(token_of(claims), seed(holder), kNowS).status().message());
  };
  EXPECT_NE(problem([](auto& claims) { claims.permissions->fleet_management = false; }).find("no fleet"), std::string::npos);
  EXPECT_NE(problem([](auto& claims) { claims.permissions->signed_fleet_management = true; }).find("delegator"), std::string::npos);
  EXPECT_NE(problem([](auto& claims) { claims.standard.expires_at = kNowS; }).find("has ended"), std::string::npos);
  EXPECT_NE(problem([](auto& claims) { claims.standard.purpose = "choria_server"; }).find("no client's"), std::string::npos);
  EXPECT_NE(problem([](auto&) {}, 'b').find("not that of the token"), std::string::npos);
  EXPECT_FALSE(token_caller("nonsense", seed('a'), kNowS).ok());
}

TEST(Caller, MakesRequestIdsThatDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = new_request_id();
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(id[12], '4');
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000u);
}

}  // namespace
}  // namespace antiphon::fleet
