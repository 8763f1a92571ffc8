#include "broker/config/option_checks.h"

#include <algorithm>

#include "broker/config/callout_checks.h"
#include "broker/config/config_text.h"
#include "broker/config/hidden_seeds.h"
#include "broker/config/option_texts.h"
#include "broker/config/tls_names.h"
#include "protocol/nats/claims.h"

namespace antiphon {
namespace {

using Problems = std::vector<OptionProblem>;

constexpr int64_t kPayloadBytesAdvised = 8 << 20;
constexpr Duration kAuthTimeoutAdvised = std::chrono::seconds(60);

void check_names(const std::vector<UserOptions>& users, std::string_view option, TextSet& names,
                 Problems& problems) {
  for (const UserOptions& user : users) {
    const std::string& name = user.nkey.empty() ? user.name : user.nkey;
    if (names.insert(name).second) continue;
    problems.push_back({option, "user " + in_quotes(name) + " is listed twice"});
  }
}

void check_system_account(const AuthorizationOptions& auth, Problems& problems) {
  const std::string& name = auth.system_account;
  if (holds_a_seed(name)) {  // pages and events show it
    problems.push_back({"system_account",
                        "system_account is a seed, which belongs to the account's owner alone: put "
                        "the public key here, an account (A...)"});
    return;
  }
  if (name.empty() || name == kSystemAccountDefault || auth.operator_mode.enabled()) return;
  const bool known =
      std::any_of(auth.accounts.begin(), auth.accounts.end(),
                  [&](const AccountOptions& account) { return account.name == name; });
  if (known) return;
  problems.push_back(
      {"system_account", "system_account " + in_quotes(name) + " is not one of accounts", true});
}

void check_users(const AuthorizationOptions& auth, Problems& problems) {
  TextSet names;
  check_names(auth.users, "authorization.users", names, problems);
  for (const AccountOptions& account : auth.accounts) {
    check_names(account.users, "accounts", names, problems);
  }
  check_system_account(auth, problems);
  if (auth.no_auth_user.empty() || names.contains(auth.no_auth_user)) return;
  problems.push_back({"no_auth_user",
                      "no_auth_user " + in_quotes(auth.no_auth_user) +
                          (auth.accounts.empty() ? " is not in the list authorization.users"
                                                 : " is no user of authorization or of an account"),
                      true});
}

// A sentinel that is no bearer could not sign; whether a scope makes it one is known at a login only.
void check_sentinel(const OperatorOptions& mode, Problems& problems) {
  if (mode.default_sentinel.empty()) return;
  if (!mode.enabled()) {
    problems.push_back({"default_sentinel", "default_sentinel needs an operator: set operator"});
    return;
  }
  UserClaims claims;
  const JwtFault fault = decode_user_jwt(mode.default_sentinel, claims);
  if (fault != JwtFault::kNone) {
    problems.push_back({"default_sentinel", "default_sentinel is no JWT of a user: " +
                                                std::string(jwt_fault_text(fault))});
    return;
  }
  const bool may_be_scoped = claims.issuer_account && claims.limits == UserLimits();
  if (!claims.limits.bearer_token && !may_be_scoped) {
    problems.push_back({"default_sentinel", "default_sentinel is not the JWT of a bearer: make one "
                                            "that needs no signature"});
  }
}

void check_pinned_accounts(const OperatorOptions& mode, Problems& problems) {
  for (const std::string& text : mode.pinned_accounts) {
    Nkey nkey;
    const bool is_key = decode_nkey(text, nkey) == NkeyFault::kNone;
    if (is_key && nkey.prefix == NkeyPrefix::kAccount) continue;
    problems.push_back({"resolver_pinned_accounts",
                        in_quotes(text) + " is no public nkey of an account (A...)"});
  }
}

void check_operator_mode(const AuthorizationOptions& auth, Problems& problems) {
  const OperatorOptions& mode = auth.operator_mode;
  check_sentinel(mode, problems);
  if (!mode.enabled()) return;
  check_pinned_accounts(mode, problems);
  if (mode.resolver.kind == ResolverKind::kNone) {
    problems.push_back({mode.operators.empty() ? "trusted_keys" : "operator",
                        "operators need a resolver for the JWTs of accounts: set resolver", true});
  }
  if (!auth.accounts.empty()) {
    problems.push_back({"accounts", "operators and accounts exclude each other: remove one"});
  }
  if (!auth.users.empty() || !auth.user.empty() || !auth.token.empty()) {
    problems.push_back({"authorization",
                        "operators and users or a token exclude each other: remove one"});
  }
  if (!auth.no_auth_user.empty()) {
    problems.push_back({"no_auth_user", "operators and no_auth_user exclude each other: remove one"});
  }
}

void check_authorization(const AuthorizationOptions& auth, Problems& problems) {
  check_operator_mode(auth, problems);
  const bool has_user = !auth.user.empty();
  const bool has_token = !auth.token.empty();
  // Beside a list of users it may be there only as a variable, often named PASS.
  if (!auth.password.empty() && !has_user && auth.users.empty()) {
    problems.push_back({"authorization.password", "a password without a user: set user too", true});
  }
  if (has_user && has_token) {
    problems.push_back(
        {"authorization.token", "a user and a token exclude each other: remove one"});
  }
  const bool has_account_users =
      std::any_of(auth.accounts.begin(), auth.accounts.end(),
                  [](const AccountOptions& account) { return !account.users.empty(); });
  if ((!auth.users.empty() || has_account_users) && (has_user || has_token)) {
    problems.push_back({auth.users.empty() ? "accounts" : "authorization.users",
                        std::string("a list of users and a single ") +
                            (has_user ? "user" : "token") + " exclude each other: remove one"});
  }
  check_users(auth, problems);
  check_callout(auth, problems);
}

void check_tls(const TlsOptions& tls, Problems& problems) {
  if (!tls.enabled) return;
  if (tls.cert_file.empty() && tls.key_file.empty()) {
    problems.push_back({"tls", "TLS needs a certificate: set cert_file and key_file", true});
  } else if (tls.cert_file.empty()) {
    problems.push_back({"tls.key_file", "a key without its certificate: set cert_file", true});
  } else if (tls.key_file.empty()) {
    problems.push_back({"tls.cert_file", "a certificate without its key: set key_file", true});
  }
  if (verifies_clients(tls) && tls.ca_file.empty()) {
    problems.push_back({tls.verify ? "tls.verify" : "tls.verify_and_map",
                        "clients' certificates cannot be verified: set ca_file", true});
  }
  if (!tls.pinned_certs.empty() && !verifies_clients(tls)) {
    problems.push_back(
        {"tls.pinned_certs", "clients show no certificate: set verify or remove pinned_certs", true});
  }
  if (tls.allow_insecure_cipher_suites) return;
  for (const std::string& name : tls.cipher_suites) {
    if (cipher_suite_kind(name) != TlsNameKind::kInsecure) continue;
    problems.push_back({"tls.cipher_suites",
                        "cipher suite " + in_quotes(name) +
                            " is held to be weak: remove it or set allow_insecure_cipher_suites",
                        true});
  }
}

void check_monitoring(const BrokerOptions& options, Problems& problems) {
  const MonitoringOptions& monitoring = options.monitoring;
  if (monitoring.https_port == 0) return;
  if (monitoring.http_port != 0) {
    problems.push_back({"https_port", "http_port and https_port exclude each other: remove one"});
  }
  if (!options.tls.enabled) {
    problems.push_back(
        {"https_port", "monitoring over TLS needs a tls block with a certificate", true});
  }
}

void check_identity(const BrokerOptions& options, Problems& problems) {
  if (options.identity.server_name.find(' ') != std::string::npos) {
    problems.push_back({"server_name", "the server's name must not have spaces"});
  }
  const std::string& advertised = options.listen.client_advertise;
  if (!advertised.empty() && !is_advertisable(advertised)) {
    problems.push_back({"client_advertise", in_quotes(advertised) + " is no host or host:port"});
  }
}

void warn_of_lost_audit(const BrokerOptions& options, Problems& problems) {
  const LoggingOptions& logging = options.logging;
  if (!options.choria.enabled || !options.choria.audit_file.empty()) return;
  if (logging.destination.target != LogTarget::kDiscard && logging.level == LogLevel::kInfo) return;
  problems.push_back({"plugin.antiphon.audit_file",
                      "without plugin.antiphon.audit_file logins are recorded in the log, which takes none of "
                      "that level: they leave no record"});
}

}  // namespace

std::vector<OptionProblem> option_errors(const BrokerOptions& options) {
  Problems problems;
  check_identity(options, problems);
  check_authorization(options.authorization, problems);
  check_tls(options.tls, problems);
  check_monitoring(options, problems);
  if (options.limits.payload_bytes_max > options.limits.pending_bytes_max) {
    problems.push_back({"max_payload",
                        "max_payload (" + std::to_string(options.limits.payload_bytes_max) +
                            ") must not be above max_pending (" +
                            std::to_string(options.limits.pending_bytes_max) + ")",
                        true, "max_pending"});
  }
  if (options.lame_duck.grace_period >= options.lame_duck.duration) {
    problems.push_back({"lame_duck_grace_period",
                        "lame_duck_grace_period (" + duration_text(options.lame_duck.grace_period) +
                            ") must be below lame_duck_duration (" +
                            duration_text(options.lame_duck.duration) + ")",
                        true, "lame_duck_duration"});
  }
  return problems;
}

std::vector<OptionProblem> option_warnings(const BrokerOptions& options) {
  Problems problems;
  if (options.limits.payload_bytes_max > kPayloadBytesAdvised) {
    problems.push_back(
        {"max_payload", "payloads above 8MB are discouraged: they delay all others"});
  }
  if (options.limits.connections_max <= 0) {
    problems.push_back({"max_connections", "with 0 or less no client is let in"});
  }
  if (options.authorization.timeout > kAuthTimeoutAdvised) {
    problems.push_back(
        {"authorization.timeout", "a timeout above 60s keeps idle strangers for long"});
  }
  warn_of_callout(options.authorization, problems);
  warn_of_lost_audit(options, problems);
  return problems;
}

}  // namespace antiphon
