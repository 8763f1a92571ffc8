// Everything that can be set for the network broker, as one plain value.
//
// MODEL: the defaults are nats-server's. Both dialects of configuration and the command line write
// into the same fields; option_table.h names each, describes it and says what may change on reload.
// Sizes are bytes. A field that is empty or zero "by default from another" has a function here
// that gives what counts, so that a command line may still change the other. Larger parts stand in
// headers of their own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/authorization_options.h"
#include "broker/config/choria_dialect_options.h"
#include "broker/config/duration.h"
#include "broker/config/logging_options.h"
#include "broker/config/tls_options.h"

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

struct MonitoringOptions {
  std::string host;        // empty: see monitoring_host()
  int64_t http_port = 0;   // 0: off; or kRandomPort
  int64_t https_port = 0;  // 0: off; or kRandomPort; uses the client listener's certificate
  std::string base_path = "/";
  bool operator==(const MonitoringOptions&) const = default;
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

struct ThreadOptions {
  int64_t shards = 0;      // 0: one for each processor
  int64_t handshakes = 0;  // TLS handshakes; 0: one for each two shards
  bool operator==(const ThreadOptions&) const = default;
};

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
  ThreadOptions threads;
  ChoriaOptions choria;
  bool operator==(const BrokerOptions&) const = default;
};

// How long a client may take to authenticate, from its connection on.
inline Duration auth_timeout(const BrokerOptions& options) {
  if (options.authorization.timeout.count() != 0) return options.authorization.timeout;
  return options.tls.enabled ? options.tls.timeout + std::chrono::seconds(1)
                             : Duration(std::chrono::seconds(2));
}

inline const std::string& monitoring_host(const BrokerOptions& options) {
  return options.monitoring.host.empty() ? options.listen.host : options.monitoring.host;
}

// Whether a client must show credentials in CONNECT.
inline bool requires_credentials(const BrokerOptions& options) {
  const AuthorizationOptions& auth = options.authorization;
  return auth.operator_mode.enabled() || auth.callout.enabled || !auth.user.empty() || !auth.token.empty() || !auth.users.empty() ||
         only_system_account(auth) ||
         std::any_of(auth.accounts.begin(), auth.accounts.end(),
                     [](const AccountOptions& account) { return !account.users.empty(); });
}

}  // namespace antiphon
