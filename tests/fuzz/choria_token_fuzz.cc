// Fuzzes Choria's tokens: the compact form, the claims of each kind, chains, ids, and the verdict
// on the whole. The first byte picks; claims that are accepted must survive being written and read.
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes/check.h"
#include "protocol/choria/ksuid.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_chain.h"
#include "protocol/choria/token_trust.h"

namespace antiphon::choria {
namespace {

constexpr int64_t kNow = 1'795'407'725;
constexpr char kSeedByte = 1;  // of the organization that made the corpus

const Ed25519Seed& organization_seed() {
  static const Ed25519Seed kSeed = *Ed25519Seed::from_bytes(std::string(32, kSeedByte));
  return kSeed;
}
const Ed25519PublicKey& organization() {
  static const Ed25519PublicKey kKey = organization_seed().public_key();
  return kKey;
}

template <typename Claims, typename Parse, typename Write>
void round_trip(std::string_view json, Parse parse, Write write) {
  Claims first, second;
  if (parse(json, first)) return;
  std::string written;
  write(first, written);
  AP_CHECK(!parse(written, second));
  AP_CHECK(first == second);
}

void claims(std::string_view json) {
  round_trip<ClientClaims>(json, parse_client_claims, write_client_claims);
  round_trip<ServerClaims>(json, parse_server_claims, write_server_claims);
  round_trip<ProvisioningClaims>(json, parse_provisioning_claims, write_provisioning_claims);
  StandardClaims standard;
  if (parse_standard_claims(json, standard)) return;
  Ed25519PublicKey signer{};
  const bool chained = verify_chain(standard, organization(), signer) == TokenFault::kNone;
  AP_CHECK(!chained || is_chained(standard));
  AP_CHECK(!(is_chained(standard) && is_chain_issuer(standard, organization())));
}

void verdict(std::string_view text) {
  TokenIssuers issuers;
  issuers["choria"] = organization();
  const TokenTrust trust(std::move(issuers));
  ClientClaims client;
  ServerClaims server;
  ProvisioningClaims provisioning;
  const bool is_client = trust.verify_client(text, kNow, client) == TokenFault::kNone;
  const bool is_server = trust.verify_server(text, kNow, server) == TokenFault::kNone;
  const bool is_provisioning =
      trust.verify_provisioning(text, kNow, provisioning) == TokenFault::kNone;
  AP_CHECK(is_client + is_server + is_provisioning <= 1);
  AP_CHECK(!is_client || !client.caller_id.empty());
  AP_CHECK(!is_server || !server.identity.empty());
}

// Signed by the organization, whatever the claims say: what lies behind a right signature.
void signed_verdict(std::string_view claims_json) {
  if (claims_json.size() > kTokenBytesMax / 2) return;
  const TokenSigningKey key(*Ed25519Seed::from_bytes(organization_seed().bytes()));
  const auto token = make_token(claims_json, key);
  AP_CHECK(token.ok());
  Token parsed;
  AP_CHECK(parse_token(*token, parsed) == TokenFault::kNone && parsed.claims == claims_json);
  verdict(*token);
}

void id(std::string_view text) {
  const auto time = ksuid_time(text);
  AP_CHECK(!time || text.size() == kKsuidLetters);
  if (text.size() < kKsuidRandomBytes) return;
  const auto made = make_ksuid(kNow, text.substr(0, kKsuidRandomBytes));
  AP_CHECK(made && ksuid_time(*made) == kNow);
}

}  // namespace
}  // namespace antiphon::choria

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace antiphon::choria;
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0]) {
    case 't':
      verdict(text);
      break;
    case 'c':
      claims(text);
      break;
    case 's':
      signed_verdict(text);
      break;
    case 'i':
      id(text);
      break;
    case 'k':
      (void)TokenPublicKey::from_text(text);
      (void)TokenSigningKey::from_text(text);
      break;
    default:
      break;
  }
  return 0;
}
