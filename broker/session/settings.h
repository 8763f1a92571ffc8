// What the sessions of a shard need to know of the server's configuration.
//
// SHARD: any; immutable. A reload makes a new one and hands it to every shard.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/auth/account_rules.h"
#include "broker/auth/authenticator.h"
#include "broker/auth/nonce.h"
#include "broker/net/tls_context.h"
#include "protocol/nats/info.h"
#include "protocol/nats/limits.h"

namespace antiphon {

struct SessionSettings {
  const std::string& account_tag(AccountId account) const {
    const bool has_tag = account.value < account_tags.size() && !account_tags[account.value].empty();
    return has_tag ? account_tags[account.value] : accounts[account.value];
  }

  // Limits. 0 means no limit for the two *_max that say so.
  uint32_t control_line_bytes_max = kControlLineBytesDefault;
  uint32_t payload_bytes_max = kPayloadBytesDefault;
  uint64_t pending_bytes_max = kPendingBytesDefault;
  int64_t connections_max = 65536;
  size_t stranger_bytes_max = 64 << 20;  // unfinished lines before login, of all clients of a shard
  uint64_t subscriptions_max = 0;        // per connection; 0: no limit
  uint32_t subscription_tokens_max = 0;  // per subject; 0: no limit

  // Times.
  int64_t ping_interval_ms = 120'000;
  int64_t pings_out_max = 2;
  int64_t write_deadline_ms = 10'000;
  int64_t auth_timeout_ms = 2'000;
  int64_t tls_timeout_ms = 2'000;

  bool headers = true;
  bool sublist_cache = true;

  // TLS; a null context means none.
  std::shared_ptr<const TlsContext> tls;
  std::vector<std::string> pinned_keys;  // key_hash_of() each, sorted; empty: any
  bool tls_optional = false;          // plain clients are welcome too
  bool handshake_first = false;       // the handshake comes before INFO
  int64_t handshake_first_wait_ms = 0;  // > 0: so long, then INFO first after all

  std::shared_ptr<const Authenticator> authenticator;
  const NonceSource* nonces = nullptr;  // null: INFO tells none
  // What a part of this process gets that is a client of it; it is not asked who it is.
  Grant in_process;

  // What INFO says of this server; client_id and client_ip are filled in for each client.
  ServerInfo info;
  std::string system_account;  // for acc_is_sys
  std::optional<AccountId> system_account_id;  // nothing: it is not there
  std::string identity_fields;  // what answers under $SYS say of the server beside its name
  // By number: what AccountId counts. Names are only ever added.
  std::vector<std::string> accounts = {"$G"};
  // What people call them, by number; beyond the end, or empty: as they are called anyhow.
  std::vector<std::string> account_tags;
  // By number too; null, or beyond the end, for accounts that share, map and bound nothing.
  std::vector<std::shared_ptr<const AccountRules>> account_rules;
  size_t traced_payload_bytes_max = 0;  // 0: all
  bool traced_headers_only = false;
};

}  // namespace antiphon
