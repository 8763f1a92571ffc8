#include "broker/config/option_table.h"

#include "broker/config/config_text.h"

namespace antiphon {
namespace {

constexpr int64_t kInt32Max = std::numeric_limits<int32_t>::max();
constexpr int64_t kLameDuckDurationMin = 30'000'000'000;  // the reference server's minimum, in ns

constexpr OptionBounds kNatural{};
constexpr OptionBounds kPositive{0, std::numeric_limits<int64_t>::max(), true};
constexpr OptionBounds kSize32{0, kInt32Max, true};
constexpr OptionBounds kPortRange{kRandomPort, 65535, false};
constexpr OptionBounds kListenPortRange{kRandomPort, 65535, true};
constexpr OptionBounds kTokenCount{0, 255, false};
constexpr OptionBounds kAnyNumber{std::numeric_limits<int64_t>::min()};
constexpr OptionBounds kNotEmpty{1};
constexpr OptionBounds kEmptyIsDefault{0, std::numeric_limits<int64_t>::max(), true};
constexpr OptionBounds kShardRange{0, 64, false};  // kShardsMax of broker/runtime

constexpr bool kReload = true;
constexpr bool kRestart = false;

// The field `inner` of the part `outer`, as a function that Option can hold.
template <auto outer, auto inner>
auto& field(BrokerOptions& options) {
  return (options.*outer).*inner;
}

// Short names for the parts, so that a row fits its lines.
using Broker = BrokerOptions;
template <auto inner>
constexpr auto kListen = &field<&Broker::listen, inner>;
template <auto inner>
constexpr auto kIdentity = &field<&Broker::identity, inner>;
template <auto inner>
constexpr auto kLimits = &field<&Broker::limits, inner>;
template <auto inner>
constexpr auto kTimeouts = &field<&Broker::timeouts, inner>;
template <auto inner>
constexpr auto kLameDuck = &field<&Broker::lame_duck, inner>;
template <auto inner>
constexpr auto kTls = &field<&Broker::tls, inner>;
template <auto inner>
constexpr auto kAuth = &field<&Broker::authorization, inner>;
template <auto inner>
auto& operator_field(BrokerOptions& options) {
  return options.authorization.operator_mode.*inner;
}
template <auto inner>
constexpr auto kOperators = &operator_field<inner>;
template <auto inner>
auto& callout_field(BrokerOptions& options) {
  return options.authorization.callout.*inner;
}
template <auto inner>
constexpr auto kCallout = &callout_field<inner>;
template <auto inner>
constexpr auto kMonitoring = &field<&Broker::monitoring, inner>;
template <auto inner>
constexpr auto kLogging = &field<&Broker::logging, inner>;
template <auto inner>
constexpr auto kProcess = &field<&Broker::process, inner>;
template <auto inner>
constexpr auto kFeatures = &field<&Broker::features, inner>;
template <auto inner>
constexpr auto kShards = &field<&Broker::shards, inner>;
template <auto inner>
constexpr auto kChoria = &field<&Broker::choria, inner>;

constexpr std::monostate kNoField{};
using T = OptionType;

// clang-format off
const Option kOptions[] = {
    // Where clients connect.
    {"listen", "", "", T::kAddress, kNoField, kListenPortRange, kRestart, "",
     "Address for clients, `host:port` or a port alone; the same as setting `host` and `port`."},
    {"host", "net", "plugin.choria.network.listen_address", T::kText,
     kListen<&ListenOptions::host>, kEmptyIsDefault, kRestart, "0.0.0.0; in Choria's dialect ::",
     "Address of the interface that clients connect to."},
    {"port", "", "plugin.choria.network.client_port", T::kPort,
     kListen<&ListenOptions::port>, kListenPortRange, kRestart, "",
     "Port that clients connect to; -1 lets the system choose one."},
    {"client_advertise", "", "plugin.choria.network.public_url", T::kText,
     kListen<&ListenOptions::client_advertise>, kNatural, kReload,
     "none; in Choria's dialect the identity and port",
     "Host or `host:port` that clients are told to connect to, in place of the listener's."},
    {"server_name", "", "identity", T::kText,
     kIdentity<&IdentityOptions::server_name>, kNatural, kRestart,
     "the server's id; in Choria's dialect the host's name",
     "Name of this server, without spaces."},
    {"server_tags", "", "", T::kTags, kIdentity<&IdentityOptions::tags>, kNatural, kReload, "",
     "Words that describe this server, shown in /varz in lower case."},
    {"server_metadata", "", "", T::kTextMap,
     kIdentity<&IdentityOptions::metadata>, kNatural, kReload, "",
     "Names and texts that describe this server, shown in /varz."},

    // Limits.
    {"max_connections", "max_conn", "", T::kNumber,
     kLimits<&LimitOptions::connections_max>, kAnyNumber, kReload,
     "65536; in Choria's dialect 50000",
     "How many clients may be connected; 0 or less lets none in."},
    {"max_subscriptions", "max_subs", "", T::kNumber,
     kLimits<&LimitOptions::subscriptions_max>, kAnyNumber, kRestart, "",
     "How many subscriptions one client may have; 0 or less means no limit."},
    {"max_sub_tokens", "max_subscription_tokens", "", T::kNumber,
     kLimits<&LimitOptions::subscription_tokens_max>, kTokenCount, kReload, "",
     "How many tokens the subject of a subscription may have; 0 means no limit."},
    {"max_control_line", "", "", T::kBytes,
     kLimits<&LimitOptions::control_line_bytes_max>, kSize32, kReload, "",
     "Longest protocol line without its payload."},
    {"max_payload", "", "", T::kBytes,
     kLimits<&LimitOptions::payload_bytes_max>, kSize32, kReload, "",
     "Largest message, headers included; not above `max_pending`."},
    {"max_pending", "", "", T::kBytes,
     kLimits<&LimitOptions::pending_bytes_max>, kPositive, kRestart, "",
     "How much may wait to be sent to one client before it is closed as too slow."},
    {"max_closed_clients", "", "", T::kNumber,
     kLimits<&LimitOptions::closed_clients_max>, kPositive, kRestart, "",
     "How many closed connections /connz remembers."},

    // Time.
    {"ping_interval", "", "", T::kDuration,
     kTimeouts<&TimeoutOptions::ping_interval>, kPositive, kReload, "",
     "How long a client may be silent before it is sent a PING."},
    {"ping_max", "", "", T::kNumber,
     kTimeouts<&TimeoutOptions::pings_out_max>, kPositive, kReload, "",
     "How many PINGs a client may leave unanswered."},
    {"write_deadline", "", "plugin.choria.network.write_deadline", T::kDuration,
     kTimeouts<&TimeoutOptions::write_deadline>, kPositive, kReload, "",
     "How long sending to a client may be blocked before it is closed as too slow."},
    {"lame_duck_duration", "", "", T::kDuration,
     kLameDuck<&LameDuckOptions::duration>,
     {kLameDuckDurationMin, std::numeric_limits<int64_t>::max(), false}, kRestart, "",
     "Over what time a server in lame duck mode closes its clients; at least 30s."},
    {"lame_duck_grace_period", "", "", T::kDuration,
     kLameDuck<&LameDuckOptions::grace_period>, kPositive, kRestart, "",
     "How long a server in lame duck mode waits before it closes the first client."},

    // Who may connect.
    {"authorization", "", "", T::kBlock, kNoField, kNatural, kReload, "",
     "Who may connect: one user, one token, or a list of users."},
    {"authorization.user", "username", "", T::kText,
     kAuth<&AuthorizationOptions::user>, kNotEmpty, kReload, "", "Name of the only user."},
    {"authorization.password", "pass", "", T::kSecret,
     kAuth<&AuthorizationOptions::password>, kNatural, kReload, "",
     "Password of the only user, in clear or as a bcrypt hash."},
    {"authorization.token", "", "", T::kSecret,
     kAuth<&AuthorizationOptions::token>, kNotEmpty, kReload, "",
     "Token that every client must show, in clear or as a bcrypt hash."},
    {"authorization.timeout", "", "plugin.choria.network.auth_timeout", T::kTimeout,
     kAuth<&AuthorizationOptions::timeout>, kNatural, kReload,
     "2s; with TLS the TLS timeout and 1s",
     "How long a client may take to show who it is."},
    {"authorization.users", "", "", T::kUsers,
     kAuth<&AuthorizationOptions::users>, kNatural, kReload, "", "List of users."},
    {"authorization.users.user", "username", "", T::kText, kNoField, kNatural, kReload, "",
     "Name of a user of the list."},
    {"authorization.users.password", "pass", "", T::kSecret, kNoField, kNatural, kReload, "",
     "Password of a user of the list, in clear or as a bcrypt hash."},
    {"authorization.users.nkey", "", "", T::kText, kNoField, kNatural, kReload, "",
     "Public nkey (`U...`) of a user who has no name and no password: it signs the nonce of INFO."},
    {"authorization.users.allowed_connection_types", "connection_types clients", "",
     T::kConnectionKinds, kNoField, kNatural, kReload, "all",
     "Kinds of connection that a user may come by: STANDARD, WEBSOCKET, LEAFNODE, LEAFNODE_WS, MQTT, "
     "MQTT_WS, IN_PROCESS."},
    {"authorization.users.permissions", "permission authorization", "", T::kPermissions, kNoField,
     kNatural, kReload, "`authorization.default_permissions`",
     "What a user of the list may publish and subscribe to; see [Permissions](#permissions)."},
    {"authorization.default_permissions", "default_permission permissions", "", T::kPermissions,
     kAuth<&AuthorizationOptions::default_permissions>, kNatural, kReload, "everything",
     "Permissions of the users of the list that have none of their own."},
    {"authorization.auth_callout", "auth_hook", "", T::kBlock, kCallout<&CalloutOptions::enabled>,
     kNatural, kRestart, "", "A service that decides who clients are and what they may do."},
    {"authorization.auth_callout.issuer", "", "", T::kText, kCallout<&CalloutOptions::issuer>,
     kNotEmpty, kRestart, "", "Public nkey of an account (`A...`) that signs what the service answers."},
    {"authorization.auth_callout.account", "acc", "", T::kText,
     kCallout<&CalloutOptions::account>, kNatural, kRestart, "$G",
     "Account whose users run the service, and in which it is asked."},
    {"authorization.auth_callout.auth_users", "users", "", T::kTexts,
     kCallout<&CalloutOptions::auth_users>, kNatural, kRestart, "",
     "Users, by name or nkey, who run the service; it is not asked about them."},
    {"authorization.auth_callout.xkey", "key", "", T::kText, kCallout<&CalloutOptions::xkey>,
     kNatural, kRestart, "none",
     "Public X25519 key (`X...`) of the service: what it is asked is sealed for it."},
    {"authorization.auth_callout.allowed_accounts", "", "", T::kTexts,
     kCallout<&CalloutOptions::allowed_accounts>, kNatural, kRestart, "all",
     "Accounts whose users the service decides about; users of others log in without it. About those of "
     "$G, and everybody who is no user, it always decides."},
    {"accounts", "", "", T::kAccounts, kAuth<&AuthorizationOptions::accounts>, kNatural, kReload,
     "", "Accounts by name; each has subjects of its own and the `users` who act in it."},
    {"accounts.users", "", "", T::kUsers, kNoField, kNatural, kReload, "",
     "Users of an account, as in `authorization.users`."},
    {"accounts.default_permissions", "", "", T::kPermissions, kNoField, kNatural, kReload,
     "everything", "Permissions of the account's users that have none of their own."},
    {"accounts.exports", "", "", T::kExports, kNoField, kNatural, kReload, "nothing",
     "Streams and services that other accounts may import; see [Sharing](#sharing)."},
    {"accounts.imports", "", "", T::kImports, kNoField, kNatural, kReload, "nothing",
     "Streams and services of other accounts; see [Sharing](#sharing)."},
    {"accounts.mappings", "maps", "", T::kMappings, kNoField, kNatural, kReload, "nothing",
     "Where messages of the account's clients go instead; see [Mappings](#mappings)."},
    {"accounts.limits", "", "", T::kAccountLimits, kNoField, kNatural, kReload, "none",
     "`max_connections`, `max_payload`, and of each connection `max_subscriptions`; -1 is none."},
    {"mappings", "maps", "", T::kMappings, kAuth<&AuthorizationOptions::mappings>, kNatural,
     kReload, "nothing", "Mappings of the account $G, of everybody who has no other."},
    {"system_account", "system", "", T::kText, kAuth<&AuthorizationOptions::system_account>,
     kNatural, kRestart, "$SYS", "Name of the account for operating the servers."},
    {"no_auth_user", "", "", T::kText,
     kAuth<&AuthorizationOptions::no_auth_user>, kNatural, kRestart, "",
     "Name or nkey of the user of the list that a client without credentials becomes."},
    {"operator", "operators root roots root_operator root_operators", "", T::kTexts,
     kOperators<&OperatorOptions::operators>, kNatural, kReload, "",
     "JWTs of the operators whose accounts are trusted, or files that hold them. Users are then known "
     "by their JWTs alone; see [security.md](security.md#operator-mode)."},
    {"trusted_keys", "trusted", "", T::kTexts, kOperators<&OperatorOptions::trusted_keys>, kNatural,
     kReload, "", "Public nkeys of operators (`O...`) that are trusted without their JWTs."},
    {"resolver", "account_resolver accounts_resolver", "", T::kResolver,
     kOperators<&OperatorOptions::resolver>, kNatural, kReload, "",
     "Where the JWTs of accounts come from: `MEMORY` (`resolver_preload`), or a block with `type: full` "
     "and `dir`, a folder of files that is read at each start and reload. `allow_delete: true` lets an "
     "operator delete accounts over the network, with `hard_delete: true` for good."},
    {"resolver_preload", "", "", T::kTextMap, kOperators<&OperatorOptions::accounts>, kNatural,
     kReload, "", "JWTs of accounts by their nkey (`A...`)."},
    {"resolver_pinned_accounts", "", "", T::kTexts, kOperators<&OperatorOptions::pinned_accounts>,
     kNatural, kReload, "all",
     "Nkeys of the only accounts, beside the system account, whose users may come in here."},
    {"default_sentinel", "", "", T::kSecret, kOperators<&OperatorOptions::default_sentinel>, kNatural,
     kReload, "",
     "The JWT of a bearer that a client without a JWT comes by; for auth callout in operator mode."},

    // TLS.
    {"tls", "", "", T::kBlock, kTls<&TlsOptions::enabled>, kNatural, kReload,
     "none; always on in Choria's dialect", "TLS for clients; needs a certificate and its key."},
    {"tls.cert_file", "", "plugin.security.file.certificate", T::kPath,
     kTls<&TlsOptions::cert_file>, kNotEmpty, kReload, "",
     "PEM file with the server's certificate, then those between it and the authority's."},
    {"tls.key_file", "", "plugin.security.file.key", T::kPath,
     kTls<&TlsOptions::key_file>, kNotEmpty, kReload, "", "PEM file with the certificate's key."},
    {"tls.ca_file", "", "plugin.security.file.ca", T::kPath,
     kTls<&TlsOptions::ca_file>, kNotEmpty, kReload, "",
     "PEM file with the certificates of the authorities that clients' ones must come from."},
    {"tls.verify", "", "", T::kBool, kTls<&TlsOptions::verify>, kNatural, kReload,
     "false; always true in Choria's dialect",
     "Whether clients must show a certificate; needs `ca_file`."},
    {"tls.verify_and_map", "", "", T::kBool, kTls<&TlsOptions::verify_and_map>, kNatural, kReload, "",
     "As `verify`, and the certificate's names say which user of the list a client is."},
    {"tls.pinned_certs", "", "", T::kPinnedCerts, kTls<&TlsOptions::pinned_certs>, kNatural, kReload,
     "any key", "Hashes (SHA-256 of the public key, hexadecimal) of the only keys that clients' "
     "certificates may have."},
    {"tls.timeout", "", "plugin.choria.network.tls_timeout", T::kTimeout,
     kTls<&TlsOptions::timeout>, kPositive, kReload, "",
     "How long a client may take for the TLS handshake."},
    {"tls.handshake_first", "first immediate", "", T::kHandshakeFirst,
     kTls<&TlsOptions::handshake_first>, kNatural, kReload, "",
     "Whether TLS begins before INFO is sent: a boolean, or \"auto\" or a duration to wait for the "
     "handshake before INFO is sent in clear."},
    {"tls.min_version", "", "", T::kTlsVersion,
     kTls<&TlsOptions::min_version>, kNatural, kReload, "",
     "Lowest TLS version, \"1.2\" or \"1.3\"."},
    {"tls.cipher_suites", "", "plugin.security.cipher_suites", T::kCipherSuites,
     kTls<&TlsOptions::cipher_suites>, kNatural, kReload,
     "all that are held to be secure", "Cipher suites by their IANA names, preferred first."},
    {"tls.curve_preferences", "", "plugin.security.ecc_curves", T::kCurves,
     kTls<&TlsOptions::curve_preferences>, kNatural, kReload,
     "X25519, CurveP256, CurveP384, CurveP521", "Key exchange curves, preferred first."},
    {"tls.allow_insecure_cipher_suites", "", "", T::kBool,
     kTls<&TlsOptions::allow_insecure_cipher_suites>, kNatural, kReload, "",
     "Whether `cipher_suites` may name suites that are held to be weak."},
    {"tls.insecure", "", "", T::kBool, kNoField, kNatural, kReload, "",
     "Accepted; concerns only connections that a server opens itself."},
    {"allow_non_tls", "", "", T::kBool, kTls<&TlsOptions::allow_non_tls>, kNatural, kRestart, "",
     "Whether clients may stay without TLS although it is configured."},

    // Monitoring.
    {"http", "", "", T::kAddress, kMonitoring<&MonitoringOptions::host>, kPortRange, kRestart,
     "the clients' host, no port",
     "Address for monitoring, `host:port` or a port alone."},
    {"http_port", "monitor_port", "plugin.choria.stats_port", T::kPort,
     kMonitoring<&MonitoringOptions::http_port>, kPortRange, kRestart, "",
     "Port for monitoring, on the clients' host; 0 is off, -1 lets the system choose one."},
    {"https", "", "", T::kAddress, kNoField, kPortRange, kRestart, "",
     "Address for monitoring over TLS, with the certificate of `tls`."},
    {"https_port", "", "", T::kPort, kMonitoring<&MonitoringOptions::https_port>, kPortRange,
     kRestart, "", "Port for monitoring over TLS; 0 is off, -1 lets the system choose one."},
    {"http_base_path", "", "", T::kText, kMonitoring<&MonitoringOptions::base_path>, kNatural,
     kRestart, "", "Path below which the monitoring pages are found."},

    // Logging and files.
    {"debug", "", "", T::kBool, kLogging<&LoggingOptions::debug>, kNatural, kReload, "",
     "Whether debugging lines are logged; on with Choria's `loglevel = debug`."},
    {"trace", "", "", T::kBool, kLogging<&LoggingOptions::trace>, kNatural, kReload, "",
     "Whether every protocol line is logged."},
    {"trace_verbose", "", "", T::kBool, kLogging<&LoggingOptions::trace_verbose>, kNatural,
     kReload, "", "As `trace`, and the system account's too."},
    {"trace_headers", "", "", T::kBool, kLogging<&LoggingOptions::trace_headers>, kNatural,
     kReload, "", "As `trace`, but of messages only the headers."},
    {"max_traced_msg_len", "", "", T::kBytes, kLogging<&LoggingOptions::traced_bytes_max>,
     kAnyNumber, kReload, "", "How much of a message is traced; 0 or less means all."},
    {"logtime", "", "", T::kBool, kLogging<&LoggingOptions::logtime>, kNatural, kReload, "",
     "Whether log lines begin with the time."},
    {"logtime_utc", "", "", T::kBool, kLogging<&LoggingOptions::logtime_utc>, kNatural, kReload,
     "", "Whether that time is UTC instead of local."},
    {"log_file", "logfile", "logfile", T::kLogFile, kLogging<&LoggingOptions::destination>,
     kNatural, kReload, "standard error; in Choria's dialect standard output",
     "File that is logged to."},
    {"log_size_limit", "logfile_size_limit", "", T::kBytes,
     kLogging<&LoggingOptions::file_bytes_max>, kAnyNumber, kRestart, "",
     "Size at which the log file is set aside and begun anew; 0 or less means never."},
    {"log_max_num", "logfile_max_num", "", T::kNumber, kLogging<&LoggingOptions::files_max>,
     kAnyNumber, kRestart, "", "How many log files set aside are kept; 0 or less means all."},
    {"pid_file", "pidfile", "", T::kPath, kProcess<&ProcessOptions::pid_file>, kNatural, kRestart,
     "", "File that the process id is written to."},
    {"ports_file_dir", "", "", T::kPath, kProcess<&ProcessOptions::ports_file_dir>, kNatural,
     kRestart, "", "Folder for a file that names the ports in use."},

    // The rest.
    {"no_header_support", "", "", T::kBool, kFeatures<&FeatureOptions::no_header_support>,
     kNatural, kRestart, "", "Whether message headers are refused."},
    {"disable_sublist_cache", "no_sublist_cache", "", T::kBool,
     kFeatures<&FeatureOptions::disable_sublist_cache>, kNatural, kRestart, "",
     "Whether the cache of matched subjects is off."},
    {"connect_error_reports", "", "", T::kNumber, kNoField, kAnyNumber, kReload, "",
     "Accepted; concerns only connections between servers."},
    {"reconnect_error_reports", "", "", T::kNumber, kNoField, kAnyNumber, kReload, "",
     "Accepted; concerns only connections between servers."},
    {"no_system_account", "no_system no_sys_acc", "", T::kBool, kNoField, kNatural, kReload,
     "", "Accepted without effect: without users in it nobody reaches the system account."},
    {"antiphon", "", "", T::kBlock, kNoField, kNatural, kRestart, "",
     "Options of this broker alone; nats-server refuses a file that has this block."},
    {"antiphon.log_level", "", "loglevel", T::kLogLevel, kLogging<&LoggingOptions::level>,
     kNatural, kReload, "", "Least important lines that are logged: info, warn, error or fatal; "
     "Choria's debug sets `debug` too."},
    {"antiphon.always_nonce", "", "", T::kBool, kFeatures<&FeatureOptions::always_nonce>, kNatural,
     kReload, "false; always true in Choria's dialect",
     "Whether INFO tells each client a nonce to sign even where nobody has to sign one."},
    {"antiphon.shards", "", "", T::kNumber, kShards<&ShardOptions::count>, kShardRange, kRestart,
     "one for each processor", "How many threads share the connections among them."},
    {"antiphon.max_pending_total", "", "", T::kBytes,
     kLimits<&LimitOptions::pending_total_bytes_max>, kNatural, kReload, "a quarter of the memory",
     "How much memory may wait to be sent to all clients together; beyond it the slowest with the most "
     "are closed."},
    {"antiphon.tls_tickets", "", "", T::kBool, kTls<&TlsOptions::tickets>, kNatural, kReload, "",
     "Whether TLS clients may resume a session with a ticket, for up to two hours; most clients of "
     "fleets cannot."},
    {"antiphon.tls_ticket_secret", "", "", T::kPath, kTls<&TlsOptions::ticket_secret_file>, kNatural,
     kReload, "a secret of this process",
     "File with 32 to 4096 random bytes from which ticket keys are made, a new set every hour; servers "
     "with the same file take each other's tickets."},

    // Only in Choria's dialect: the name is Choria's key.
    {"plugin.security.issuer.names", "", "plugin.security.issuer.names", T::kTextList,
     kChoria<&ChoriaOptions::issuer_names>, kNatural, kReload, "",
     "Organizations whose issuers vouch for tokens; `plugin.security.issuer.NAME.public` is the key "
     "of each."},
    {"plugin.security.issuer.*.public", "", "plugin.security.issuer.*.public", T::kTextMap,
     kChoria<&ChoriaOptions::issuers>, kNatural, kReload, "",
     "Ed25519 public key of an organization's issuer, 64 hexadecimal digits."},
    {"plugin.choria.network.client_signer_cert", "", "plugin.choria.network.client_signer_cert",
     T::kTextList, kChoria<&ChoriaOptions::client_signers>, kNatural, kReload, "",
     "Signers of clients' tokens where there are no issuers: Ed25519 public keys, 64 hexadecimal "
     "digits each, or files with one or with an RSA certificate or public key."},
    {"plugin.choria.network.server_signer_cert", "", "plugin.choria.network.server_signer_cert",
     T::kTextList, kChoria<&ChoriaOptions::server_signers>, kNatural, kReload, "",
     "The same for servers' tokens."},
    {"plugin.choria.network.client_hosts", "", "plugin.choria.network.client_hosts",
     T::kAddressList, kChoria<&ChoriaOptions::client_hosts>, kNatural, kReload, "everybody",
     "Addresses and networks where clients without a token may come from; all other certificates "
     "are servers'."},
    {"plugin.choria.network.deny_server_connections", "",
     "plugin.choria.network.deny_server_connections", T::kBool,
     kChoria<&ChoriaOptions::deny_server_connections>, kNatural, kReload, "",
     "Whether servers may neither publish nor subscribe."},
    {"plugin.choria.network.system.user", "", "plugin.choria.network.system.user", T::kText,
     kChoria<&ChoriaOptions::system_user>, kNatural, kReload, "",
     "Name of the user who acts in the account `system`."},
    {"plugin.choria.network.system.password", "", "plugin.choria.network.system.password",
     T::kSecret, kChoria<&ChoriaOptions::system_password>, kNatural, kReload, "",
     "That user's password, in clear or as a bcrypt hash; without one nobody is that user."},
    {"plugin.choria.network.provisioning.client_password", "",
     "plugin.choria.network.provisioning.client_password", T::kSecret,
     kChoria<&ChoriaOptions::provisioner_password>, kNatural, kReload, "",
     "Password of the user `provisioner`, in clear or as a bcrypt hash; without one there is no "
     "provisioning."},
    {"plugin.choria.network.provisioning.signer_cert", "",
     "plugin.choria.network.provisioning.signer_cert", T::kPath,
     kChoria<&ChoriaOptions::provisioning_signer_file>, kNatural, kReload, "",
     "File with the key of who signs provisioning tokens: an RSA certificate or public key, or an "
     "Ed25519 key in hexadecimal. Issuers vouch for Ed25519 tokens where there are any."},
    {"plugin.choria.network.provisioning.provisioner_without_token", "",
     "plugin.choria.network.provisioning.provisioner_without_token", T::kBool,
     kChoria<&ChoriaOptions::provisioner_without_token>, kNatural, kReload, "",
     "Whether the provisioner may come with a certificate instead of a token where there are "
     "issuers."},
    {"plugin.security.client_anon_tls", "", "plugin.security.client_anon_tls", T::kBool,
     kChoria<&ChoriaOptions::client_anonymous_tls>, kNatural, kReload, "",
     "Whether nobody is asked for a certificate; needs a request signer, as in Choria."},
    {"plugin.security.server_anon_tls", "", "plugin.security.server_anon_tls", T::kBool,
     kChoria<&ChoriaOptions::server_anonymous_tls>, kNatural, kReload, "",
     "Whether nobody is asked for a certificate."},
    {"plugin.antiphon.client_hosts_are_servers", "", "plugin.antiphon.client_hosts_are_servers",
     T::kBool, kChoria<&ChoriaOptions::demote_client_hosts>, kNatural, kReload, "",
     "Whether `client_hosts` makes a server of every certificate, of the addresses it lists too, as "
     "Choria's own broker does."},
    {"plugin.antiphon.provisioner_without_nonce", "", "plugin.antiphon.provisioner_without_nonce",
     T::kBool, kChoria<&ChoriaOptions::provisioner_without_nonce>, kNatural, kReload, "",
     "Whether the provisioner's token is enough without its seed, as for Choria's own broker."},
    {"plugin.antiphon.provisioner_without_certificate", "",
     "plugin.antiphon.provisioner_without_certificate", T::kBool,
     kChoria<&ChoriaOptions::provisioner_without_certificate>, kNatural, kReload, "",
     "Whether a provisioner that may come without a token needs no certificate either, so that its "
     "password is enough, as for Choria's own broker."},
    {"plugin.antiphon.audit_file", "", "plugin.antiphon.audit_file", T::kPath,
     kChoria<&ChoriaOptions::audit_file>, kNatural, kReload, "the log",
     "File that gets one line of JSON for each login that was decided."},
};
// clang-format on

// Names and aliases to their rows.
TextMap<const Option*> index_by_name() {
  TextMap<const Option*> index;
  for (const Option& option : kOptions) {
    if (is_only_chorias(option)) continue;
    index.emplace(option.name, &option);
    const std::string block(option.name.substr(0, option.name.rfind('.') + 1));
    std::string_view rest = option.aliases;
    while (!rest.empty()) index.emplace(block + std::string(take_word(rest)), &option);
  }
  return index;
}

TextMap<const Option*> index_by_choria_key() {
  TextMap<const Option*> index;
  for (const Option& option : kOptions) {
    if (!option.choria.empty()) index.emplace(option.choria, &option);
  }
  return index;
}

const Option* find_in(const TextMap<const Option*>& index, std::string_view name) {
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

std::span<const Option> option_table() {
  return kOptions;
}

const Option* find_option(std::string_view name) {
  static const auto& index = *new TextMap<const Option*>(index_by_name());
  return find_in(index, name);
}

const Option* find_choria_option(std::string_view key) {
  static const auto& index = *new TextMap<const Option*>(index_by_choria_key());
  return find_in(index, key);
}

}  // namespace antiphon
