// Fuzzes NATS JWTs: whatever a stranger sends, nothing is accepted that nobody signed, and claims
// that were signed are judged without a fault in us.
//
// The input is claims, signed here under their header, or a whole token.
#include <cstdint>
#include <string>
#include <string_view>

#include "broker/auth/jwt_authenticator.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"

namespace {

using namespace antiphon;

const Ed25519Seed& seed() {
  static const auto& made = *new Ed25519Seed(*Ed25519Seed::from_bytes(std::string(32, '\x07')));
  return made;
}

// With the issuer put in where the input says ISSUER, and likewise for the rest.
std::string signed_claims(std::string claims) {
  const auto put = [&claims](std::string_view place, const std::string& text) {
    for (size_t at = claims.find(place); at != claims.npos; at = claims.find(place, at + text.size())) {
      claims.replace(at, place.size(), text);
    }
  };
  put("ISSUER_A", encode_nkey(NkeyPrefix::kAccount, seed().public_key()));
  put("ISSUER_O", encode_nkey(NkeyPrefix::kOperator, seed().public_key()));
  put("USER", encode_nkey(NkeyPrefix::kUser, seed().public_key()));
  std::string token;
  append_base64url(token, R"({"typ":"JWT","alg":"ed25519-nkey"})");
  token += '.';
  append_base64url(token, claims);
  const std::string signature = seed().sign(token);
  token += '.';
  append_base64url(token, signature);
  return token;
}

void judge(const std::string& token) {
  OperatorSettings settings;
  AccountClaims account;
  if (decode_account_jwt(token, account) == JwtFault::kNone) {
    settings.accounts.push_back({std::make_shared<const AccountClaims>(account), AccountId{1}, "A"});
  }
  OperatorClaims operator_claims;
  if (decode_operator_jwt(token, operator_claims) == JwtFault::kNone) {
    settings.trust.add(operator_claims);
  }
  DeletionClaims deletion;
  if (decode_deletion_jwt(token, deletion) == JwtFault::kNone) {
    AP_CHECK(deletion.standard.issuer == seed().public_key());
  }
  account = {};
  account.standard.issuer = account.standard.subject = seed().public_key();
  account.connections_max = account.subscriptions_max = account.payload_bytes_max = -1;
  settings.trust.add(seed().public_key());
  settings.accounts.push_back({std::make_shared<const AccountClaims>(account), AccountId{2}, "B"});
  const JwtAuthenticator authenticator(std::move(settings));
  ConnectOptions options;
  options.jwt = token;
  ConnectionFacts facts;
  facts.wall_ns = int64_t{1'700'000'000} * 1'000'000'000;
  facts.nonce = "PXoWU7zWAMt75FY";
  append_base64url(options.sig, seed().sign(facts.nonce));
  const Verdict verdict = authenticator.decide(options, facts);
  AP_CHECK(verdict.allowed || !verdict.reason.empty());
  if (!verdict.allowed) return;
  AP_CHECK(verdict.record != nullptr);
  AP_CHECK(authenticator.decide_again(*verdict.record, facts).allowed);
  options.sig.clear();
  AP_CHECK(authenticator.decide(options, facts).allowed == verdict.needs_no_proof);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  UserClaims claims;
  if (decode_user_jwt(text, claims) != JwtFault::kNone) {
    AP_CHECK(undecorated_jwt(text).size() <= text.size());
  }
  judge(signed_claims(text));
  return 0;
}
