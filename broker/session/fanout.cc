#include "broker/session/fanout.h"

#include "broker/routing/fanout_plan.h"
#include "broker/session/blocked_output.h"
#include "broker/session/close.h"
#include "broker/session/flush.h"
#include "broker/session/session_log.h"
#include "broker/session/shard.h"

namespace antiphon {
namespace {

// A group's share of a batch, encoded for its sid.
struct Encoded {
  SharedBlock* block;
  uint64_t messages;
  uint64_t payload_bytes;
};

bool knows_headers(const Session& session) { return session.headers; }

Encoded encode(Shard& shard, const MessageBatch& batch, std::string_view sid, bool with_headers) {
  size_t bytes = 0;
  for (size_t i = 0; i < batch.count(); ++i) {
    bytes += message_bytes(batch.message(i), sid, with_headers);
  }
  Encoded encoded{shard.pool.new_block(bytes), batch.count(), 0};
  char* out = encoded.block->data();
  for (size_t i = 0; i < batch.count(); ++i) {
    const Message message = batch.message(i);
    out = write_message(out, message, sid, with_headers);
    encoded.payload_bytes += with_headers ? message.payload.size() : message.body().size();
  }
  return encoded;
}

// Writes the block straight into the socket of a reader for which nothing waits.
// Returns how much of it was taken.
uint32_t write_now(Shard& shard, Session& reader, const Encoded& encoded) {
  const iovec piece{encoded.block->data(), encoded.block->bytes};
  const IoResult result = reader.transport.write(&piece, 1);
  if (result.status == IoStatus::kFailed) {
    close_session(shard, reader, CloseReason::kWriteError);
    return encoded.block->bytes;
  }
  return static_cast<uint32_t>(result.bytes);
}

void give(Shard& shard, Subscription& subscription, const Encoded& encoded, bool write_at_once) {
  Session& reader = *subscription.session;
  subscription.delivered += encoded.messages;
  reader.sent.messages += encoded.messages;
  reader.sent.bytes += encoded.payload_bytes;
  reader.last_activity_ns = shard.wall_ns;
  shard.counters.sent.messages += encoded.messages;
  shard.counters.sent.bytes += encoded.payload_bytes;
  uint32_t taken = 0;
  if (write_at_once && reader.out.empty() && !reader.write_blocked) {
    taken = write_now(shard, reader, encoded);
    if (taken == encoded.block->bytes) return;
    block_output(shard, reader);
  }
  reader.out.append_range(shard.pool, encoded.block, taken, encoded.block->bytes);
  after_queueing(shard, reader);
}

void give_to_entry(Shard& shard, Fanout& fanout, SubjectEntry& entry, bool write_at_once) {
  const FanoutPlan& plan = fanout_plan(entry, &knows_headers);
  for (const FanoutPlan::Group& group : plan.groups) {
    const std::string_view sid = plan.readers[group.first]->sid.text();
    const Encoded encoded = encode(shard, fanout.batch, sid, group.with_headers);
    for (uint32_t i = group.first; i < group.first + group.count; ++i) {
      if (i + 1 < plan.readers.size()) __builtin_prefetch(plan.readers[i + 1]->session);
      Session& reader = *plan.readers[i]->session;
      if (!reader.can_receive() || &reader == fanout.excluded) continue;
      give(shard, *plan.readers[i], encoded, write_at_once);
    }
    shard.pool.release(encoded.block);
  }
}

}  // namespace

void fanout_add(Shard& shard, const MatchResult& entries, Session* excluded,
                const Message& message) {
  Fanout& fanout = shard.fanout;
  const bool same = fanout.is_open() && fanout.excluded == excluded && fanout.entries == entries;
  if (!same || !fanout.batch.has_room_for(message)) {
    fanout_commit(shard, same ? CommitTime::kEndOfTurn : CommitTime::kMidTurn);
    fanout.entries = entries;
    fanout.excluded = excluded;
  }
  fanout.batch.add(kGlobalAccount, message, 0);
}

void fanout_commit(Shard& shard, CommitTime time) {
  Fanout& fanout = shard.fanout;
  if (!fanout.is_open() || fanout.committing) return;
  fanout.committing = true;
  const bool write_at_once = time == CommitTime::kEndOfTurn;
  for (SubjectEntry* entry : fanout.entries) give_to_entry(shard, fanout, *entry, write_at_once);
  fanout.batch.clear();
  fanout.entries.clear();
  fanout.committing = false;
}

}  // namespace antiphon
