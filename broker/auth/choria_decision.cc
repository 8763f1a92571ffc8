#include "broker/auth/choria_decision.h"

#include <utility>

#include "broker/auth/choria_granted.h"
#include "broker/auth/password.h"
#include "protocol/choria/token.h"

namespace antiphon {
namespace {

using choria::TokenFault;
using choria::TokenPurpose;

// Whether what the client must know, passwords and its token's seed, is looked at.
enum class Proof : uint8_t { kNeeded, kAssumed };

// One decision on its way through the rules.
class Deciding {
 public:
  Deciding(const ChoriaPolicy& policy, const ChoriaConnection& connection,
           const ChoriaCredentials& credentials, int64_t now_unix_s, Proof proof)
      : policy_(policy),
        connection_(connection),
        credentials_(credentials),
        now_(now_unix_s),
        proof_(proof) {}

  ChoriaDecision decide();

 private:
  bool is_in_process() const { return connection_.kind == ChoriaConnectionKind::kInProcess; }
  bool has_token() const { return !credentials_.token.empty(); }
  ChoriaGrantSettings grant_settings() const;

  void by_rule(ChoriaRule rule, ChoriaCredentialKind credential, std::string name);
  ChoriaDecision refuse(ChoriaRefusal refusal);
  ChoriaDecision refuse_token(TokenFault fault);
  ChoriaDecision grant(std::optional<ChoriaGrant> grant, GrantedNames names);

  ChoriaDecision provisioner();
  ChoriaDecision system_user();
  ChoriaDecision token();
  ChoriaDecision client_token();
  ChoriaDecision server_token();
  ChoriaDecision unprovisioned();
  ChoriaDecision tokenless();

  TokenFault verify_client(choria::ClientClaims& claims, bool must_hold);
  TokenFault verify_provisioning(choria::ProvisioningClaims& claims) const;
  TokenFault verify_holder(const choria::StandardClaims& claims) const {
    if (proof_ == Proof::kAssumed) return TokenFault::kNone;
    return choria::verify_holder(claims, connection_.nonce, credentials_.signature);
  }
  bool password_is(const std::string& configured) const {
    return proof_ == Proof::kAssumed || secret_matches(configured, credentials_.password);
  }
  void take(const choria::StandardClaims& claims, const std::string& organization) {
    result_.expires_at = choria::effective_expiry(claims);
    result_.organization = organization;
    result_.token_id = claims.id;
    result_.token_issuer = claims.issuer;
  }

  const ChoriaPolicy& policy_;
  const ChoriaConnection& connection_;
  const ChoriaCredentials& credentials_;
  const int64_t now_;
  const Proof proof_;
  ChoriaDecision result_;
};

// What a token says of itself: for a record of its refusal, so nothing here is proven.
void read_claimed(std::string_view text, ChoriaDecision& decision) {
  choria::Token token;
  if (choria::parse_token(text, token) != TokenFault::kNone) return;
  choria::StandardClaims standard;
  if (choria::parse_standard_claims(token.claims, standard)) return;
  decision.token_id = std::move(standard.id);
  decision.token_issuer = std::move(standard.issuer);
  if (!decision.name.empty()) return;  // a user's, who came with it
  choria::ClientClaims client;
  if (!choria::parse_client_claims(token.claims, client) && !client.caller_id.empty()) {
    decision.name = std::move(client.caller_id);
    decision.organization = std::move(client.organization);
    return;
  }
  choria::ServerClaims server;
  if (choria::parse_server_claims(token.claims, server)) return;
  decision.name = std::move(server.identity);
  decision.organization = std::move(server.organization);
}

ChoriaGrantSettings Deciding::grant_settings() const {
  ChoriaGrantSettings settings;
  settings.deny_server_connections = policy_.deny_server_connections;
  settings.has_issuers = policy_.trust.has_issuers();
  settings.has_certificate_authority = policy_.has_certificate_authority;
  settings.has_client_hosts = !policy_.client_hosts.empty();
  return settings;
}

void Deciding::by_rule(ChoriaRule rule, ChoriaCredentialKind credential, std::string name) {
  result_.rule = rule;
  result_.credential = credential;
  result_.name = std::move(name);
}

ChoriaDecision Deciding::refuse(ChoriaRefusal refusal) {
  result_.allowed = false;
  result_.refusal = refusal;
  result_.grant = {};
  result_.granted.clear();
  result_.expires_at.reset();
  return std::move(result_);
}

ChoriaDecision Deciding::refuse_token(TokenFault fault) {
  result_.fault = fault;
  read_claimed(credentials_.token, result_);
  return refuse(ChoriaRefusal::kTokenFault);
}

ChoriaDecision Deciding::grant(std::optional<ChoriaGrant> grant, GrantedNames names) {
  if (!grant) return refuse(ChoriaRefusal::kUnsafeNames);
  if (credentials_.asks_for_account) return refuse(ChoriaRefusal::kAsksForAccount);
  result_.allowed = true;
  result_.grant = *std::move(grant);
  result_.granted = std::move(names);
  return std::move(result_);
}

TokenFault Deciding::verify_client(choria::ClientClaims& claims, bool must_hold) {
  const TokenFault fault = policy_.trust.verify_client(credentials_.token, now_, claims);
  if (fault != TokenFault::kNone || !must_hold) return fault;
  return verify_holder(claims.standard);
}

// ---- Users by name -----------------------------------------------------------------------------

ChoriaDecision Deciding::provisioner() {
  by_rule(ChoriaRule::kProvisioner, ChoriaCredentialKind::kPassword, std::string(kProvisionerUser));
  if (policy_.provisioner_password.empty()) return refuse(ChoriaRefusal::kNotConfigured);
  if (!password_is(policy_.provisioner_password)) {
    return refuse(ChoriaRefusal::kWrongPassword);
  }
  const bool has_issuers = policy_.trust.has_issuers();
  const bool may_come_without = policy_.provisioner_without_token && !has_token();
  if (!has_issuers || may_come_without) {  // without issuers a token says nothing
    // The reference asks for no certificate where the token may be left out: the password alone
    // would do, over a connection that nobody vouches for.
    const bool needs_certificate = !has_issuers || !policy_.provisioner_without_certificate;
    if (needs_certificate && !connection_.certificate_is_verified) {
      return refuse(ChoriaRefusal::kNoCertificate);
    }
    return grant(grant_provisioner(), {kGrantedEverything});
  }
  if (!has_token()) return refuse(ChoriaRefusal::kNoToken);
  result_.credential = ChoriaCredentialKind::kToken;
  choria::ClientClaims claims;
  const TokenFault fault = verify_client(claims, !policy_.provisioner_without_nonce);
  if (fault != TokenFault::kNone) return refuse_token(fault);
  take(claims.standard, claims.organization);
  if (!claims.permissions || !claims.permissions->provisioner) {
    return refuse(ChoriaRefusal::kNotPermittedByToken);
  }
  return grant(grant_provisioner(), {kGrantedEverything});
}

ChoriaDecision Deciding::system_user() {
  by_rule(ChoriaRule::kSystemUser, ChoriaCredentialKind::kPassword, policy_.system_user);
  if (policy_.system_password.empty()) return refuse(ChoriaRefusal::kNotConfigured);
  if (!connection_.certificate_is_verified && !is_in_process()) {
    if (connection_.kind != ChoriaConnectionKind::kClient) {
      return refuse(ChoriaRefusal::kNotAClientConnection);
    }
    if (!has_token()) return refuse(ChoriaRefusal::kNoToken);
    if (choria::unverified_purpose(credentials_.token) != TokenPurpose::kClient) {
      return refuse(ChoriaRefusal::kNotAClientsToken);
    }
    choria::ClientClaims claims;
    const TokenFault fault = verify_client(claims, true);
    if (fault != TokenFault::kNone) return refuse_token(fault);
    take(claims.standard, claims.organization);
    const choria::ClientPermissions may =
        claims.permissions.value_or(choria::ClientPermissions{});
    if (!may.system_user && !may.org_admin) {
      return refuse(ChoriaRefusal::kNotPermittedByToken);
    }
    result_.credential = ChoriaCredentialKind::kToken;
  }
  if (!password_is(policy_.system_password)) {
    return refuse(ChoriaRefusal::kWrongPassword);
  }
  return grant(grant_system(), {kGrantedEverything});
}

// ---- Tokens ------------------------------------------------------------------------------------

ChoriaDecision Deciding::client_token() {
  by_rule(ChoriaRule::kClientToken, ChoriaCredentialKind::kToken, "");
  choria::ClientClaims claims;
  const TokenFault fault = verify_client(claims, true);
  if (fault != TokenFault::kNone) return refuse_token(fault);
  take(claims.standard, claims.organization);
  result_.name = claims.caller_id;
  return grant(grant_client(claims, ChoriaAccount::kChoria),
               granted_to_client(claims, ChoriaAccount::kChoria));
}

ChoriaDecision Deciding::server_token() {
  by_rule(ChoriaRule::kServerToken, ChoriaCredentialKind::kToken, "");
  choria::ServerClaims claims;
  TokenFault fault = policy_.trust.verify_server(credentials_.token, now_, claims);
  if (fault == TokenFault::kNone) fault = verify_holder(claims.standard);
  if (fault != TokenFault::kNone) return refuse_token(fault);
  take(claims.standard, claims.organization);
  result_.name = claims.identity;
  return grant(grant_server(claims, grant_settings()), granted_to_server(claims, grant_settings()));
}

// Issuers vouch for Ed25519 tokens where there are any; all others are the signer's.
TokenFault Deciding::verify_provisioning(choria::ProvisioningClaims& claims) const {
  choria::Token token;
  const TokenFault fault = choria::parse_token(credentials_.token, token);
  if (fault != TokenFault::kNone) return fault;
  const bool by_issuer =
      policy_.trust.has_issuers() && token.algorithm == choria::TokenAlgorithm::kEdDsa;
  const choria::TokenTrust& trust = by_issuer ? policy_.trust : policy_.provisioning_trust;
  return trust.verify_provisioning(credentials_.token, now_, claims);
}

// No nonce is signed: all nodes that wait have the same token, and no key.
ChoriaDecision Deciding::unprovisioned() {
  by_rule(ChoriaRule::kUnprovisioned, ChoriaCredentialKind::kToken, "");
  if (policy_.provisioner_password.empty()) return refuse(ChoriaRefusal::kNotConfigured);
  if (connection_.certificate_is_verified) return refuse(ChoriaRefusal::kOnlyUnverified);
  choria::ProvisioningClaims claims;
  const TokenFault fault = verify_provisioning(claims);
  if (fault != TokenFault::kNone) return refuse_token(fault);
  take(claims.standard, claims.organization);
  return grant(grant_unprovisioned(), {kGrantedUnprovisioned});
}

ChoriaDecision Deciding::token() {
  by_rule(ChoriaRule::kOtherToken, ChoriaCredentialKind::kToken, "");
  if (connection_.kind != ChoriaConnectionKind::kClient) {
    return refuse(ChoriaRefusal::kNotAClientConnection);
  }
  switch (choria::unverified_purpose(credentials_.token)) {
    case TokenPurpose::kClient:
      return client_token();
    case TokenPurpose::kServer:
      return server_token();
    case TokenPurpose::kProvisioning:
      return unprovisioned();
    case TokenPurpose::kUnknown:
      break;
  }
  return refuse(ChoriaRefusal::kUnknownPurpose);
}

// ---- Neither -----------------------------------------------------------------------------------

ChoriaDecision Deciding::tokenless() {
  const ChoriaGrantSettings settings = grant_settings();
  ChoriaTokenless facts;
  facts.in_process = is_in_process();
  facts.certificate_is_verified = connection_.certificate_is_verified;
  facts.is_client_host = settings.has_client_hosts && !policy_.demote_client_hosts &&
                         policy_.client_hosts.contains(connection_.ip);
  if (facts.in_process) {
    by_rule(ChoriaRule::kInProcess, ChoriaCredentialKind::kInProcess, "");
    return grant(grant_tokenless(facts, settings), {kGrantedEverything});
  }
  if (!facts.certificate_is_verified) {
    by_rule(ChoriaRule::kNoCredentials, ChoriaCredentialKind::kNone,
            std::string(credentials_.user));
    return refuse(ChoriaRefusal::kNoToken);
  }
  const auto by_certificate = [&](ChoriaRule rule) {
    by_rule(rule, ChoriaCredentialKind::kCertificate, connection_.certificate_name);
  };
  if (settings.has_client_hosts && !facts.is_client_host) {
    by_certificate(ChoriaRule::kServerByAddress);
    return grant(grant_tokenless(facts, settings), {settings.deny_server_connections
                                                        ? kGrantedNothing
                                                        : kGrantedServer});
  }
  if (settings.has_issuers && !settings.has_certificate_authority) {
    by_certificate(ChoriaRule::kTokenRequired);
    return refuse(ChoriaRefusal::kNoToken);
  }
  if (settings.has_issuers) {
    by_certificate(ChoriaRule::kMessagingCertificate);
    return grant(grant_tokenless(facts, settings), {kGrantedMessaging});
  }
  by_certificate(ChoriaRule::kCertificate);
  return grant(grant_tokenless(facts, settings), {kGrantedEverything});
}

ChoriaDecision Deciding::decide() {
  if (!is_in_process() && !connection_.is_tls) {
    by_rule(ChoriaRule::kTlsRequired, ChoriaCredentialKind::kNone, std::string(credentials_.user));
    return refuse(ChoriaRefusal::kNoTls);
  }
  if (credentials_.user == kProvisionerUser) return provisioner();
  if (!policy_.system_user.empty() && credentials_.user == policy_.system_user) {
    return system_user();
  }
  return has_token() && !is_in_process() ? token() : tokenless();
}

}  // namespace

ChoriaDecision decide_choria(const ChoriaPolicy& policy, const ChoriaConnection& connection,
                             const ChoriaCredentials& credentials, int64_t now_unix_s) {
  return Deciding(policy, connection, credentials, now_unix_s, Proof::kNeeded).decide();
}

ChoriaDecision explain_choria(const ChoriaPolicy& policy, const ChoriaConnection& connection,
                              const ChoriaCredentials& credentials, int64_t now_unix_s) {
  return Deciding(policy, connection, credentials, now_unix_s, Proof::kAssumed).decide();
}

}  // namespace antiphon
