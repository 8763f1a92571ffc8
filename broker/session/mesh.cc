#include "broker/session/mesh.h"

#include "protocol/bytes/check.h"

namespace antiphon {

void release(MessageBatch* batch) {
  // The last one to let go must see what the others did with the batch, hence acquire and release.
  if (batch->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) delete batch;
}

void discard(MeshMessage& message) {
  if (const auto* deliver = std::get_if<DeliverBatch>(&message)) release(deliver->batch);
  if (const auto* changed = std::get_if<InterestChanged>(&message)) delete changed->deltas;
  message = std::monostate{};
}

Mesh::Mesh(uint16_t shard_count, size_t ring_messages)
    : shard_count_(shard_count), wakeups_(shard_count) {
  AP_CHECK(shard_count >= 1 && shard_count <= kShardsMax);
  for (int i = 0; i < shard_count * shard_count; ++i) {
    rings_.push_back(std::make_unique<SpscRing<MeshMessage>>(ring_messages));
  }
}

Mesh::~Mesh() {
  for (auto& ring : rings_) {
    MeshMessage message;
    while (ring->try_pop(message)) discard(message);
  }
}

MeshPort::MeshPort(Mesh& mesh, ShardId self)
    : mesh_(mesh), self_(self), outboxes_(mesh.shard_count()) {}

MeshPort::~MeshPort() {
  for (auto& outbox : outboxes_) {
    for (MeshMessage& message : outbox) discard(message);
  }
}

void MeshPort::send(ShardId to, MeshMessage message) {
  AP_CHECK(to != self_);
  auto& outbox = outboxes_[to.value];
  if (outbox.empty() && mesh_.ring(self_, to).try_push(std::move(message))) {
    to_wake_ |= mask_of(to);
    return;
  }
  outbox.push_back(std::move(message));
  ++waiting_;
}

void MeshPort::flush() {
  for (uint16_t to = 0; waiting_ != 0 && to < shard_count(); ++to) {
    auto& outbox = outboxes_[to];
    while (!outbox.empty() && mesh_.ring(self_, ShardId{to}).try_push(std::move(outbox.front()))) {
      outbox.pop_front();
      --waiting_;
      to_wake_ |= mask_of(ShardId{to});
    }
  }
  for (; to_wake_ != 0; to_wake_ &= to_wake_ - 1) {
    mesh_.wake(ShardId{static_cast<uint16_t>(__builtin_ctzll(to_wake_))});
  }
}

bool MeshPort::empty() const {
  for (uint16_t from = 0; from < shard_count(); ++from) {
    if (from != self_.value && !mesh_.ring(ShardId{from}, self_).empty()) return false;
  }
  return true;
}

}  // namespace antiphon
