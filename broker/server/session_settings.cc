#include "broker/server/session_settings.h"

#include <openssl/rand.h>

#include <algorithm>

#include "broker/auth/callout_authenticator.h"
#include "broker/auth/callout_permissions.h"
#include "broker/auth/choria_authenticator.h"
#include "broker/auth/jwt_authenticator.h"
#include "broker/config/config_inputs.h"
#include "broker/config/tls_names.h"
#include "broker/server/choria_policy.h"
#include "broker/server/memory_limit.h"
#include "broker/system/identity_fields.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

constexpr const char* kInProcessUser = "in-process";  // as monitoring shows it

int64_t milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

AccountId account_id(const std::vector<std::string>& accounts, std::string_view name) {
  const auto found = std::find(accounts.begin(), accounts.end(), name);
  return AccountId{static_cast<uint32_t>(found - accounts.begin())};
}

// An account keeps its number as long as the process runs; one that is configured no more keeps its
// place, because clients may still be leaving it.
std::vector<std::string> account_names(const AuthorizationOptions& options,
                                       std::vector<std::string> known) {
  if (known.empty()) known.emplace_back(kGlobalAccountName);
  for (const AccountOptions& account : options.accounts) {
    if (account_id(known, account.name).value == known.size()) known.push_back(account.name);
  }
  TextSet names(known.begin(), known.end());
  for (const auto& [nkey, jwt] : options.operator_mode.accounts) {
    if (names.insert(nkey).second) known.push_back(nkey);
  }
  return known;
}

UserSettings user_settings(const UserOptions& user,
                           const std::optional<PermissionSettings>& default_permissions) {
  UserSettings settings{user.name, user.password,
                        user.permissions ? user.permissions : default_permissions};
  settings.nkey = user.nkey;
  settings.connection_kinds = user.connection_kinds;
  return settings;
}

// Who everybody is where only the system account is configured: the same as long as the process
// runs, so that a reload sends nobody away. Nobody can log in as it.
const UserSettings& made_up_user() {
  static const UserSettings user = [] {
    unsigned char random[24];
    AP_CHECK(::RAND_bytes(random, sizeof(random)) == 1);
    std::string text;
    append_base64url(text, {reinterpret_cast<const char*>(random), sizeof(random)});
    return UserSettings{"nats-" + text.substr(0, 8), text.substr(8), std::nullopt};
  }();
  return user;
}

AuthSettings auth_settings(const BrokerOptions& all, const std::vector<std::string>& accounts) {
  const AuthorizationOptions& options = all.authorization;
  AuthSettings settings;
  settings.user = options.user;
  settings.password = options.password;
  settings.token = options.token;
  settings.no_auth_user = options.no_auth_user;
  settings.map_certificates = all.tls.enabled && all.tls.verify_and_map;
  for (const UserOptions& user : options.users) {
    settings.users.push_back(user_settings(user, options.default_permissions));
  }
  for (const AccountOptions& account : options.accounts) {
    for (const UserOptions& user : account.users) {
      UserSettings named = user_settings(user, account.default_permissions);
      named.account = account_id(accounts, account.name);
      named.account_name = account.name;
      settings.users.push_back(std::move(named));
    }
  }
  if (only_system_account(options)) {
    settings.users.push_back(made_up_user());
    settings.no_auth_user = made_up_user().user;
  }
  return settings;
}

// ---- Auth callout --------------------------------------------------------------------------------

// The users of the service's account may do a little less than others.
void restrict_callout_account(const CalloutOptions& callout, AccountId account, AuthSettings& settings) {
  for (UserSettings& user : settings.users) {
    if (user.account != account) continue;
    const std::string& name = user.nkey.empty() ? user.user : user.nkey;
    const bool serves = std::find(callout.auth_users.begin(), callout.auth_users.end(), name) !=
                        callout.auth_users.end();
    user.permissions =
        in_callout_account(std::move(user.permissions).value_or(PermissionSettings{}),
                           serves ? CalloutRole::kServes : CalloutRole::kClient);
  }
}

CalloutSettings callout_settings(const AuthorizationOptions& options,
                                 const std::vector<std::string>& accounts) {
  const CalloutOptions& callout = options.callout;
  CalloutSettings settings;
  settings.issuer = callout.issuer;
  settings.account = account_id(accounts, callout_account(callout));
  settings.auth_users = callout.auth_users;
  settings.allowed_accounts = callout.allowed_accounts;
  settings.xkey = decode_xkey(callout.xkey);
  settings.accounts.push_back({kGlobalAccount, std::string(kGlobalAccountName), std::nullopt});
  for (const AccountOptions& account : options.accounts) {
    settings.accounts.push_back(
        {account_id(accounts, account.name), account.name, account.default_permissions});
  }
  return settings;
}

CalloutExchange callout_exchange(const BrokerOptions& options, const ServerInfo& info,
                                 std::shared_ptr<const ServerIdentity> identity) {
  AuthorizationRequest::Server server{info.server_name, info.host,           info.server_id,
                                      info.version,     options.identity.tags, {}};
  return CalloutExchange(std::move(server), std::move(identity), milliseconds(auth_timeout(options)));
}

std::shared_ptr<const Authenticator> users_of(const BrokerOptions& options, const ServerInfo& info,
                                              const std::vector<std::string>& accounts,
                                              std::shared_ptr<const ServerIdentity> identity) {
  AuthSettings settings = auth_settings(options, accounts);
  if (!options.authorization.callout.enabled) return make_authenticator(std::move(settings));
  CalloutSettings callout = callout_settings(options.authorization, accounts);
  restrict_callout_account(options.authorization.callout, callout.account, settings);
  return std::make_shared<CalloutAuthenticator>(
      std::move(callout), make_authenticator(std::move(settings)),
      callout_exchange(options, info, std::move(identity)));
}

// ---- Any of them ---------------------------------------------------------------------------------

std::vector<Ed25519PublicKey> keys_of(const std::vector<std::string>& nkeys) {
  std::vector<Ed25519PublicKey> keys;
  for (const std::string& text : nkeys) {
    Nkey nkey;
    if (decode_nkey(text, nkey) == NkeyFault::kNone) keys.push_back(nkey.key);
  }
  return keys;
}

// Whoever operates the servers always gets in. Empty: no account is pinned.
std::vector<Ed25519PublicKey> pinned_accounts(const OperatorOptions& options,
                                              const std::string& system_account) {
  if (options.pinned_accounts.empty()) return {};
  std::vector<std::string> names = options.pinned_accounts;
  names.push_back(system_account);
  return keys_of(names);
}

OperatorSettings operator_settings(const OperatorOptions& options,
                                   const std::vector<std::string>& accounts,
                                   const std::string& system_account) {
  OperatorSettings settings;
  settings.trust = options.trust;
  settings.default_sentinel = options.default_sentinel;
  settings.pinned_accounts = pinned_accounts(options, system_account);
  settings.deleted_accounts = keys_of(options.deleted);
  TextMap<uint32_t> numbers;
  for (size_t i = 0; i < accounts.size(); ++i) numbers[accounts[i]] = static_cast<uint32_t>(i);
  for (const auto& [nkey, claims] : options.claims) {
    settings.accounts.push_back({claims, AccountId{numbers[nkey]}, nkey});
  }
  return settings;
}

// The names in their JWTs, by number.
std::vector<std::string> tags_of(const OperatorSettings& settings, size_t accounts) {
  std::vector<std::string> tags(accounts);
  for (const OperatorSettings::Account& account : settings.accounts) {
    tags[account.id.value] = account.claims->standard.name;
  }
  return tags;
}

// The accounts are there: Choria's dialect adds them to its options.
absl::StatusOr<std::shared_ptr<const Authenticator>> authenticator_of(
    const BrokerOptions& options, const ServerInfo& info, const std::vector<std::string>& accounts,
    std::shared_ptr<const ServerIdentity> identity, std::shared_ptr<AuditSink> audit,
    std::vector<std::string>& account_tags) {
  account_tags.clear();
  const OperatorOptions& mode = options.authorization.operator_mode;
  if (mode.enabled()) {
    OperatorSettings settings =
        operator_settings(mode, accounts, system_account_name(options.authorization));
    account_tags = tags_of(settings, accounts.size());
    settings.callouts =
        std::make_shared<const CalloutExchange>(callout_exchange(options, info, std::move(identity)));
    return std::make_shared<JwtAuthenticator>(std::move(settings));
  }
  if (!options.choria.enabled) return users_of(options, info, accounts, std::move(identity));
  auto policy = make_choria_policy(options.choria, system_config_inputs().read_file);
  if (!policy.ok()) return policy.status();
  const ChoriaAccountIds ids{account_id(accounts, kChoriaAccountName),
                             account_id(accounts, kProvisioningAccountName),
                             account_id(accounts, kChoriaSystemAccountName)};
  return make_choria_authenticator(*std::move(policy), ids, std::move(audit));
}

// Where nodes and clients are, and unrestricted, as in the reference's pipe within the process.
Grant in_process_grant(const BrokerOptions& options, const std::vector<std::string>& accounts) {
  Grant grant;
  if (options.choria.enabled) grant.account_name = kChoriaAccountName;
  grant.account = account_id(accounts, grant.account_name);
  grant.user = kInProcessUser;
  return grant;
}

absl::Status add_tls(const TlsOptions& options, SessionSettings& settings) {
  if (!options.enabled) return absl::OkStatus();
  TlsSettings wanted = tls_settings(options);
  if (options.tickets && !options.ticket_secret_file.empty()) {
    auto keys = TicketKeys::from_file(options.ticket_secret_file);
    if (!keys.ok()) return keys.status();
    wanted.ticket_keys = *std::move(keys);
  } else if (options.tickets) {
    wanted.ticket_keys = TicketKeys::of_this_process();
  }
  auto context = TlsContext::server(wanted);
  if (!context.ok()) return context.status();
  settings.tls = *std::move(context);
  settings.tls_timeout_ms = milliseconds(options.timeout);
  settings.handshake_first = options.handshake_first.on;
  settings.handshake_first_wait_ms = milliseconds(options.handshake_first.fallback_delay);
  // A handshake that must come first leaves no room for a plain client.
  settings.tls_optional =
      options.allow_non_tls && !(settings.handshake_first && settings.handshake_first_wait_ms == 0);
  settings.info.tls_required = !settings.tls_optional;
  settings.info.tls_available = settings.tls_optional;
  settings.pinned_keys = options.pinned_certs;
  settings.info.tls_verify = verifies_clients(options);
  return absl::OkStatus();
}

}  // namespace

uint64_t pending_total_bytes(const BrokerOptions& options) {
  const int64_t configured = options.limits.pending_total_bytes_max;
  if (configured > 0) return static_cast<uint64_t>(configured);
  return default_pending_total_bytes(memory_limit_bytes());
}

TlsSettings tls_settings(const TlsOptions& options) {
  TlsSettings settings;
  settings.cert_file = options.cert_file;
  settings.key_file = options.key_file;
  settings.ca_file = options.ca_file;
  settings.verify = verifies_clients(options);
  settings.verify_if_given = options.verify_if_given;
  if (!options.cipher_suites.empty()) {
    OpensslCiphers ciphers = openssl_ciphers(options.cipher_suites);
    settings.ciphers_tls12 = std::move(ciphers.tls12);
    settings.ciphers_tls13 = std::move(ciphers.tls13);
  }
  settings.tls13_only = options.min_version == TlsVersion::kTls13 ||
                        (!options.cipher_suites.empty() && settings.ciphers_tls12.empty());
  if (!options.curve_preferences.empty()) {
    settings.groups = openssl_groups(options.curve_preferences);
  }
  return settings;
}

absl::Status add_accounts(const BrokerOptions& options, std::vector<std::string> known_accounts,
                          std::shared_ptr<const ServerIdentity> identity,
                          std::shared_ptr<AuditSink> audit, SessionSettings& settings) {
  settings.accounts = account_names(options.authorization, std::move(known_accounts));
  settings.account_rules = make_account_rules(sharing_of(options.authorization), settings.accounts);
  settings.system_account = system_account_name(options.authorization);
  const AccountId system = account_id(settings.accounts, settings.system_account);
  settings.system_account_id.reset();
  if (system.value < settings.accounts.size()) settings.system_account_id = system;
  auto authenticator = authenticator_of(options, settings.info, settings.accounts,
                                        std::move(identity), std::move(audit), settings.account_tags);
  if (!authenticator.ok()) return authenticator.status();
  settings.authenticator = *std::move(authenticator);
  settings.in_process = in_process_grant(options, settings.accounts);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const SessionSettings>> make_session_settings(
    const BrokerOptions& options, ServerInfo info, std::vector<std::string> known_accounts,
    std::shared_ptr<const ServerIdentity> identity, std::shared_ptr<AuditSink> audit) {
  auto settings = std::make_shared<SessionSettings>();
  settings->info = std::move(info);
  settings->control_line_bytes_max = static_cast<uint32_t>(options.limits.control_line_bytes_max);
  settings->payload_bytes_max = static_cast<uint32_t>(options.limits.payload_bytes_max);
  settings->pending_bytes_max = static_cast<uint64_t>(options.limits.pending_bytes_max);
  settings->connections_max = options.limits.connections_max;
  settings->subscriptions_max =
      static_cast<uint64_t>(std::max<int64_t>(options.limits.subscriptions_max, 0));
  settings->subscription_tokens_max = static_cast<uint32_t>(options.limits.subscription_tokens_max);
  settings->ping_interval_ms = milliseconds(options.timeouts.ping_interval);
  settings->pings_out_max = options.timeouts.pings_out_max;
  settings->write_deadline_ms = milliseconds(options.timeouts.write_deadline);
  settings->auth_timeout_ms = milliseconds(auth_timeout(options));
  settings->headers = !options.features.no_header_support;
  settings->sublist_cache = !options.features.disable_sublist_cache;
  settings->traced_payload_bytes_max = static_cast<size_t>(options.logging.traced_bytes_max);
  settings->traced_headers_only = options.logging.trace_headers && !options.logging.trace_verbose;
  const absl::Status added = add_accounts(options, std::move(known_accounts), std::move(identity),
                                          std::move(audit), *settings);
  if (!added.ok()) return added;
  if (settings->authenticator->needs_nonce() || options.features.always_nonce ||
      options.choria.enabled) {
    settings->nonces = &NonceSource::of_this_process();
  }
  settings->identity_fields = identity_fields_json(options.identity);
  settings->info.headers = settings->headers;
  settings->info.max_payload = settings->payload_bytes_max;
  // A client that may come without credentials is not told that it needs some; but nats-server tells it
  // where only the system account has users, and so it is here.
  settings->info.auth_required =
      settings->authenticator->requires_connect() &&
      (!settings->authenticator->accepts_anonymous() || only_system_account(options.authorization));
  const absl::Status status = add_tls(options.tls, *settings);
  if (!status.ok()) return status;
  return settings;
}

}  // namespace antiphon
