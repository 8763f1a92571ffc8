#include "broker/session/open.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "broker/net/silent_time.h"
#include "broker/session/account_limits.h"
#include "broker/session/certificate_trust.h"
#include "broker/session/close.h"
#include "broker/session/flush.h"
#include "broker/session/liveness.h"
#include "broker/session/read.h"
#include "broker/session/session_log.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

using Result = HandshakeOutcome::Result;

void finish_handshake(Shard& shard, SessionId id, HandshakeOutcome outcome);

bool uses_tls(const Shard& shard) { return shard.settings->tls != nullptr; }

std::string tls_version_text(const SSL* connection) {
  // OpenSSL says "TLSv1.3"; monitoring says "1.3".
  const std::string_view name = ::SSL_get_version(connection);
  return std::string(name.substr(0, 4) == "TLSv" ? name.substr(4) : name);
}

TlsDetails tls_details(const SSL* connection) {
  const SSL_CIPHER* cipher = ::SSL_get_current_cipher(connection);
  const char* name = cipher == nullptr ? nullptr : ::SSL_CIPHER_standard_name(cipher);
  return {tls_version_text(connection), name == nullptr ? "" : name};
}

// Puts the descriptor under the shard's poller and the clocks on.
void begin_reading(Shard& shard, Session& session) {
  session.state = SessionState::kOpening;
  if (shard.poller != nullptr &&
      !shard.poller->add(session.transport.descriptor(), session.id.packed())) {
    close_session(shard, session, CloseReason::kOutOfDescriptors);
    return;
  }
  start_clocks(shard, session);
}

// The handshake pool gets the descriptor; the session waits as a record without one.
void begin_handshake(Shard& shard, Session& session, UniqueDescriptor descriptor,
                     int64_t first_byte_ms) {
  session.state = SessionState::kHandshake;
  HandshakeRequest request;
  request.descriptor = std::move(descriptor);
  request.context = shard.settings->tls;
  request.source = session.peer.ip;
  request.timeout_ms = shard.settings->tls_timeout_ms;
  // Relaxed: nothing is read by it.
  const int64_t connections = shard.services.counts->connections.load(std::memory_order_relaxed);
  request.silent_max_ms =
      SilentTime::max_ms(request.timeout_ms, connections, shard.settings->connections_max);
  request.sniff = shard.settings->tls_optional && !session.tls_first;
  request.first_byte_ms = first_byte_ms;
  request.done = [&shard, id = session.id](HandshakeOutcome outcome) {
    shard.post([&shard, id, moved = std::move(outcome)]() mutable {
      finish_handshake(shard, id, std::move(moved));
    });
  };
  shard.services.handshakes->submit(std::move(request));
}

// Writes INFO at once (a client does not begin the handshake before it has read it) and hands the
// descriptor to the pool. REQUIRES: the session has the descriptor.
void greet_and_shake_hands(Shard& shard, Session& session) {
  send_info(shard, session, InfoKind::kGreeting);
  flush_session(shard, session);
  if (session.is_closing()) return;
  if (!session.out.empty()) {  // a new socket that does not take one line is of no use
    close_session(shard, session, CloseReason::kWriteError);
    return;
  }
  begin_handshake(shard, session, UniqueDescriptor(session.transport.detach()), 0);
}

void fail_handshake(Shard& shard, Session& session, HandshakeOutcome outcome) {
  session.transport = Transport(outcome.descriptor.release());
  session.state = SessionState::kOpening;
  if (outcome.result == Result::kTimedOut) {
    log_error(shard, session, "TLS handshake timeout");
    close_session(shard, session, CloseReason::kTlsHandshakeFailure);
    return;
  }
  log_error(shard, session, absl::StrCat("TLS handshake error: ", outcome.error));
  close_session(shard, session,
                outcome.result == Result::kFull ? CloseReason::kHandshakeQueueFull
                : outcome.result == Result::kStopped ? CloseReason::kServerShutdown
                                                     : CloseReason::kTlsHandshakeFailure);
}

void finish_handshake(Shard& shard, SessionId id, HandshakeOutcome outcome) {
  Session* session = shard.sessions.find(id);
  if (session == nullptr || session->is_closing()) return;  // the descriptor closes itself
  switch (outcome.result) {
    case Result::kEstablished: {
      session->tls = std::make_unique<TlsDetails>(tls_details(outcome.connection.get()));
      session->transport = Transport(outcome.descriptor.release(),
                                     std::make_unique<TlsStream>(std::move(outcome.connection)));
      begin_reading(shard, *session);
      if (session->is_closing() || close_if_distrusted(shard, *session)) return;
      if (session->tls_first) send_info(shard, *session, InfoKind::kGreeting);
      // The first bytes after the handshake may have come with it.
      if (!session->is_closing()) {
        session->readable = true;
        shard.more_to_read.push_back(id);
        session->waiting_to_read = true;
      }
      return;
    }
    case Result::kPlain:
      session->transport = Transport(outcome.descriptor.release());
      begin_reading(shard, *session);
      return;
    case Result::kSilent: {
      // The client waits for INFO after all.
      session->tls_first = false;
      session->state = SessionState::kOpening;
      session->transport = Transport(outcome.descriptor.release());
      greet_and_shake_hands(shard, *session);
      return;
    }
    default: fail_handshake(shard, *session, std::move(outcome)); return;
  }
}

}  // namespace

void send_info(Shard& shard, Session& session, InfoKind kind) {
  ServerInfo info = shard.settings->info;
  info.client_id = session.client_id.value;
  info.client_ip = session.peer.ip_text();
  if (session.in_process) {
    info.multi_publish = true;
    info.auth_required = info.tls_required = info.tls_available = info.tls_verify = false;
  } else if (shard.settings->nonces != nullptr) {
    info.nonce = shard.settings->nonces->nonce_of(session.client_id);
  }
  if (shard.settings->handshake_first && session.tls_first) info.tls_required = true;
  if (kind == InfoKind::kLameDuck) info.lame_duck = true;
  if (kind == InfoKind::kConnectInfo) {
    info.connect_info = true;
    info.max_payload = payload_bytes_max(shard, session);
    info.remote_account = session.details == nullptr ? "$G" : session.details->account_name;
    info.account_is_system = info.remote_account == shard.settings->system_account;
  }
  std::string line;
  append_info(line, info);
  queue_text(shard, session, line);
}

namespace {

struct Added {
  Session& session;
  int64_t connections;  // of the server, with this one
};

Added add_session(Shard& shard, Transport transport, SocketAddress peer) {
  Session& session = shard.sessions.add();
  session.transport = std::move(transport);
  session.peer = peer;
  session.start_ns = shard.wall_ns;
  session.last_activity_ns = shard.wall_ns;
  ServerCounts& counts = *shard.services.counts;
  // Relaxed: numbers for names, limits and statistics; they order nothing.
  session.client_id = {counts.last_client_id.fetch_add(1, std::memory_order_relaxed) + 1};
  counts.total_connections.fetch_add(1, std::memory_order_relaxed);
  const int64_t open = counts.connections.fetch_add(1, std::memory_order_relaxed) + 1;
  log_debug(shard, session, "Client connection created");
  return {session, open};
}

}  // namespace

Session& open_session(Shard& shard, Transport transport, SocketAddress peer) {
  const auto [session, open] = add_session(shard, std::move(transport), peer);
  const int64_t max = shard.settings->connections_max;
  if (max != 0 && open > std::max<int64_t>(max, 0)) {
    send_info(shard, session, InfoKind::kGreeting);
    log_error(shard, session, error_text::kMaximumConnections);
    close_with_error(shard, session, error_text::kMaximumConnections,
                     CloseReason::kMaximumConnections);
  }
  return session;
}

void take_connection(Shard& shard, Listener::Accepted accepted) {
  const SessionSettings& settings = *shard.settings;
  Session& session = open_session(shard, Transport(accepted.descriptor), accepted.peer);
  if (session.is_closing()) return;
  if (!uses_tls(shard)) {
    send_info(shard, session, InfoKind::kGreeting);
    begin_reading(shard, session);
    return;
  }
  session.tls_first = settings.handshake_first;
  if (!session.tls_first) {
    greet_and_shake_hands(shard, session);
    return;
  }
  begin_handshake(shard, session, UniqueDescriptor(session.transport.detach()),
                  settings.handshake_first_wait_ms);
}

// The maximum is for those who come from elsewhere: a full broker keeps its own parts.
void take_in_process_connection(Shard& shard, Transport transport) {
  Session& session = add_session(shard, std::move(transport), {}).session;
  session.in_process = true;
  send_info(shard, session, InfoKind::kGreeting);
  begin_reading(shard, session);
}

}  // namespace antiphon
