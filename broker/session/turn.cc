#include "broker/session/turn.h"

#include <algorithm>

#include "broker/session/close.h"
#include "broker/session/crossing.h"
#include "broker/session/flush.h"
#include "broker/session/interest_exchange.h"
#include "broker/session/liveness.h"
#include "broker/session/pending_output.h"
#include "broker/session/ping.h"
#include "broker/session/read.h"
#include "broker/session/relay.h"

namespace antiphon {
namespace {

void take_mesh_message(Shard& shard, ShardId from, MeshMessage& message) {
  if (const auto* deliver = std::get_if<DeliverBatch>(&message)) {
    receive_batch(shard, from, *deliver->batch);
    release(deliver->batch);
  } else if (const auto* changed = std::get_if<InterestChanged>(&message)) {
    take_interest_changes(shard, changed->deltas);
  } else if (const auto* offered = std::get_if<SnapshotOffered>(&message)) {
    adopt_snapshot(shard, offered->snapshot);
  } else if (const auto* adopted = std::get_if<SnapshotAdopted>(&message)) {
    take_adoption(shard, from, adopted->version);
  } else if (const auto* visible = std::get_if<InterestVisible>(&message)) {
    take_visible(shard, visible->sequence);
  } else if (const auto* asked = std::get_if<FenceAsked>(&message)) {
    answer_fence(shard, from, asked->number);
  } else if (const auto* passed = std::get_if<FencePassed>(&message)) {
    take_fence_passed(shard, passed->number);
  }
  message = std::monostate{};
}

}  // namespace

void begin_turn(Shard& shard, SteadyTime now, int64_t wall_ns) {
  shard.now = now;
  shard.wall_ns = wall_ns;
  begin_changes(shard);
}

void on_event(Shard& shard, const Readiness& event) {
  Session* session = shard.sessions.find(SessionId::unpack(event.key));
  if (session == nullptr || !session->can_receive()) return;
  if (event.writable) on_writable(shard, *session);
  if (event.readable && session->can_receive()) on_readable(shard, *session, event.hung_up);
}

void end_turn(Shard& shard) {
  shard.inbox.run_all();
  if (!shard.is_alone()) {
    shard.port.receive(TurnLimits::kMeshMessages, [&shard](ShardId from, MeshMessage& message) {
      take_mesh_message(shard, from, message);
    });
    resume_after_congestion(shard);
  }
  run_timers(shard);
  forget_old_replies(shard);
  take_waiting_changes(shard);
  read_more(shard);
  fanout_commit(shard, CommitTime::kEndOfTurn);
  send_outgoing(shard);
  publish_snapshot(shard);
  if (shard.book != nullptr) shard.book->free_some(TurnLimits::kFreedInterest);
  flush_all(shard);
  account_pending_output(shard);
  destroy_closed(shard);
  send_changes(shard);
  shard.port.flush();
}

bool has_more_work(const Shard& shard) {
  // Sessions that closed at the end of the turn took their interest with them.
  const bool unpublished = shard.book != nullptr && shard.book->has_unpublished();
  const bool unapplied = !shard.unapplied_changes.empty();
  const bool changes = has_waiting_changes(shard) || has_subscriptions_to_drop(shard);
  const bool freeable = shard.book != nullptr && shard.book->has_more_to_free();
  // The last flush of the turn made room for those that waited for it.
  const bool owes = owes_pending_output(shard);
  const bool uncongested = !shard.mesh_paused.empty() && !shard.port.is_congested();
  return !shard.more_to_read.empty() || !shard.inbox.empty() || !shard.port.empty() ||
         unpublished || unapplied || changes || freeable || uncongested || owes;
}

int wait_ms(const Shard& shard) {
  int64_t wait = -1;
  if (const auto due = shard.timers.next_due_ms()) {
    wait = std::max<int64_t>(*due - shard.now.ms(), 0);
  }
  if (shard.port.is_congested()) {
    wait = wait < 0 ? TurnLimits::kCongestedPollMs : std::min(wait, TurnLimits::kCongestedPollMs);
  }
  return static_cast<int>(std::min<int64_t>(wait, 60'000));
}

}  // namespace antiphon
