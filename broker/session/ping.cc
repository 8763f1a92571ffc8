#include "broker/session/ping.h"

#include <utility>

#include "broker/session/flush.h"
#include "broker/session/open.h"
#include "broker/session/read.h"
#include "broker/session/relay.h"
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

// Lets the PONGs go that have nothing left to wait for.
void end_fences(Shard& shard) {
  std::vector<Shard::Fence> waiting;
  waiting.swap(shard.fences);
  for (const Shard::Fence& fence : waiting) {
    if (fence.interest_sequence > shard.interest_visible || fence.shards_left != 0) {
      shard.fences.push_back(fence);
      continue;
    }
    if (fence.asked != 0) {
      shard.port.send(fence.asker, FencePassed{fence.asked});
      continue;
    }
    Session* session = shard.sessions.find(fence.session);
    if (session == nullptr || session->is_closing()) continue;
    send_pong(shard, *session);
    resume_reading(shard, *session);
  }
}

// Asks each of these shards to say when it has taken what was sent to it.
void ask_shards(Shard& shard, Shard::Fence& fence, ShardMask shards) {
  if (shards != 0) send_outgoing(shard);  // the question must come behind the messages
  for (ShardMask left = shards; left != 0; left &= left - 1) {
    shard.port.send(ShardId{static_cast<uint16_t>(__builtin_ctzll(left))},
                    FenceAsked{fence.number});
    ++fence.shards_left;
  }
}

}  // namespace

void take_ping(Shard& shard, Session& session) {
  const ShardMask relayed_to = std::exchange(session.relayed_to, 0);
  if (relayed_to == 0 && session.interest_sequence <= shard.interest_visible) {
    return send_pong(shard, session);
  }
  Shard::Fence fence{session.id, session.interest_sequence, ++shard.last_fence, 0, {}, 0};
  ask_shards(shard, fence, relayed_to);
  shard.fences.push_back(fence);
  ++shard.counters.fences;
  ++session.pauses;
}

void answer_fence(Shard& shard, ShardId asker, uint64_t number) {
  const ShardMask passed_on = std::exchange(shard.passed_on[asker.value], 0);
  if (passed_on == 0) return shard.port.send(asker, FencePassed{number});
  Shard::Fence fence{{}, 0, ++shard.last_fence, 0, asker, number};
  ask_shards(shard, fence, passed_on);
  shard.fences.push_back(fence);
}

void take_visible(Shard& shard, uint64_t interest_sequence) {
  shard.interest_visible = interest_sequence;
  end_fences(shard);
}

void take_fence_passed(Shard& shard, uint64_t number) {
  for (Shard::Fence& fence : shard.fences) {
    if (fence.number == number) --fence.shards_left;
  }
  end_fences(shard);
}

void take_pong(Shard& shard, Session& session) {
  if (session.pings_out == 0) return;  // nobody asked for it
  session.pings_out = 0;
  // At least a nanosecond, because 0 means "not measured".
  session.rtt_ns = std::max<int64_t>(shard.now.ns - session.ping_sent_ns, 1);
}

}  // namespace antiphon
