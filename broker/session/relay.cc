#include "broker/session/relay.h"

#include "broker/session/crossing.h"
#include "broker/session/deliver.h"
#include "broker/session/read.h"
#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

MessageBatch& outgoing(Shard& shard, const Message& message) {
  if (shard.outgoing != nullptr && !shard.outgoing->has_room_for(message)) send_outgoing(shard);
  if (shard.outgoing == nullptr) {
    shard.outgoing = std::make_unique<MessageBatch>();
    // A busy shard's batches are alike: growing this one step by step would copy it once more.
    shard.outgoing->reserve(shard.outgoing_size);
  }
  return *shard.outgoing;
}

size_t local_members(const MatchResult& entries, std::string_view queue) {
  size_t members = 0;
  for (const SubjectEntry* entry : entries) {
    for (size_t i = 0; i < entry->queue_count(); ++i) {
      const QueueGroup& group = *(*entry->queues)[i];
      if (group.name == queue) members += group.members.size();
    }
  }
  return members;
}

uint64_t members_except(const QueueInterest& queue, ShardMask except) {
  uint64_t members = 0;
  for (const QueueWeight& weight : queue.weights) {
    if ((mask_of(weight.shard) & except) == 0) members += weight.members;
  }
  return members;
}

// The shard that has the member with this number. REQUIRES: number < members_except(queue, except).
ShardId shard_of_member(const QueueInterest& queue, ShardMask except, uint64_t number) {
  for (const QueueWeight& weight : queue.weights) {
    if ((mask_of(weight.shard) & except) != 0) continue;
    if (number < weight.members) return weight.shard;
    number -= weight.members;
  }
  AP_CHECK(false);
  return {};
}

// Everything one message needs while it is routed. The entries are a copy, because delivering changes
// what the remembered result points to; what other shards want stays until the end of the turn.
struct Routing {
  AccountState& account;
  Session* publisher;
  const Message& message;
  MatchResult entries;
  const InterestMatch& wanted;
  struct RemotePick {
    ShardId shard;
    std::string_view queue;  // of `wanted`
    MessageBatch::Trail trail;
  };
  absl::InlinedVector<RemotePick, 2> remote_picks;
};

// Serves one queue group: here, or by noting a remote pick. Returns whether anybody gets it.
bool route_queue(Shard& shard, Routing& routing, const std::string& name,
                 const QueueInterest* remote) {
  const uint64_t here = local_members(routing.entries, name);
  const ShardMask self = mask_of(shard.id);
  const uint64_t there = remote == nullptr ? 0 : members_except(*remote, self);
  if (here + there == 0) return false;
  MessageBatch::Trail trail{0, shard.id, {}};
  if (routing.publisher != nullptr && !routing.publisher->echo) {
    trail.excluded = routing.publisher->id;
  }
  uint64_t choice = shard.random.below(here + there);
  if (choice < here) {
    if (deliver_to_queue(shard, routing.account, routing.entries, name, routing.publisher,
                         routing.message)) {
      routing.entries = routing.account.sublist.match(routing.message.subject);
      return true;
    }
    if (there == 0) return false;
    trail.tried = self;
    choice = here + shard.random.below(there);
  }
  const ShardId picked = shard_of_member(*remote, self, choice - here);
  routing.remote_picks.push_back({picked, remote->name, trail});
  return true;
}

bool route_queues(Shard& shard, Routing& routing) {
  NameList& local_only = shard.queue_names;
  local_only.clear();
  for (const SubjectEntry* entry : routing.entries) {
    for (size_t i = 0; i < entry->queue_count(); ++i) {
      const std::string& name = (*entry->queues)[i]->name;
      bool known = false;
      for (const QueueInterest& queue : routing.wanted.queues) known |= queue.name == name;
      if (!known) local_only.add(name);
    }
  }
  bool delivered = false;
  for (const QueueInterest& queue : routing.wanted.queues) {
    delivered |= route_queue(shard, routing, queue.name, &queue);
  }
  for (const std::string& name : local_only) {
    delivered |= route_queue(shard, routing, name, nullptr);
  }
  return delivered;
}

// Publishing to a shard whose ring is full stops the publisher until there is room.
void pause_if_congested(Shard& shard, Session* sender, ShardMask shards) {
  if (sender == nullptr || !shard.port.is_congested()) return;
  Session& session = *sender;
  for (; shards != 0; shards &= shards - 1) {
    if (!shard.port.is_congested(ShardId{static_cast<uint16_t>(__builtin_ctzll(shards))})) continue;
    ++session.pauses;
    shard.mesh_paused.push_back(session.id);
    ++shard.counters.reads_paused;
    return;
  }
}

// The message's group had no member left here: another shard may have one.
void forward_pick(Shard& shard, AccountId account, const Message& message,
                  std::string_view queue, MessageBatch::Trail trail) {
  trail.tried |= mask_of(shard.id);
  const InterestMatch& wanted = shard.interest.match(account, message.subject);
  for (const QueueInterest& interest : wanted.queues) {
    if (interest.name != queue) continue;
    const uint64_t members = members_except(interest, trail.tried);
    if (members == 0) break;
    const uint64_t choice = shard.random.below(members);
    MessageBatch& batch = outgoing(shard, message);
    batch.add(account, message, 0);
    batch.add_queue_pick(shard_of_member(interest, trail.tried, choice), queue, trail);
    ++shard.counters.queue_picks_forwarded;
    return;
  }
  ++shard.counters.queue_picks_lost;
}

// Serves a pick that another shard made.
void take_pick(Shard& shard, AccountId account_id, const Message& message, std::string_view queue,
               const MessageBatch::Trail& trail) {
  AccountState& account = shard.account(account_id);
  const MatchResult entries = account.sublist.match(message.subject);
  Session* publisher = trail.home == shard.id ? shard.sessions.find(trail.excluded) : nullptr;
  if (deliver_to_queue(shard, account, entries, queue, publisher, message)) return;
  forward_pick(shard, account_id, message, queue, trail);
}

}  // namespace

bool route_everywhere(Shard& shard, AccountState& account, Session* sender, const Message& message,
                      ShardMask also, ShardMask& relayed_to) {
  Routing routing{account,
                  sender,
                  message,
                  account.sublist.match(message.subject),
                  shard.interest.match(account.id, message.subject),
                  {}};
  bool delivered = route_queues(shard, routing);
  const ShardMask remote_plain = (routing.wanted.plain | also) & ~mask_of(shard.id);
  delivered |= deliver_plain(shard, account, routing.entries, sender, message);
  if (remote_plain == 0 && routing.remote_picks.empty()) return delivered;
  MessageBatch& batch = outgoing(shard, message);
  batch.add(account.id, message, remote_plain);
  relayed_to |= remote_plain;
  for (const auto& pick : routing.remote_picks) {
    batch.add_queue_pick(pick.shard, pick.queue, pick.trail);
    relayed_to |= mask_of(pick.shard);
  }
  pause_if_congested(shard, sender, batch.shards());
  return true;
}

void send_outgoing(Shard& shard) {
  if (shard.outgoing == nullptr) return;
  shard.outgoing_size = shard.outgoing->size();
  MessageBatch* batch = shard.outgoing.release();
  ShardMask shards = batch->shards();
  // Relaxed: the rings' release and acquire hand the batch over.
  batch->holders.store(static_cast<uint32_t>(__builtin_popcountll(shards)),
                       std::memory_order_relaxed);
  for (; shards != 0; shards &= shards - 1) {
    shard.port.send(ShardId{static_cast<uint16_t>(__builtin_ctzll(shards))}, DeliverBatch{batch});
  }
  ++shard.counters.batches_relayed;
}

void receive_batch(Shard& shard, ShardId from, const MessageBatch& batch) {
  size_t next_pick = 0;
  const auto& picks = batch.queue_picks();
  for (size_t i = 0; i < batch.count(); ++i) {
    const MessageBatch::Record& record = batch.record(i);
    const Message message = batch.message(i);
    AccountState& account = shard.account(record.account);
    for (; next_pick < picks.size() && picks[next_pick].record == i; ++next_pick) {
      if (picks[next_pick].shard != shard.id) continue;
      take_pick(shard, record.account, message, batch.queue_of(picks[next_pick]),
                picks[next_pick].trail);
    }
    if ((record.plain_shards & mask_of(shard.id)) == 0) continue;
    const MatchResult entries = account.sublist.match(message.subject);
    deliver_plain(shard, account, entries, nullptr, message);
    if (account.publish_by_rules) take_relayed_reply(shard, account, from, message);
  }
}

void resume_after_congestion(Shard& shard) {
  if (shard.mesh_paused.empty() || shard.port.is_congested()) return;
  std::vector<SessionId> paused;
  paused.swap(shard.mesh_paused);
  for (const SessionId id : paused) {
    Session* session = shard.sessions.find(id);
    if (session != nullptr && !session->is_closing()) resume_reading(shard, *session);
  }
}

}  // namespace antiphon
