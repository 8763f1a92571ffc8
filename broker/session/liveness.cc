#include "broker/session/liveness.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "broker/session/callout.h"
#include "broker/session/close.h"
#include "broker/session/flush.h"
#include "broker/session/login_decision.h"
#include "broker/session/session_log.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

// The first ping comes early, so that the round-trip time of a new client is known soon.
constexpr int64_t kFirstPingMs = 2000;
// The round-trip time is measured again after this long, even if the client is busy.
constexpr int64_t kRttIntervalMs = 60 * 60 * 1000;
// A login that ends much later is looked at again by then.
constexpr int64_t kLookAgainMs = 24 * 60 * 60 * 1000;

// When to ping first: spread, so that a fleet that connected together does not answer together.
int64_t first_ping_delay_ms(Shard& shard) {
  const int64_t delay = std::min(shard.settings->ping_interval_ms, kFirstPingMs);
  const int64_t spread = std::max<int64_t>(delay / 5, 1);
  return delay + static_cast<int64_t>(shard.random.below(static_cast<uint64_t>(spread)));
}

void send_ping(Shard& shard, Session& session) {
  ++session.pings_out;
  session.ping_sent_ns = shard.now.ns;
  trace_out(shard, session, "PING", {});
  queue_text(shard, session, "PING\r\n");
}

void ping_if_quiet(Shard& shard, Session& session) {
  const int64_t interval = shard.settings->ping_interval_ms;
  const int64_t now_ms = shard.now.ms();
  session.next_ping_ms = now_ms + interval;
  // What CONNECT took is only a first guess.
  const bool needs_rtt = session.rtt_ns == 0 || session.ping_sent_ns == 0 ||
                         shard.now.ns - session.ping_sent_ns > kRttIntervalMs * 1'000'000;
  if (now_ms - session.last_received_ms < interval && !needs_rtt) return;
  if (session.pings_out + 1 > shard.settings->pings_out_max) {
    log_debug(shard, session, "Stale Client Connection - Closing");
    close_with_error(shard, session, error_text::kStaleConnection, CloseReason::kStaleConnection);
    return;
  }
  send_ping(shard, session);
}

void authentication_timed_out(Shard& shard, Session& session) {
  if (session.callout_pending) return service_was_late(shard, session);
  log_error(shard, session, "authentication timeout");
  close_with_error(shard, session, error_text::kAuthenticationTimeout,
                   CloseReason::kAuthenticationTimeout);
}

void login_expired(Shard& shard, Session& session) {
  const bool account = session.login->account_expires;
  const std::string_view text = account ? "account expired" : "login expired";
  log_notice(shard, session, text);
  tell_login_ended(shard, session, session.login.get(), LoginEvent::kExpired, text);
  close_with_error(shard, session,
                   account ? error_text::kAccountAuthenticationExpired
                           : error_text::kUserAuthenticationExpired,
                   CloseReason::kAuthenticationExpired);
}

void write_deadline_passed(Shard& shard, Session& session) {
  log_notice(shard, session,
             absl::StrCat("Slow Consumer Detected: WriteDeadline of ",
                          shard.settings->write_deadline_ms, "ms exceeded with ",
                          session.out.pending_bytes(), " bytes pending"));
  ++shard.counters.slow_consumers;
  close_session(shard, session, CloseReason::kSlowConsumerWriteDeadline);
}

// The login's end is told by the wall clock, which may be set meanwhile; so it is looked at with
// every ping too.
bool login_has_expired(const Shard& shard, const Session& session) {
  return session.login != nullptr && session.login->expires_ns != 0 &&
         session.login->expires_ns <= shard.wall_ns;
}

int64_t expiry_due_ms(const Shard& shard, const Session& session) {
  if (session.login == nullptr || session.login->expires_ns == 0) return 0;
  const int64_t left_ns = std::max<int64_t>(session.login->expires_ns - shard.wall_ns, 0);
  return shard.now.ms() + std::min(left_ns / 1'000'000 + 1, kLookAgainMs);
}

int64_t next_due_ms(const Shard& shard, const Session& session) {
  int64_t due = session.next_ping_ms;
  for (const int64_t other : {session.auth_deadline_ms, session.write_deadline_ms,
                              expiry_due_ms(shard, session)}) {
    if (other != 0 && (due == 0 || other < due)) due = other;
  }
  return due;
}

void look_at(Shard& shard, Session& session) {
  const int64_t now_ms = shard.now.ms();
  session.timer_due_ms = 0;
  if (session.auth_deadline_ms != 0 && session.auth_deadline_ms <= now_ms) {
    return authentication_timed_out(shard, session);
  }
  if (session.write_deadline_ms != 0 && session.write_deadline_ms <= now_ms) {
    return write_deadline_passed(shard, session);
  }
  if (login_has_expired(shard, session)) return login_expired(shard, session);
  if (session.next_ping_ms <= now_ms) ping_if_quiet(shard, session);
  if (!session.is_closing()) schedule(shard, session, next_due_ms(shard, session));
}

}  // namespace

void schedule(Shard& shard, Session& session, int64_t due_ms) {
  if (session.timer_due_ms != 0 && session.timer_due_ms <= due_ms) return;
  session.timer_due_ms = due_ms;
  shard.timers.add(due_ms, session.id.packed());
}

void start_clocks(Shard& shard, Session& session) {
  session.last_received_ms = shard.now.ms();
  session.next_ping_ms = shard.now.ms() + shard.settings->ping_interval_ms;
  if (shard.settings->authenticator->requires_connect() && !session.in_process) {
    session.auth_deadline_ms = shard.now.ms() + shard.settings->auth_timeout_ms;
  }
  // CONNECT is about to hurry the first ping: looked at by then, it needs no second timer for that.
  const int64_t hurried_ms = shard.now.ms() + first_ping_delay_ms(shard);
  schedule(shard, session, std::min(next_due_ms(shard, session), hurried_ms));
}

void restart_clocks_after_connect(Shard& shard, Session& session) {
  session.auth_deadline_ms = 0;
  session.next_ping_ms = shard.now.ms() + first_ping_delay_ms(shard);
  schedule(shard, session, session.next_ping_ms);
}

void start_login_clock(Shard& shard, Session& session) {
  const int64_t due_ms = expiry_due_ms(shard, session);
  if (due_ms != 0) schedule(shard, session, due_ms);
}

void run_timers(Shard& shard) {
  while (const auto key = shard.timers.pop_due(shard.now.ms())) {
    Session* session = shard.sessions.find(SessionId::unpack(*key));
    if (session == nullptr || !session->can_receive()) continue;
    // An older entry, overtaken by one that came first: that one looks again.
    if (session->timer_due_ms > shard.now.ms()) continue;
    look_at(shard, *session);
  }
}

}  // namespace antiphon
