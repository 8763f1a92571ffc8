#include "broker/auth/choria_login.h"

namespace antiphon {
namespace {

using choria::TokenPurpose;

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

bool same_provisioner(const ChoriaPolicy& before, const ChoriaPolicy& now) {
  return before.provisioner_password == now.provisioner_password &&
         before.provisioner_without_token == now.provisioner_without_token &&
         before.provisioner_without_nonce == now.provisioner_without_nonce &&
         before.provisioner_without_certificate == now.provisioner_without_certificate &&
         before.trust.has_issuers() == now.trust.has_issuers();
}

bool same_system_user(const ChoriaPolicy& before, const ChoriaPolicy& now) {
  return before.system_user == now.system_user && before.system_password == now.system_password;
}

}  // namespace

bool holds_under(const ChoriaLogin& login, const ChoriaPolicy& now) {
  const ChoriaPolicy& before = *login.policy;
  const auto keeps_trust = [&](TokenPurpose purpose) {
    return now.trust.keeps_trust_of(before.trust, purpose, login.organization);
  };
  const bool by_token = login.credential == ChoriaCredentialKind::kToken;
  switch (login.rule) {
    case ChoriaRule::kClientToken:
      return keeps_trust(TokenPurpose::kClient);
    case ChoriaRule::kServerToken:
      return keeps_trust(TokenPurpose::kServer) &&
             before.deny_server_connections == now.deny_server_connections;
    case ChoriaRule::kUnprovisioned:
      // Which of the two vouched is not kept; both must be as they were.
      return !now.provisioner_password.empty() &&
             (!before.trust.has_issuers() || keeps_trust(TokenPurpose::kProvisioning)) &&
             before.trust.has_issuers() == now.trust.has_issuers() &&
             (!before.provisioning_trust.is_somebody() ||
              now.provisioning_trust.keeps_trust_of(before.provisioning_trust,
                                                    TokenPurpose::kProvisioning, ""));
    case ChoriaRule::kProvisioner:
      return same_provisioner(before, now) &&
             (!by_token || keeps_trust(TokenPurpose::kClient));
    case ChoriaRule::kSystemUser:
      return same_system_user(before, now) && (!by_token || keeps_trust(TokenPurpose::kClient));
    default:
      return false;  // the connection itself says everything; it is judged anew
  }
}

ChoriaDecision again_under(const ChoriaLogin& login, const ChoriaPolicy& now) {
  ChoriaDecision decision;
  decision.allowed = holds_under(login, now);
  decision.rule = login.rule;
  decision.refusal = decision.allowed ? ChoriaRefusal::kNone : ChoriaRefusal::kChangedSince;
  decision.credential = login.credential;
  decision.name = login.name;
  decision.organization = login.organization;
  decision.grant.account = login.account;
  if (login.expires_ns != 0) decision.expires_at = login.expires_ns / kNanosecondsPerSecond;
  return decision;
}

}  // namespace antiphon
