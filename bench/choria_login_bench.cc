// What a login to a Choria broker costs one core: signatures above all.

#include <benchmark/benchmark.h>

#include <string>
#include <utility>

#include "broker/auth/choria_audit.h"
#include "broker/auth/choria_decision.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"
#include "protocol/choria/ksuid.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_chain.h"

namespace antiphon {
namespace {

constexpr int64_t kNow = 1'750'000'100;
constexpr int64_t kNowNs = kNow * 1'000'000'000;
constexpr std::string_view kNonce = "0123456789abcde";

Ed25519Seed seed_of(char byte) {
  return *Ed25519Seed::from_bytes(std::string(32, byte));
}

std::string id_at(int64_t unix_s) {
  return *choria::make_ksuid(unix_s, std::string(choria::kKsuidRandomBytes, 'x'));
}

choria::StandardClaims standard(std::string_view purpose, char holder) {
  choria::StandardClaims claims;
  claims.purpose = purpose;
  claims.public_key = choria::ed25519_to_hex(seed_of(holder).public_key());
  claims.issued_at = kNow - 60;
  claims.expires_at = kNow + 3600;
  claims.id = id_at(kNow - 60);
  return claims;
}

choria::ServerClaims node() {
  choria::ServerClaims claims;
  claims.identity = "node1.example.net";
  claims.organization = "choria";
  claims.collectives = {"mcollective"};
  claims.permissions.emplace();
  claims.standard = standard(choria::kServerPurpose, 3);
  return claims;
}

std::string sign(const choria::ServerClaims& claims, char signer) {
  std::string json;
  choria::write_server_claims(claims, json);
  return choria::make_token(json, choria::TokenSigningKey(seed_of(signer))).value();
}

std::string chained_token() {
  choria::StandardClaims issuer = standard(choria::kClientPurpose, 2);
  AP_CHECK(choria::appoint_chain_issuer(seed_of(1), issuer).ok());
  choria::ServerClaims claims = node();
  AP_CHECK(choria::chain_to_issuer(issuer, seed_of(2), claims.standard).ok());
  return sign(claims, 2);
}

ChoriaPolicy policy() {
  choria::TokenIssuers issuers;
  issuers["choria"] = seed_of(1).public_key();
  ChoriaPolicy policy;
  policy.trust = choria::TokenTrust(std::move(issuers));
  return policy;
}

void log_in(benchmark::State& state, const std::string& token, char holder, bool allowed) {
  const ChoriaPolicy rules = policy();
  ChoriaConnection connection;
  connection.is_tls = true;
  connection.nonce = kNonce;
  std::string signature;
  append_base64url(signature, seed_of(holder).sign(kNonce));
  for (auto _ : state) {
    const ChoriaDecision decision =
        decide_choria(rules, connection, {"", "", token, signature}, kNow);
    AP_CHECK(decision.allowed == allowed);
    benchmark::DoNotOptimize(decision);
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_ChoriaLogin_Token(benchmark::State& state) {
  log_in(state, sign(node(), 1), 3, true);
}
BENCHMARK(BM_ChoriaLogin_Token);

void BM_ChoriaLogin_ChainedToken(benchmark::State& state) {
  log_in(state, chained_token(), 3, true);
}
BENCHMARK(BM_ChoriaLogin_ChainedToken);

void BM_ChoriaLogin_StolenToken(benchmark::State& state) {
  log_in(state, sign(node(), 1), 7, false);
}
BENCHMARK(BM_ChoriaLogin_StolenToken);

void BM_ChoriaLogin_ForgedToken(benchmark::State& state) {
  log_in(state, sign(node(), 7), 3, false);
}
BENCHMARK(BM_ChoriaLogin_ForgedToken);

void BM_ChoriaLogin_Certificate(benchmark::State& state) {
  const ChoriaPolicy rules;
  ChoriaConnection connection;
  connection.is_tls = connection.certificate_is_verified = true;
  for (auto _ : state) {
    const ChoriaDecision decision = decide_choria(rules, connection, {}, kNow);
    AP_CHECK(decision.allowed);
    benchmark::DoNotOptimize(decision);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ChoriaLogin_Certificate);

void BM_ChoriaLogin_AuditLine(benchmark::State& state) {
  const ChoriaPolicy rules = policy();
  ChoriaConnection connection;
  connection.is_tls = true;
  connection.nonce = kNonce;
  const std::string token = sign(node(), 1);
  std::string signature;
  append_base64url(signature, seed_of(3).sign(kNonce));
  const ChoriaDecision decision =
      decide_choria(rules, connection, {"", "", token, signature}, kNow);
  ConnectionFacts facts;
  facts.wall_ns = kNowNs;
  for (auto _ : state) {
    benchmark::DoNotOptimize(choria_audit_line({connection, decision, facts}));
  }
}
BENCHMARK(BM_ChoriaLogin_AuditLine);

void BM_Ed25519Verify(benchmark::State& state) {
  const Ed25519PublicKey key = seed_of(3).public_key();
  const std::string signature = seed_of(3).sign(kNonce);
  for (auto _ : state) AP_CHECK(ed25519_verify(key, kNonce, signature));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Ed25519Verify);

}  // namespace
}  // namespace antiphon
