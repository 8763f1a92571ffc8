// The rings between the shards, and what travels in them.
//
// MODEL: one ring for each ordered pair of shards. A message that does not fit waits in the
// sender's outbox for that shard, in order; while it waits, the shard stops reading the sessions
// that publish there (see relay.h), so the outbox stays short.
// SHARD: each ring has one sender and one receiver; nothing else is shared.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "broker/buffer/message_batch.h"
#include "broker/routing/interest_snapshot.h"
#include "broker/runtime/spsc_ring.h"
#include "broker/runtime/strong_id.h"
#include "broker/runtime/wakeup.h"

namespace antiphon {

// Messages for the receiver's subscribers. The last holder frees the batch.
struct DeliverBatch {
  MessageBatch* batch;
};
// To the coordinating shard, once a turn; it frees the deltas.
struct InterestChanged {
  InterestDeltas* deltas;
};
// From the coordinating shard.
struct SnapshotOffered {
  InterestSnapshot snapshot;
};
// To the coordinating shard: the sender reads snapshot `version` now and none older.
struct SnapshotAdopted {
  uint64_t version;
};
// From the coordinating shard: every shard knows the receiver's changes up to `sequence`.
struct InterestVisible {
  uint64_t sequence;
};
// A PONG of the sender waits until the receiver has taken all batches before this.
struct FenceAsked {
  uint64_t number;
};
// They are taken.
struct FencePassed {
  uint64_t number;
};
using MeshMessage = std::variant<std::monostate, DeliverBatch, InterestChanged, SnapshotOffered,
                                 SnapshotAdopted, InterestVisible, FenceAsked, FencePassed>;

// All rings of a process.
class Mesh {
 public:
  static constexpr size_t kRingMessages = 256;

  Mesh(uint16_t shard_count, size_t ring_messages = kRingMessages);
  ~Mesh();
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;

  uint16_t shard_count() const { return shard_count_; }
  SpscRing<MeshMessage>& ring(ShardId from, ShardId to) {
    return *rings_[from.value * shard_count_ + to.value];
  }
  // How to wake a shard; none in a simulation.
  void set_wakeup(ShardId shard, Wakeup* wakeup) { wakeups_[shard.value] = wakeup; }
  void wake(ShardId shard) {
    if (wakeups_[shard.value] != nullptr) wakeups_[shard.value]->wake();
  }

 private:
  const uint16_t shard_count_;
  std::vector<std::unique_ptr<SpscRing<MeshMessage>>> rings_;
  std::vector<Wakeup*> wakeups_;
};

// One shard's end of the mesh.
class MeshPort {
 public:
  MeshPort(Mesh& mesh, ShardId self);
  ~MeshPort();

  uint16_t shard_count() const { return mesh_.shard_count(); }
  ShardId self() const { return self_; }

  // Queues a message; it leaves now or, when the ring is full, in a later turn. REQUIRES: to != self.
  void send(ShardId to, MeshMessage message);
  // Whether messages for `to` wait because its ring is full.
  bool is_congested(ShardId to) const { return !outboxes_[to.value].empty(); }
  bool is_congested() const { return waiting_ != 0; }
  // Messages that wait, for all shards together.
  size_t waiting() const { return waiting_; }
  // Tries again what waits; wakes every shard that got something since the last call.
  void flush();

  // Calls take(ShardId from, MeshMessage&) for up to `max` messages from each shard.
  // Returns whether there may be more.
  template <typename Take>
  bool receive(size_t max, Take&& take) {
    bool more = false;
    for (uint16_t from = 0; from < shard_count(); ++from) {
      if (from == self_.value) continue;
      auto& ring = mesh_.ring(ShardId{from}, self_);
      MeshMessage message;
      size_t taken = 0;
      while (taken < max && ring.try_pop(message)) {
        ++taken;
        take(ShardId{from}, message);
      }
      more |= taken == max;
    }
    return more;
  }
  // Whether a receive() would find nothing.
  bool empty() const;

 private:
  Mesh& mesh_;
  const ShardId self_;
  std::vector<std::deque<MeshMessage>> outboxes_;
  size_t waiting_ = 0;       // in all outboxes
  ShardMask to_wake_ = 0;
};

// Frees what a message owns; for messages that nobody will receive any more.
void discard(MeshMessage& message);
// One holder less; the last one frees the batch.
void release(MessageBatch* batch);

}  // namespace antiphon
