// Fuzzes the decision on Choria's logins: any policy, connection and credentials, with tokens as
// they are or with claims that the organization has signed.
//
// INPUT: policy, connection, how the token is made (a byte each), then user, password and token or
// claims, with zero bytes between them.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "broker/auth/choria_audit.h"
#include "broker/auth/choria_decision.h"
#include "broker/auth/permissions.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/token.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

constexpr int64_t kNow = 1'795'407'725;
constexpr int64_t kNowNs = kNow * 1'000'000'000;
constexpr std::string_view kNonce = "a nonce of INFO";
constexpr std::string_view kSystemSecret = "system-secret-2f81";
constexpr std::string_view kProvisionerSecret = "provisioner-secret-77aa";

Ed25519Seed seed_of(char byte) {
  return *Ed25519Seed::from_bytes(std::string(32, byte));
}
const Ed25519Seed& organization() {
  static const Ed25519Seed kSeed = seed_of(1);
  return kSeed;
}

choria::TokenTrust trust_of(uint8_t bits) {
  if (bits & 1) {
    choria::TokenIssuers issuers;
    issuers["choria"] = organization().public_key();
    return choria::TokenTrust(std::move(issuers));
  }
  if (!(bits & 2)) return {};
  choria::TokenSigners signers;
  signers.clients.emplace_back(organization().public_key());
  signers.servers.emplace_back(organization().public_key());
  return choria::TokenTrust(std::move(signers));
}

ChoriaPolicy policy_of(uint8_t bits) {
  ChoriaPolicy policy;
  policy.trust = trust_of(bits);
  policy.has_certificate_authority = bits & 4;
  if (bits & 8) AP_CHECK(policy.client_hosts.add("10.0.0.0/8"));
  policy.deny_server_connections = bits & 16;
  if (bits & 32) policy.system_user = "sys";
  if (bits & 32) policy.system_password = kSystemSecret;
  if (bits & 64) policy.provisioner_password = kProvisionerSecret;
  policy.provisioner_without_token = bits & 128;
  return policy;
}

ChoriaConnection connection_of(uint8_t bits) {
  ChoriaConnection connection;
  constexpr ChoriaConnectionKind kKinds[] = {
      ChoriaConnectionKind::kClient, ChoriaConnectionKind::kLeaf, ChoriaConnectionKind::kInProcess,
      ChoriaConnectionKind::kClient};
  connection.kind = kKinds[bits & 3];
  connection.is_tls = bits & 4;
  connection.certificate_is_verified = (bits & 12) == 12;
  connection.ip = *parse_ip(bits & 16 ? "10.1.2.3" : "192.0.2.1");
  if (!(bits & 32)) connection.nonce = kNonce;
  return connection;
}

std::string_view take_part(std::string_view& rest) {
  const size_t end = std::min(rest.find('\0'), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::string token_of(std::string_view text, bool sign) {
  if (!sign || text.size() > choria::kTokenBytesMax / 2) return std::string(text);
  const choria::TokenSigningKey key(*Ed25519Seed::from_bytes(organization().bytes()));
  return choria::make_token(text, key).value_or("");
}

bool needs_no_key(ChoriaRule rule) {
  return rule == ChoriaRule::kUnprovisioned || rule == ChoriaRule::kProvisioner ||
         rule == ChoriaRule::kSystemUser;
}

void check_rules(const std::vector<SubjectRule>& rules) {
  for (const SubjectRule& rule : rules) AP_CHECK(is_valid_subject(rule.subject));
}

void check_grant(const PermissionSettings& granted) {
  if (granted.publish_allow) check_rules(*granted.publish_allow);
  if (granted.subscribe_allow) check_rules(*granted.subscribe_allow);
  check_rules(granted.publish_deny);
  check_rules(granted.subscribe_deny);
}

// `shown`: what the client gives as names, perhaps escaped. A password there is its own doing.
void check_line(const ChoriaConnection& connection, const ChoriaDecision& decision,
                std::string_view token, std::string_view shown) {
  ConnectionFacts facts;
  facts.wall_ns = kNowNs;
  const std::string line = choria_audit_line({connection, decision, facts});
  for (const char c : line) AP_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  const bool is_escaped = shown.find('\\') != shown.npos;
  for (const std::string_view secret : {kSystemSecret, kProvisionerSecret}) {
    AP_CHECK(is_escaped || shown.find(secret) != shown.npos || line.find(secret) == line.npos);
  }
  // Not even of a token that is nothing but a name.
  if (token.size() > 2 * kAuditTextBytesMax) AP_CHECK(line.find(token) == line.npos);
}

void decide(std::string_view input) {
  const ChoriaPolicy policy = policy_of(static_cast<uint8_t>(input[0]));
  const ChoriaConnection connection = connection_of(static_cast<uint8_t>(input[1]));
  const uint8_t how = static_cast<uint8_t>(input[2]);
  input.remove_prefix(3);
  ChoriaCredentials credentials;
  credentials.user = take_part(input);
  credentials.password = take_part(input);
  const std::string token = token_of(input, how & 1);
  credentials.token = token;
  std::string signature;
  if (how & 2) append_base64url(signature, seed_of(3).sign(kNonce));
  credentials.signature = signature;

  const ChoriaDecision decision = decide_choria(policy, connection, credentials, kNow);
  const ChoriaDecision explained = explain_choria(policy, connection, credentials, kNow);
  AP_CHECK(!decision.allowed || explained.allowed);
  AP_CHECK(decision.allowed == (decision.refusal == ChoriaRefusal::kNone));
  AP_CHECK(decision.allowed != decision.granted.empty());
  check_line(connection, decision, token, std::string(credentials.user) + std::string(input));
  if (!decision.allowed) return;
  check_grant(decision.grant.permissions);
  const bool proven = (how & 2) && !connection.nonce.empty();
  const bool by_token = decision.credential == ChoriaCredentialKind::kToken;
  AP_CHECK(!by_token || proven || needs_no_key(decision.rule));
  AP_CHECK(by_token || connection.certificate_is_verified ||
           connection.kind == ChoriaConnectionKind::kInProcess);
}

}  // namespace
}  // namespace antiphon

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  antiphon::decide({reinterpret_cast<const char*>(data), size});
  return 0;
}
