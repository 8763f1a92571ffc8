#include "broker/session/ping.h"

#include "broker/session/flush.h"
#include "broker/session/interest_exchange.h"
#include "broker/session/open.h"
#include "broker/session/read.h"
#include "broker/session/session_log.h"

namespace antiphon {
namespace {

void send_pong(Shard& shard, Session& session) {
  trace_out(shard, session, "PONG", {});
  queue_text(shard, session, "PONG\r\n");
  if (!session.connect_received || session.first_pong_sent) return;
  session.first_pong_sent = true;
  // After its first PONG a client that understands INFO at any time learns its account.
  if (session.knows_async_info) send_info(shard, session, InfoKind::kConnectInfo);
}

}  // namespace

void take_ping(Shard& shard, Session& session) {
  if (begin_fence(shard, session)) {
    ++session.pauses;
    return;
  }
  send_pong(shard, session);
}

void end_fence(Shard& shard, Session& session) {
  send_pong(shard, session);
  resume_reading(shard, session);
}

void take_pong(Shard& shard, Session& session) {
  if (session.pings_out == 0) return;  // nobody asked for it
  session.pings_out = 0;
  // At least a nanosecond, because 0 means "not measured".
  session.rtt_ns = std::max<int64_t>(shard.now.ns - session.ping_sent_ns, 1);
}

}  // namespace antiphon
