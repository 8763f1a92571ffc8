// Everything that can be set for the network broker, as one plain value.
//
// MODEL: the defaults are nats-server's. Both dialects of configuration and the command line write
// into the same fields; option_table.h names each, describes it and says what may change on reload.
// Sizes are bytes. A field that is empty or zero "by default from another" has a function below
// that gives what counts, so that a command line may still change the other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/duration.h"
#include "protocol/nats/account_settings.h"
#include "protocol/nats/connection_kind.h"
#include "protocol/nats/operator_trust.h"
#include "protocol/nats/permission_settings.h"

namespace antiphon {

inline constexpr int64_t kRandomPort = -1;  // the system chooses one

struct ListenOptions {
  std::string host = "0.0.0.0";
  int64_t port = 4222;           // or kRandomPort
  std::string client_advertise;  // host or host:port told to clients instead of the listener's
  bool operator==(const ListenOptions&) const = default;
};

struct IdentityOptions {
  std::string server_name;        // empty: the server's id
  std::vector<std::string> tags;  // lower case, without repetition
  std::map<std::string, std::string> metadata;
  bool operator==(const IdentityOptions&) const = default;
};

struct LimitOptions {
  int64_t connections_max = 65536;  // -1: none is let in
  int64_t subscriptions_max = 0;    // of one connection; 0: no limit
  int64_t subscription_tokens_max = 0;  // of one subscription's subject; 0: no limit
  int64_t control_line_bytes_max = 4096;
  int64_t payload_bytes_max = 1 << 20;
  int64_t pending_bytes_max = 64 << 20;
  int64_t pending_total_bytes_max = 0;  // of all connections; 0: by the machine's memory
  int64_t closed_clients_max = 10000;
  bool operator==(const LimitOptions&) const = default;
};

struct TimeoutOptions {
  Duration ping_interval = std::chrono::minutes(2);
  int64_t pings_out_max = 2;
  Duration write_deadline = std::chrono::seconds(10);
  bool operator==(const TimeoutOptions&) const = default;
};

struct LameDuckOptions {
  Duration duration = std::chrono::minutes(2);
  Duration grace_period = std::chrono::seconds(10);
  bool operator==(const LameDuckOptions&) const = default;
};

enum class TlsVersion : uint8_t { kTls12, kTls13 };

// Whether TLS begins before INFO; with a delay, INFO is sent in clear when no handshake came by
// then.
struct HandshakeFirst {
  bool on = false;
  Duration fallback_delay{0};  // 0: wait for the handshake only
  bool operator==(const HandshakeFirst&) const = default;
};
inline constexpr Duration kHandshakeFallbackDelay = std::chrono::milliseconds(50);

struct TlsOptions {
  bool enabled = false;
  std::string cert_file;
  std::string key_file;
  std::string ca_file;
  bool verify = false;  // clients must show a certificate that ca_file vouches for
  bool verify_if_given = false;  // they may; one that ca_file does not vouch for is refused
  bool verify_and_map = false;  // so too, and it says which user they are
  std::vector<std::string> pinned_certs;  // SHA-256 of the only keys allowed, lower-case hex; sorted
  Duration timeout = std::chrono::seconds(2);
  HandshakeFirst handshake_first;
  TlsVersion min_version = TlsVersion::kTls12;
  std::vector<std::string> cipher_suites;      // IANA names; tls_names.h has OpenSSL's
  std::vector<std::string> curve_preferences;  // Go's names; tls_names.h has OpenSSL's
  bool allow_insecure_cipher_suites = false;
  bool allow_non_tls = false;  // clients may also stay in clear
  bool tickets = false;        // clients that were there before may resume
  std::string ticket_secret_file;  // empty: a secret of this process alone
  bool operator==(const TlsOptions&) const = default;
};

inline bool verifies_clients(const TlsOptions& options) {
  return options.verify || options.verify_and_map;
}

struct UserOptions {
  std::string name;
  std::string password;  // in clear or a bcrypt hash
  std::string nkey = {};  // a public user key; then name and password are empty
  ConnectionKinds connection_kinds = {};
  std::optional<PermissionSettings> permissions = std::nullopt;  // none: the default ones
  bool operator==(const UserOptions&) const = default;
};

// A subject space of its own, with the users who act in it.
struct AccountOptions {
  std::string name;
  std::vector<UserOptions> users;
  std::optional<PermissionSettings> default_permissions;
  std::vector<ExportSettings> exports = {};
  std::vector<ImportSettings> imports = {};
  std::vector<MappingSettings> mappings = {};
  AccountLimits limits = {};
  bool operator==(const AccountOptions&) const = default;
};

// What an account shares, maps and bounds.
inline AccountSettings sharing_of(const AccountOptions& account) {
  return {account.name, account.exports, account.imports, account.mappings, account.limits};
}

inline constexpr size_t kAccountsMax = 10'000;
inline constexpr std::string_view kGlobalAccountName = "$G";
inline constexpr std::string_view kSystemAccountDefault = "$SYS";

enum class ResolverKind : uint8_t { kNone, kMemory, kFull };

// What becomes of a JWT that an operator has deleted over the network.
enum class AccountDeletion : uint8_t {
  kNone,      // it is refused
  kKept,      // the file gets another name
  kForGood,
};

// Where the JWTs of accounts come from.
struct ResolverOptions {
  ResolverKind kind = ResolverKind::kNone;
  std::string directory;  // of kFull: a file for each account, NKEY.jwt
  AccountDeletion deletion = AccountDeletion::kNone;  // of kFull
  bool operator==(const ResolverOptions&) const = default;
};

// Operator mode: users are known by their JWTs. It is on where an operator is trusted.
using AccountClaimsByNkey = std::map<std::string, std::shared_ptr<const AccountClaims>>;

struct OperatorOptions {
  std::vector<std::string> operators;  // files or JWTs; after loading JWTs only
  std::vector<std::string> trusted_keys;  // nkeys of operators without a JWT
  ResolverOptions resolver;
  std::map<std::string, std::string> accounts;  // nkey -> JWT
  std::string default_sentinel;  // the JWT of those who send none; empty: they are refused
  std::vector<std::string> pinned_accounts;  // nkeys: these and the system account alone; empty: all
  std::vector<std::string> deleted;  // nkeys, by an operator while the server ran; no configuration
  // What all these say, decoded when they are loaded and not again.
  OperatorTrust trust;
  AccountClaimsByNkey claims;
  // Of the accounts, as operator_sharing.h says.
  std::vector<AccountSettings> sharing;
  int64_t sharing_changes_s = 0;
  bool enabled() const { return !operators.empty() || !trusted_keys.empty(); }
  // What is decoded follows from the texts.
  bool operator==(const OperatorOptions& other) const {
    return operators == other.operators && trusted_keys == other.trusted_keys &&
           resolver == other.resolver && accounts == other.accounts &&
           default_sentinel == other.default_sentinel && pinned_accounts == other.pinned_accounts &&
           sharing == other.sharing && sharing_changes_s == other.sharing_changes_s;
  }
};

// A service that decides who clients are: its users ask this server for its questions.
struct CalloutOptions {
  bool enabled = false;
  std::string issuer;  // nkey of the account that signs its answers
  std::string account;  // where it is asked; empty: $G
  std::vector<std::string> auth_users;  // names or nkeys
  std::vector<std::string> allowed_accounts;  // whose users it decides about; empty: all
  std::string xkey;  // the key that questions are sealed for; empty: they are not
  bool operator==(const CalloutOptions&) const = default;
};

struct AuthorizationOptions {
  std::string user;
  std::string password;
  std::string token;
  std::vector<UserOptions> users;
  std::optional<PermissionSettings> default_permissions;  // of users that have none of their own
  std::vector<AccountOptions> accounts;
  std::vector<MappingSettings> mappings;  // of the account $G
  OperatorOptions operator_mode;
  CalloutOptions callout;
  std::string system_account;  // empty: kSystemAccountDefault
  std::string no_auth_user;  // who a client is that shows no credentials
  Duration timeout{0};       // 0: see auth_timeout()
  bool operator==(const AuthorizationOptions&) const = default;
};

inline std::string system_account_name(const AuthorizationOptions& options) {
  return options.system_account.empty() ? std::string(kSystemAccountDefault)
                                        : options.system_account;
}

// The same of all accounts, $G first, those of JWTs last.
inline std::vector<AccountSettings> sharing_of(const AuthorizationOptions& authorization) {
  std::vector<AccountSettings> all;
  all.push_back({std::string(kGlobalAccountName), {}, {}, authorization.mappings, {}});
  for (const AccountOptions& account : authorization.accounts) all.push_back(sharing_of(account));
  const std::vector<AccountSettings>& of_jwts = authorization.operator_mode.sharing;
  all.insert(all.end(), of_jwts.begin(), of_jwts.end());
  return all;
}

struct MonitoringOptions {
  std::string host;        // empty: see monitoring_host()
  int64_t http_port = 0;   // 0: off; or kRandomPort
  int64_t https_port = 0;  // 0: off; or kRandomPort; uses the client listener's certificate
  std::string base_path = "/";
  bool operator==(const MonitoringOptions&) const = default;
};

enum class LogTarget : uint8_t { kStderr, kStdout, kFile, kDiscard };

struct LogDestination {
  LogTarget target = LogTarget::kStderr;
  std::string file;  // for kFile
  bool operator==(const LogDestination&) const = default;
};

// Lines below the level are not written; debug and trace have switches of their own.
enum class LogLevel : uint8_t { kInfo, kWarn, kError, kFatal };

struct LoggingOptions {
  LogDestination destination;
  LogLevel level = LogLevel::kInfo;
  bool debug = false;
  bool trace = false;
  bool trace_verbose = false;
  bool trace_headers = false;
  bool logtime = true;
  bool logtime_utc = false;
  int64_t file_bytes_max = 0;    // 0: never rotated
  int64_t files_max = 0;         // kept rotated files; 0: all
  int64_t traced_bytes_max = 0;  // of one traced message; 0: no limit
  bool operator==(const LoggingOptions&) const = default;
};

struct ProcessOptions {
  std::string pid_file;
  std::string ports_file_dir;
  bool operator==(const ProcessOptions&) const = default;
};

struct FeatureOptions {
  bool no_header_support = false;
  bool disable_sublist_cache = false;
  bool always_nonce = false;  // INFO has a nonce even where nobody must sign one
  bool operator==(const FeatureOptions&) const = default;
};

struct ShardOptions {
  int64_t count = 0;  // 0: one for each processor
  bool operator==(const ShardOptions&) const = default;
};

// What only Choria's dialect tells. SECRETS: passwords.
struct ChoriaOptions {
  bool enabled = false;  // the configuration was a Choria broker.conf
  bool federation = false;  // the federation tier runs in the same process
  std::string identity;
  std::string security_provider;  // "file", "puppet" or "choria"

  // Who vouches for tokens: organizations' issuers, or signers, each a key or the file of one.
  std::vector<std::string> issuer_names;
  std::map<std::string, std::string> issuers;  // by name; hexadecimal
  std::vector<std::string> client_signers;
  std::vector<std::string> server_signers;
  std::string provisioning_signer_file;
  bool has_messaging_authority = false;  // plugin.security.choria.ca: certificates beside issuers

  // Users, and rules for everybody else.
  std::string provisioner_password;  // empty: no provisioning
  bool provisioner_without_token = false;
  bool provisioner_without_nonce = false;
  bool provisioner_without_certificate = false;
  std::string system_user;
  std::string system_password;
  std::vector<std::string> client_hosts;
  bool demote_client_hosts = false;
  bool deny_server_connections = false;
  bool client_anonymous_tls = false;
  bool server_anonymous_tls = false;

  std::string audit_file;  // empty: the log
  bool operator==(const ChoriaOptions&) const = default;
};

// The accounts of Choria's dialect. There is one for provisioning only if a password opens it.
inline constexpr std::string_view kChoriaAccountName = "choria";
inline constexpr std::string_view kProvisioningAccountName = "provisioning";
inline constexpr std::string_view kChoriaSystemAccountName = "system";

struct BrokerOptions {
  ListenOptions listen;
  IdentityOptions identity;
  LimitOptions limits;
  TimeoutOptions timeouts;
  LameDuckOptions lame_duck;
  TlsOptions tls;
  AuthorizationOptions authorization;
  MonitoringOptions monitoring;
  LoggingOptions logging;
  ProcessOptions process;
  FeatureOptions features;
  ShardOptions shards;
  ChoriaOptions choria;
  bool operator==(const BrokerOptions&) const = default;
};

// How long a client may take to authenticate, from its connection on.
inline Duration auth_timeout(const BrokerOptions& options) {
  if (options.authorization.timeout.count() != 0) return options.authorization.timeout;
  return options.tls.enabled ? options.tls.timeout + std::chrono::seconds(1)
                             : Duration(std::chrono::seconds(2));
}

inline std::string_view callout_account(const CalloutOptions& callout) {
  return callout.account.empty() ? kGlobalAccountName : std::string_view(callout.account);
}

inline const std::string& monitoring_host(const BrokerOptions& options) {
  return options.monitoring.host.empty() ? options.listen.host : options.monitoring.host;
}

// Whether a client must show credentials in CONNECT.
inline bool requires_credentials(const BrokerOptions& options) {
  const AuthorizationOptions& auth = options.authorization;
  return auth.operator_mode.enabled() || auth.callout.enabled || !auth.user.empty() || !auth.token.empty() || !auth.users.empty() ||
         std::any_of(auth.accounts.begin(), auth.accounts.end(),
                     [](const AccountOptions& account) { return !account.users.empty(); });
}

}  // namespace antiphon
