#include "broker/session/connect.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "broker/session/account_limits.h"
#include "broker/session/adopt_permissions.h"
#include "broker/session/close.h"
#include "broker/session/flush.h"
#include "broker/session/liveness.h"
#include "broker/session/login_decision.h"
#include "broker/session/session_log.h"
#include "broker/session/system_events.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

ClientDetails details_of(const ConnectOptions& options, const Grant& grant) {
  return {options.name, options.lang, options.version, grant.user, grant.account_name};
}

// It is shown as one of the account, as who comes to a full one without a service that decides.
void refuse_for_full_account(Shard& shard, Session& session, const Verdict& verdict,
                             const ConnectOptions& named) {
  leave_account(shard, session);
  session.account = verdict.grant.account;
  session.details = std::make_unique<ClientDetails>(details_of(named, verdict.grant));
  session.state = SessionState::kOpen;
  refuse_for_account(shard, session);
}

// `named`: the CONNECT that is refused; null: there was none, or it was accepted before.
void refuse(Shard& shard, Session& session, const Verdict& verdict,
            const ConnectOptions* named = nullptr) {
  if (verdict.refusal == Refusal::kAccountFull) {
    return refuse_for_full_account(shard, session, verdict, named != nullptr ? *named : ConnectOptions{});
  }
  log_error(shard, session,
            verdict.reason.empty() ? "authentication error"
                                   : absl::StrCat("authentication error: ", verdict.reason));
  if (!session.is_closing()) tell_refused(shard, session, named, verdict);
  close_with_error(shard, session, error_text::kAuthorizationViolation,
                   CloseReason::kAuthenticationFailure);
}

// Somebody who was let in before is told more exactly.
void send_away(Shard& shard, Session& session, const Verdict& verdict) {
  std::string_view text;
  CloseReason reason = CloseReason::kAuthenticationExpired;
  switch (verdict.refusal) {
    case Refusal::kViolation:
    case Refusal::kAccountFull:
    case Refusal::kNotPinned: return refuse(shard, session, verdict);
    case Refusal::kExpired: text = error_text::kUserAuthenticationExpired; break;
    case Refusal::kAccountExpired: text = error_text::kAccountAuthenticationExpired; break;
    case Refusal::kRevoked:
      text = error_text::kUserAuthenticationRevoked;
      reason = CloseReason::kCredentialsRevoked;
      break;
  }
  log_error(shard, session, absl::StrCat("authentication ended: ", verdict.reason));
  close_with_error(shard, session, text, reason);
}

void adopt_options(Shard& shard, Session& session, const ConnectOptions& options) {
  session.verbose = options.verbose;
  session.pedantic = options.pedantic;
  session.echo = options.echo;
  session.no_responders = options.no_responders;
  session.knows_async_info = options.protocol >= kClientProtocolInfo;
  const bool headers = shard.settings->headers && options.headers;
  if (headers == session.headers) return;
  session.headers = headers;
  // Fan-out plans group readers by what they understand.
  for (const auto& subscription : session.subscriptions) ++subscription->entry->version;
}

// What an authenticator granted becomes the session's.
void adopt_login(Shard& shard, Session& session, Verdict& verdict) {
  session.login = std::move(verdict.record);
  start_login_clock(shard, session);
  adopt_permissions(shard, session, verdict.grant.permissions);
}

// Somebody who was let in goes at once.
void tell_not_served(Shard& shard, const Session& session, std::string_view reason) {
  tell_login_ended(shard, session, session.login.get(), LoginEvent::kClosed, reason);
}

// The client is who it says it is; the rest of CONNECT is checked as the reference does.
void accept(Shard& shard, Session& session, const ConnectOptions& options, Verdict& verdict) {
  const Grant& grant = verdict.grant;
  leave_account(shard, session);
  session.account = grant.account;
  session.details = std::make_unique<ClientDetails>(details_of(options, grant));
  session.state = SessionState::kOpen;
  adopt_login(shard, session, verdict);
  if (!enter_account(shard, session)) {
    tell_not_served(shard, session, error_text::kMaximumAccountConnections);
    return refuse_for_account(shard, session);
  }
  tell_connected(shard, session);
  if (options.protocol < kClientProtocolZero || options.protocol > kClientProtocolInfo) {
    tell_not_served(shard, session, error_text::kInvalidClientProtocol);
    close_with_error(shard, session, error_text::kInvalidClientProtocol,
                     CloseReason::kBadClientProtocolVersion);
    return;
  }
  if (options.no_responders && !session.headers) {
    tell_not_served(shard, session, error_text::kNoRespondersRequiresHeaders);
    close_with_error(shard, session, error_text::kNoRespondersRequiresHeaders,
                     CloseReason::kNoRespondersRequiresHeaders);
    return;
  }
  if (options.verbose) queue_text(shard, session, "+OK\r\n");
}

void finish(Shard& shard, Session& session, const ConnectOptions& options, Verdict& verdict) {
  if (!verdict.allowed) {
    return refuse(shard, session, verdict, &options);
  }
  if (options.account_new || !options.account.empty()) {
    constexpr std::string_view kReason = "CONNECT asks for an account";
    tell_login_ended(shard, session, verdict.record.get(), LoginEvent::kClosed, kReason);
    return refuse(shard, session, refused(std::string(kReason)), &options);
  }
  accept(shard, session, options, verdict);
}

void accept_without_connect(Shard& shard, Session& session, Verdict& verdict) {
  session.account = verdict.grant.account;
  session.details = std::make_unique<ClientDetails>(details_of({}, verdict.grant));
  session.state = SessionState::kOpen;
  adopt_login(shard, session, verdict);
  if (!enter_account(shard, session)) return refuse_for_account(shard, session);
  tell_connected(shard, session);
}

// A second CONNECT changes only what it names.
ConnectOptions options_so_far(const Session& session) {
  ConnectOptions options;
  options.verbose = session.verbose;
  options.pedantic = session.pedantic;
  options.echo = session.echo;
  options.headers = session.headers;
  options.no_responders = session.no_responders;
  if (session.knows_async_info) options.protocol = kClientProtocolInfo;
  if (session.details != nullptr) {
    options.name = session.details->name;
    options.lang = session.details->lang;
    options.version = session.details->version;
  }
  return options;
}

}  // namespace

void connect(Shard& shard, Session& session, const ClientFrame& frame) {
  ConnectOptions options = options_so_far(session);
  if (!parse_connect_options(frame.argument, options)) {
    log_error(shard, session, "CONNECT is not valid");
    close_session(shard, session, CloseReason::kProtocolViolation);
    return;
  }
  const bool first = !session.connect_received;
  session.connect_received = true;
  // Until a PING has measured it: CONNECT answers INFO.
  if (session.rtt_ns == 0) session.rtt_ns = std::max<int64_t>(shard.wall_ns - session.start_ns, 0);
  restart_clocks_after_connect(shard, session);
  adopt_options(shard, session, options);
  LoginQuestion question;
  if (!first) {
    question.event = LoginEvent::kConnectAgain;
    fanout_commit(shard, CommitTime::kMidTurn);
    // One that names no credentials keeps those of the first.
    if (session.login != nullptr && !has_credentials(options)) {
      question.record = session.login->copy();
    }
  }
  question.options = std::move(options);
  decide_login(shard, session, std::move(question),
               [&shard](Session& decided, const ConnectOptions& given, Verdict verdict) {
                 finish(shard, decided, given, verdict);
               });
}

bool admit_without_connect(Shard& shard, Session& session) {
  const Authenticator& authenticator = *shard.settings->authenticator;
  if (!authenticator.requires_connect()) return true;
  // A shard compares no password hash; who has one to show sends CONNECT.
  if (!authenticator.accepts_anonymous() || authenticator.cost({}) == LoginCost::kLong) {
    refuse(shard, session, refused("CONNECT must come first"));
    return false;
  }
  session.connect_received = true;
  session.auth_deadline_ms = 0;
  decide_login(shard, session, {}, [&shard](Session& decided, const ConnectOptions&, Verdict verdict) {
    if (!verdict.allowed) return refuse(shard, decided, verdict);
    accept_without_connect(shard, decided, verdict);
  });
  // It may have to wait for a service.
  return session.pauses == 0 && !session.is_closing();
}

void authenticate_again(Shard& shard, Session& session) {
  if (!session.connect_received || session.is_closing()) return;
  if (session.login_pending) return;  // will be judged by the new settings
  LoginQuestion question;
  question.event = LoginEvent::kReload;
  if (session.login != nullptr) question.record = session.login->copy();
  decide_login(shard, session, std::move(question),
               [&shard](Session& decided, const ConnectOptions&, Verdict verdict) {
                 if (!verdict.allowed) return send_away(shard, decided, verdict);
                 // Its subscriptions stand in the account it came to.
                 if (verdict.grant.account != decided.account) {
                   return refuse(shard, decided, refused("its user belongs to another account now"));
                 }
                 if (decided.details != nullptr) decided.details->user = verdict.grant.user;
                 adopt_login(shard, decided, verdict);
                 if (decided.stays_untold) tell_it_stays(shard, decided);
               });
}

void tell_it_stays(Shard& shard, Session& session) {
  if (session.state != SessionState::kOpen) return;
  session.stays_untold = session.login_pending;
  if (!session.login_pending) tell_connected(shard, session);
}

}  // namespace antiphon
