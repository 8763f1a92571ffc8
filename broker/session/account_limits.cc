#include "broker/session/account_limits.h"

#include <algorithm>

#include "broker/session/close.h"
#include "broker/session/session_log.h"
#include "broker/session/system_events.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

// Null when there are none.
const AccountLimits* limits_of(const Shard& shard, const Session& session) {
  const AccountRules* rules = shard.accounts[session.account.value]->rules.get();
  return rules == nullptr ? nullptr : &rules->limits();
}

}  // namespace

bool enter_account(Shard& shard, Session& session) {
  // Relaxed, here and below: a number for a limit; it orders nothing.
  const int64_t clients =
      shard.account(session.account).connections->fetch_add(1, std::memory_order_relaxed) + 1;
  session.in_account = true;
  tell_connections(shard, session.account);
  const AccountLimits* limits = limits_of(shard, session);
  if (limits == nullptr || limits->connections_max == AccountLimits::kNone) return true;
  return clients <= limits->connections_max;
}

bool is_full(Shard& shard, const Session& session, AccountId account) {
  const AccountState& state = shard.account(account);
  if (state.rules == nullptr) return false;
  const int64_t most = state.rules->limits().connections_max;
  const int64_t others = state.connections->load(std::memory_order_relaxed) -
                         (session.in_account && session.account == account ? 1 : 0);
  return most != AccountLimits::kNone && others >= most;
}

void leave_account(Shard& shard, Session& session) {
  if (!session.in_account) return;
  session.in_account = false;
  shard.account(session.account).connections->fetch_sub(1, std::memory_order_relaxed);
  tell_connections(shard, session.account);
}

void refuse_for_account(Shard& shard, Session& session) {
  log_error(shard, session, error_text::kMaximumAccountConnections);
  close_with_error(shard, session, error_text::kMaximumAccountConnections,
                   CloseReason::kMaximumAccountConnections);
}

void close_if_surplus(Shard& shard, Session& session) {
  const AccountLimits* limits = limits_of(shard, session);
  if (!session.in_account || limits == nullptr) return;
  const int64_t clients =
      shard.account(session.account).connections->load(std::memory_order_relaxed);
  if (limits->connections_max == AccountLimits::kNone || clients <= limits->connections_max) return;
  leave_account(shard, session);
  refuse_for_account(shard, session);
}

uint64_t subscriptions_max(const Shard& shard, const Session& session) {
  const uint64_t configured = shard.settings->subscriptions_max;
  uint64_t all = configured == 0 ? UINT64_MAX : configured;
  if (session.login != nullptr && session.login->subscriptions_max >= 0) {
    all = std::min(all, static_cast<uint64_t>(session.login->subscriptions_max));
  }
  const AccountLimits* limits = limits_of(shard, session);
  if (limits == nullptr || limits->subscriptions_max == AccountLimits::kNone) return all;
  return std::min(all, static_cast<uint64_t>(limits->subscriptions_max));
}

uint32_t payload_bytes_max(const Shard& shard, const Session& session) {
  uint32_t all = shard.settings->payload_bytes_max;
  if (session.login != nullptr && session.login->payload_bytes_max >= 0) {
    all = static_cast<uint32_t>(std::min<int64_t>(all, session.login->payload_bytes_max));
  }
  const AccountLimits* limits = limits_of(shard, session);
  if (limits == nullptr || limits->payload_bytes_max == AccountLimits::kNone) return all;
  return std::min(all, static_cast<uint32_t>(limits->payload_bytes_max));
}

}  // namespace antiphon
