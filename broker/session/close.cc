#include "broker/session/close.h"

#include <absl/strings/str_cat.h>

#include "broker/session/account_limits.h"
#include "broker/session/callout.h"
#include "broker/session/flush.h"
#include "broker/session/session_log.h"
#include "broker/session/strangers.h"
#include "broker/session/subscribe.h"
#include "broker/session/system_events.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

void count_ended(AccountState& account, const Session& session) {
  account.ended_received += session.received;
  account.ended_sent += session.sent;
  if (is_slow_consumer(session.close_reason)) ++account.slow_consumers;
}

void end_connection(Shard& shard, Session& session) {
  forget_callout(shard, session);
  if (shard.poller != nullptr && session.transport.descriptor() >= 0) {
    shard.poller->remove(session.transport.descriptor());
  }
  SessionFacts facts = facts_of(session, WithSubscriptions::kYes, ClosedSessions::kSubscriptionsKept);
  facts.stop_ns = shard.wall_ns;
  facts.pending_bytes = session.out.pending_bytes();
  session.out.clear(shard.pool);
  if (flushes_before_close(session.close_reason)) session.transport.discard_input();
  session.transport.close();
  tell_disconnected(shard, session);
  if (shard.services.closed_sessions != nullptr) {
    shard.services.closed_sessions->add(facts);
  }
  // Relaxed: a count for limits and statistics, it orders nothing.
  shard.services.counts->connections.fetch_sub(1, std::memory_order_relaxed);
  if (session.in_account) count_ended(shard.account(session.account), session);
  leave_account(shard, session);
}

}  // namespace

void close_session(Shard& shard, Session& session, CloseReason reason) {
  if (session.is_closing()) return;
  // What was published before this reader went still belongs to it and to the others.
  fanout_commit(shard, CommitTime::kMidTurn);
  if (session.is_closing()) return;  // the commit found it too slow
  log_debug(shard, session,
            absl::StrCat("Client connection closed: ", to_absl(close_reason_text(reason))));
  if (flushes_before_close(reason) && session.can_receive()) {
    session.write_blocked = false;
    session.state = SessionState::kClosing;
    session.close_reason = reason;
    flush_session(shard, session);
  }
  session.state = SessionState::kClosing;
  session.close_reason = reason;
  count_unfinished(shard, session);
  if (reason == CloseReason::kStaleConnection) ++shard.counters.stale_connections;
  ++shard.counters.closed[static_cast<size_t>(reason)];
  shard.closing.push_back(&session);
}

void close_with_error(Shard& shard, Session& session, std::string_view text, CloseReason reason) {
  queue_error(shard, session, text);
  close_session(shard, session, reason);
}

void destroy_closed(Shard& shard) {
  // Dropping subscriptions publishes nothing, so nobody else is closed meanwhile.
  for (Session* session : shard.closing) {
    end_connection(shard, *session);
    if (session->subscriptions.empty()) {
      shard.sessions.remove(session->id);
    } else {
      shard.leaving.push_back(session);
    }
  }
  shard.closing.clear();
  size_t most = drops_of_turn(shard);
  while (!shard.leaving.empty()) {
    Session& session = *shard.leaving.front();
    most -= drop_some_subscriptions(shard, session, most);
    if (!session.subscriptions.empty()) return;
    shard.leaving.pop_front();
    shard.sessions.remove(session.id);
  }
}

bool has_subscriptions_to_drop(const Shard& shard) {
  return !shard.leaving.empty() && drops_of_turn(shard) > 0;
}

}  // namespace antiphon
