#include "broker/auth/choria_authenticator.h"

#include <absl/strings/str_cat.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "broker/auth/choria_login.h"
#include "broker/auth/password.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

ChoriaConnectionKind kind_of(ConnectionKind kind) {
  switch (kind) {
    case ConnectionKind::kStandard:
    case ConnectionKind::kWebsocket:
    case ConnectionKind::kMqtt:
    case ConnectionKind::kMqttWebsocket:
      return ChoriaConnectionKind::kClient;
    case ConnectionKind::kLeafnode:
    case ConnectionKind::kLeafnodeWebsocket:
      return ChoriaConnectionKind::kLeaf;
    case ConnectionKind::kInProcess:
      return ChoriaConnectionKind::kInProcess;
  }
  return ChoriaConnectionKind::kLeaf;  // may least
}

// To be shown; decides nothing.
std::string common_name(const PeerCertificate& certificate) {
  char text[kAuditTextBytesMax] = "";
  ::X509_NAME_get_text_by_NID(::X509_get_subject_name(certificate.get()), NID_commonName, text,
                              sizeof text);
  return text;
}

ChoriaConnection connection_of(const ConnectionFacts& facts) {
  ChoriaConnection connection;
  connection.kind = kind_of(facts.kind);
  connection.is_tls = facts.is_tls;
  connection.certificate_is_verified = static_cast<bool>(facts.verified_certificate);
  if (connection.certificate_is_verified) {
    connection.certificate_name = common_name(facts.verified_certificate);
  }
  connection.ip = facts.ip;
  connection.nonce = facts.nonce;
  return connection;
}

// Choria's programs send their token as auth_token; other NATS clients have only `jwt` for one.
const std::string& token_of(const ConnectOptions& options) {
  return options.auth_token.empty() ? options.jwt : options.auth_token;
}

// What many connections are granted alike has one Permissions for all of them.
class SharedPermissions {
 public:
  explicit SharedPermissions(std::vector<PermissionSettings> common) {
    for (PermissionSettings& settings : common) {
      common_.push_back(std::make_shared<const Permissions>(std::move(settings)));
    }
  }
  // Null: may do everything.
  std::shared_ptr<const Permissions> of(PermissionSettings settings) const {
    if (settings == PermissionSettings{}) return nullptr;
    for (const auto& one : common_) {
      if (one->settings() == settings) return one;
    }
    return std::make_shared<const Permissions>(std::move(settings));
  }

 private:
  std::vector<std::shared_ptr<const Permissions>> common_;
};

// Those of certificates, and of nodes that wait.
std::vector<PermissionSettings> common_permissions() {
  std::vector<PermissionSettings> common = {grant_unprovisioned().permissions};
  ChoriaTokenless certificate;
  certificate.certificate_is_verified = true;
  for (const bool denied : {false, true}) {
    ChoriaGrantSettings settings;
    settings.has_client_hosts = true;
    settings.deny_server_connections = denied;
    common.push_back(grant_tokenless(certificate, settings)->permissions);
  }
  ChoriaGrantSettings issuers;
  issuers.has_issuers = issuers.has_certificate_authority = true;
  common.push_back(grant_tokenless(certificate, issuers)->permissions);
  return common;
}

class ChoriaAuthenticator final : public Authenticator {
 public:
  ChoriaAuthenticator(ChoriaPolicy policy, ChoriaAccountIds accounts,
                      std::shared_ptr<AuditSink> audit)
      : policy_(std::make_shared<const ChoriaPolicy>(std::move(policy))),
        accounts_(accounts),
        audit_(std::move(audit)),
        permissions_(common_permissions()) {}

  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return false; }
  bool needs_nonce() const override { return true; }

  LoginCost cost(const ConnectOptions& options) const override {
    const std::string& password = options.user == kProvisionerUser
                                      ? policy_->provisioner_password
                                      : policy_->system_password;
    const bool is_named = options.user == kProvisionerUser || options.user == policy_->system_user;
    if (is_named && is_bcrypt(password)) return LoginCost::kLong;
    return token_of(options).empty() ? LoginCost::kQuick : LoginCost::kBrief;
  }

  Verdict decide(const ConnectOptions& options, const ConnectionFacts& facts) const override {
    const ChoriaConnection connection = connection_of(facts);
    const ChoriaCredentials credentials{options.user, options.pass, token_of(options), options.sig,
                                        options.account_new || !options.account.empty()};
    const ChoriaDecision decision =
        decide_choria(*policy_, connection, credentials, facts.wall_ns / kNanosecondsPerSecond);
    tell_audit(connection, decision, facts);
    return verdict_of(decision);
  }

  LoginCost cost_again(const LoginRecord&) const override { return LoginCost::kQuick; }

  Verdict decide_again(const LoginRecord& record, const ConnectionFacts& facts) const override {
    const auto* login = dynamic_cast<const ChoriaLogin*>(&record);
    ChoriaDecision decision;
    if (login != nullptr) decision = again_under(*login, *policy_);
    decision.allowed = login != nullptr && decision.allowed;
    tell_audit(connection_of(facts), decision, facts);
    Verdict verdict = verdict_of(decision);
    if (decision.allowed) verdict.grant.permissions = login->permissions;
    if (verdict.record != nullptr) {
      verdict.record->expires_ns = login->expires_ns;
      static_cast<ChoriaLogin&>(*verdict.record).permissions = login->permissions;
    }
    return verdict;
  }

  void tell_end(const LoginRecord* record, const ConnectionFacts& facts,
                std::string_view reason) const override {
    if (audit_ == nullptr) return;
    const ChoriaConnection connection = connection_of(facts);
    const auto* login = dynamic_cast<const ChoriaLogin*>(record);
    // Without a record the connection says everything.
    const ChoriaDecision decision =
        login != nullptr
            ? again_under(*login, *policy_)
            : decide_choria(*policy_, connection, {}, facts.wall_ns / kNanosecondsPerSecond);
    tell_audit(connection, decision, facts, reason);
  }

 private:
  AccountId account_id(ChoriaAccount account) const {
    switch (account) {
      case ChoriaAccount::kProvisioning:
        return accounts_.provisioning;
      case ChoriaAccount::kSystem:
        return accounts_.system;
      case ChoriaAccount::kChoria:
        break;
    }
    return accounts_.choria;
  }

  void tell_audit(const ChoriaConnection& connection, const ChoriaDecision& decision,
                  const ConnectionFacts& facts, std::string_view end_reason = {}) const {
    if (audit_ == nullptr) return;
    audit_->record(choria_audit_line({connection, decision, facts, end_reason}));
  }

  Verdict verdict_of(const ChoriaDecision& decision) const {
    if (!decision.allowed) {
      return refused(absl::StrCat(to_absl(choria_rule_name(decision.rule)), ": ",
                                  to_absl(choria_refusal_text(decision))));
    }
    Verdict verdict;
    verdict.allowed = true;
    verdict.grant.account_name = choria_account_name(decision.grant.account);
    verdict.grant.account = account_id(decision.grant.account);
    verdict.grant.user = decision.name;
    verdict.grant.permissions = permissions_.of(decision.grant.permissions);
    if (decision.credential == ChoriaCredentialKind::kCertificate) return verdict;
    auto login = std::make_unique<ChoriaLogin>();
    login->policy = policy_;
    login->rule = decision.rule;
    login->credential = decision.credential;
    login->account = decision.grant.account;
    login->name = decision.name;
    login->organization = decision.organization;
    login->permissions = verdict.grant.permissions;
    login->expires_ns = decision.expires_at ? *decision.expires_at * kNanosecondsPerSecond : 0;
    verdict.record = std::move(login);
    return verdict;
  }

  const std::shared_ptr<const ChoriaPolicy> policy_;
  const ChoriaAccountIds accounts_;
  const std::shared_ptr<AuditSink> audit_;
  const SharedPermissions permissions_;
};

}  // namespace

std::shared_ptr<const Authenticator> make_choria_authenticator(ChoriaPolicy policy,
                                                               ChoriaAccountIds accounts,
                                                               std::shared_ptr<AuditSink> audit) {
  return std::make_shared<ChoriaAuthenticator>(std::move(policy), accounts, std::move(audit));
}

}  // namespace antiphon
