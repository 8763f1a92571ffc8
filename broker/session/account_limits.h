// What an account bounds: its clients, their subscriptions and payloads.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// Counts the session among its account's clients; false when the account has too many. REQUIRES: it is not counted.
[[nodiscard]] bool enter_account(Shard& shard, Session& session);
// Whether enter_account() would find too many in this one now.
bool is_full(Shard& shard, const Session& session, AccountId account);
// No-op unless it is counted.
void leave_account(Shard& shard, Session& session);

// Tells the client that its account has too many, and closes it.
void refuse_for_account(Shard& shard, Session& session);
// After a reload: the same if the session's account has more clients than it may have now.
void close_if_surplus(Shard& shard, Session& session);

// The lowest of the server's limit, the login's and the account's; UINT64_MAX: no limit.
uint64_t subscriptions_max(const Shard& shard, const Session& session);
uint32_t payload_bytes_max(const Shard& shard, const Session& session);

}  // namespace antiphon
