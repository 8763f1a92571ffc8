// The state of one connection to a broker: small, because one loop holds tens of thousands.
//
// INVARIANTS: an idle link owns no buffer. `generation` changes whenever the link is dialed or
// closed, so that events and timers of an earlier connection find nothing.
// THREADS: that of its loop.
#pragma once

#include <cstdint>

#include "broker/buffer/inbound_tail.h"
#include "broker/buffer/outbound_queue.h"
#include "broker/net/tls_stream.h"
#include "broker/net/transport.h"
#include "broker/runtime/strong_id.h"

namespace antiphon::fleet {

// Index of a link in its loop; links are made once and reused for every connection.
using LinkId = StrongId<struct LinkIdTag, uint32_t>;

enum class LinkState : uint8_t {
  kClosed,
  kDialing,       // TCP
  kAwaitingInfo,  // connected; the server speaks first
  kHandshaking,   // TLS
  kLoggingIn,     // CONNECT and PING are sent, their PONG is awaited
  kOpen,
};

struct ClientLink {
  Transport transport;
  SslPtr handshake;  // while kHandshaking; then the transport owns it
  InboundTail tail;
  OutboundQueue out;
  int64_t deadline_ms = 0;  // when to look at the link again: time-out or next PING
  uint32_t generation = 0;
  uint32_t bytes_needed = 0;  // of the frame that is not complete; 0 when there is none
  uint32_t pings_sent = 0;    // in this connection
  uint32_t pongs_seen = 0;
  uint32_t fence = 0;  // the PING whose PONG the owner waits for; 0 when it does not
  uint64_t max_payload = 0;  // as the server said in its INFO; 0: it did not
  uint16_t server = 0;
  LinkState state = LinkState::kClosed;
  bool info_seen = false;  // before a handshake
  bool dirty = false;      // in the loop's list of links with output
  bool paused = false;     // not read until its owner says so
  bool in_process = false;  // its server is in this process
  bool multi_publish = false;  // its server takes MPUB
  bool hung_up = false;    // the peer has closed its side: read until the end

  bool is_tls() const { return !transport.is_plain() && !in_process; }
};

}  // namespace antiphon::fleet
