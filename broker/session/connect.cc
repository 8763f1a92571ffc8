#include "broker/session/connect.h"

#include "broker/session/adopt_permissions.h"
#include "broker/session/close.h"
#include "broker/session/flush.h"
#include "broker/session/liveness.h"
#include "broker/session/read.h"
#include "broker/session/session_log.h"
#include "broker/session/subscribe.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

// Asks the authenticator, on another thread when that takes long; nothing is read from the client
// meanwhile. `then(session, options, verdict)` runs on the shard, unless the session has gone. False
// when the authenticator cannot be asked now.
template <typename Then>
bool decide(Shard& shard, Session& session, ConnectOptions options, Then then) {
  auto authenticator = shard.settings->authenticator;
  if (shard.services.slow_work == nullptr || !authenticator->is_slow(options)) {
    const Verdict verdict = authenticator->decide(options);
    then(session, options, verdict);
    return true;
  }
  ++session.pauses;
  return shard.services.slow_work->submit(
      [&shard, id = session.id, options = std::move(options), authenticator, then]() mutable {
        Verdict verdict = authenticator->decide(options);
        shard.post([&shard, id, options = std::move(options), verdict = std::move(verdict), then] {
          Session* waiting = shard.sessions.find(id);
          if (waiting == nullptr || waiting->is_closing()) return;
          then(*waiting, options, verdict);
          resume_reading(shard, *waiting);
        });
      });
}

std::unique_ptr<Credentials> credentials_of(const ConnectOptions& options) {
  if (options.user.empty() && options.pass.empty() && options.auth_token.empty()) return nullptr;
  return std::make_unique<Credentials>(
      Credentials{options.user, options.pass, options.auth_token});
}

// A second CONNECT that names no credentials keeps those of the first.
void keep_credentials(const Credentials& kept, ConnectOptions& options) {
  if (!options.user.empty() || !options.pass.empty() || !options.auth_token.empty()) return;
  options.user = kept.user;
  options.pass = kept.pass;
  options.auth_token = kept.auth_token;
}

void refuse(Shard& shard, Session& session) {
  log_error(shard, session, "authentication error");
  close_with_error(shard, session, error_text::kAuthorizationViolation,
                   CloseReason::kAuthenticationFailure);
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

// The client is who it says it is; the rest of CONNECT is checked as the reference does.
void accept(Shard& shard, Session& session, const ConnectOptions& options, const Grant& grant) {
  session.account = grant.account;
  session.details = std::make_unique<ClientDetails>(ClientDetails{
      options.name, options.lang, options.version, grant.user, grant.account_name});
  session.state = SessionState::kOpen;
  adopt_permissions(shard, session, grant.permissions);
  if (options.protocol < kClientProtocolZero || options.protocol > kClientProtocolInfo) {
    close_with_error(shard, session, error_text::kInvalidClientProtocol,
                     CloseReason::kBadClientProtocolVersion);
    return;
  }
  if (options.no_responders && !session.headers) {
    close_with_error(shard, session, error_text::kNoRespondersRequiresHeaders,
                     CloseReason::kNoRespondersRequiresHeaders);
    return;
  }
  if (options.verbose) queue_text(shard, session, "+OK\r\n");
}

void finish(Shard& shard, Session& session, const ConnectOptions& options,
            const Verdict& verdict) {
  session.credentials = credentials_of(options);
  const bool wants_account = options.account_new || !options.account.empty();
  if (!verdict.allowed || wants_account) return refuse(shard, session);
  accept(shard, session, options, verdict.grant);
}

}  // namespace

void connect(Shard& shard, Session& session, const ClientFrame& frame) {
  ConnectOptions options;
  // A second CONNECT changes only what it names.
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
  if (!parse_connect_options(frame.argument, options)) {
    log_error(shard, session, "CONNECT is not valid");
    close_session(shard, session, CloseReason::kProtocolViolation);
    return;
  }
  const bool first = !session.connect_received;
  session.connect_received = true;
  restart_clocks_after_connect(shard, session);
  adopt_options(shard, session, options);
  if (!first) {
    fanout_commit(shard, CommitTime::kMidTurn);
    drop_all_subscriptions(shard, session);
    if (session.credentials != nullptr) keep_credentials(*session.credentials, options);
  }
  const bool asked =
      decide(shard, session, std::move(options),
             [&shard](Session& decided, const ConnectOptions& given, const Verdict& verdict) {
               finish(shard, decided, given, verdict);
             });
  if (!asked) refuse(shard, session);
}

bool admit_without_connect(Shard& shard, Session& session) {
  const Authenticator& authenticator = *shard.settings->authenticator;
  if (!authenticator.requires_connect()) return true;
  if (authenticator.accepts_anonymous()) {
    const Verdict verdict = authenticator.decide({});
    if (verdict.allowed) {
      session.connect_received = true;
      session.auth_deadline_ms = 0;
      session.account = verdict.grant.account;
      session.details = std::make_unique<ClientDetails>(
          ClientDetails{"", "", "", verdict.grant.user, verdict.grant.account_name});
      session.state = SessionState::kOpen;
      adopt_permissions(shard, session, verdict.grant.permissions);
      return true;
    }
  }
  refuse(shard, session);
  return false;
}

void authenticate_again(Shard& shard, Session& session) {
  if (!session.connect_received || session.is_closing()) return;
  ConnectOptions options;
  if (session.credentials != nullptr) {
    options.user = session.credentials->user;
    options.pass = session.credentials->pass;
    options.auth_token = session.credentials->auth_token;
  }
  const bool asked = decide(
      shard, session, std::move(options),
      [&shard](Session& decided, const ConnectOptions&, const Verdict& verdict) {
        if (!verdict.allowed) {
          refuse(shard, decided);
          return;
        }
        // Its subscriptions stand in the account it came to.
        if (verdict.grant.account != decided.account) return refuse(shard, decided);
        if (decided.details != nullptr) decided.details->user = verdict.grant.user;
        adopt_permissions(shard, decided, verdict.grant.permissions);
      });
  // Too many passwords to compare at once: rather let it go and come back than stay unchecked.
  if (!asked) refuse(shard, session);
}

}  // namespace antiphon
