// One connection of one client: its state, and nothing that acts.
//
// MODEL: a plain struct. Each verb is a free function in a file of its own (publish.h,
// subscribe.h, ...) that takes the shard and the session. The states follow each other in the
// order of SessionState; kClosing can follow any.
// SHARD: home. LIFETIME: destroyed at the end of the turn in which it was closed, or a later one when
// it has very many subscriptions, so a pointer to it stays good within a turn; anything that lives longer keeps a SessionId.
// MEMORY: an idle session owns no buffer (docs/memory.md has the sum).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "broker/auth/login.h"
#include "broker/buffer/inbound_tail.h"
#include "broker/buffer/outbound_queue.h"
#include "broker/net/socket_address.h"
#include "broker/net/transport.h"
#include "broker/runtime/strong_id.h"
#include "broker/session/close_reason.h"
#include "broker/session/permit.h"
#include "broker/session/sid_table.h"

namespace antiphon {

enum class SessionState : uint8_t {
  kHandshake,  // the handshake pool holds the descriptor
  kOpening,    // INFO has been sent, CONNECT has not been accepted
  kOpen,
  kClosing,  // its connection ends at the end of this turn
};

// What is shown of a client in monitoring and logs; made when it sends CONNECT.
struct ClientDetails {
  std::string name;
  std::string lang;
  std::string version;
  std::string user;
  std::string account_name;
};

struct TlsDetails {
  std::string version;  // "1.3"
  std::string cipher;
};

struct TrafficCounters {
  uint64_t messages = 0;
  uint64_t bytes = 0;  // payload with headers, without the protocol around it

  TrafficCounters& operator+=(const TrafficCounters& more) {
    messages += more.messages;
    bytes += more.bytes;
    return *this;
  }
};

struct Session {
  // ---- Delivery: what routing a message to this session touches ----
  Transport transport;
  OutboundQueue out;
  TrafficCounters sent;
  int64_t last_activity_ns = 0;  // wall clock
  SessionState state = SessionState::kOpening;
  CloseReason close_reason = CloseReason::kNone;
  bool headers : 1 = false;       // agreed by both sides
  bool echo : 1 = true;           // gets its own messages back
  bool dirty : 1 = false;         // in the shard's list of sessions to flush
  bool write_blocked : 1 = false;  // the socket takes no more until it says so (blocked_output.h)
  bool unsent_is_limited : 1 = false;  // the kernel was told to keep little of its output
  bool has_permissions : 1 = false;  // `permissions` is not null

  // ---- What it sends ----
  bool verbose : 1 = true;
  bool pedantic : 1 = true;
  bool no_responders : 1 = false;
  bool readable : 1 = false;       // the socket may have bytes that were not read
  bool hung_up : 1 = false;        // end of stream waits behind what is readable
  bool waiting_to_read : 1 = false;  // in the shard's list of sessions with more to read
  bool connect_received : 1 = false;
  bool first_pong_sent : 1 = false;
  bool knows_async_info : 1 = false;
  bool in_account : 1 = false;     // counted among its account's clients
  bool tls_first : 1 = false;      // the handshake came before INFO
  bool stays_untold : 1 = false;   // that it stays after a reload is told when it has been judged
  bool login_pending : 1 = false;  // somebody else judges it: another thread, or a service
  bool in_process : 1 = false;     // of a part of this process: no TLS, no login of its own
  bool callout_pending : 1 = false;  // it is a service, and auth_deadline_ms is the service's
  uint8_t pauses = 0;  // things to wait for before another frame is taken
  TrafficCounters received;
  InboundTail tail;
  size_t bytes_needed = 0;  // the unfinished frame in `tail` takes at least this much in all
  std::unique_ptr<SessionPermissions> permissions;  // null: it may do everything
  SidTable subscriptions;
  ShardMask relayed_to = 0;        // shards that got messages of it since its last PING
  uint64_t interest_sequence = 0;  // the shard's last interest change when it last (un)subscribed

  // ---- Who it is ----
  SessionId id;
  ClientId client_id;
  AccountId account = kGlobalAccount;
  SocketAddress peer;
  std::unique_ptr<ClientDetails> details;
  std::unique_ptr<LoginRecord> login;  // null when nothing has to be remembered
  std::unique_ptr<TlsDetails> tls;

  // ---- Liveness, in the shard's steady milliseconds ----
  int64_t start_ns = 0;  // wall clock
  int64_t last_received_ms = 0;
  int64_t next_ping_ms = 0;
  int64_t ping_sent_ns = 0;  // the last one, steady; for the round-trip time
  int64_t rtt_ns = 0;        // 0: not measured
  int64_t auth_deadline_ms = 0;   // 0: none
  int64_t write_deadline_ms = 0;  // 0: none; set while write_blocked
  int64_t timer_due_ms = 0;       // earliest entry in the shard's timers; 0: none
  uint32_t pings_out = 0;
  uint32_t stranger_bytes = 0;  // of `tail`, as long as it has not logged in (strangers.h)

  bool is_closing() const { return state == SessionState::kClosing; }
  bool can_receive() const { return state == SessionState::kOpen || state == SessionState::kOpening; }
};

}  // namespace antiphon
