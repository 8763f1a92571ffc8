#include "broker/session/interest_exchange.h"

#include <utility>

#include "broker/session/ping.h"

namespace antiphon {
namespace {

void apply_some_changes(Shard& shard) {
  size_t most = TurnLimits::kAppliedChanges;
  while (most > 0 && !shard.unapplied_changes.empty()) {
    Shard::UnappliedChanges& first = shard.unapplied_changes.front();
    for (; most > 0 && first.applied < first.deltas->size(); --most) {
      shard.book->apply((*first.deltas)[first.applied++]);
    }
    if (first.applied == first.deltas->size()) shard.unapplied_changes.pop_front();
  }
}

}  // namespace

void announce(Shard& shard, AccountId account, std::string_view subject, std::string_view queue,
              uint32_t members) {
  InterestDelta delta{shard.id,           account, std::string(subject),
                      std::string(queue), members, ++shard.interest_sequence};
  if (shard.book != nullptr) {
    shard.book->apply(delta);
    return;
  }
  if (shard.unsent_changes == nullptr) shard.unsent_changes = std::make_unique<InterestDeltas>();
  shard.unsent_changes->push_back(std::move(delta));
}

void announce_change(Shard& shard, Session& session, AccountId account,
                     const InterestChange& change, std::string_view subject,
                     std::string_view queue, uint32_t plain_members) {
  if (shard.is_alone()) return;
  if (change.plain_changed) announce(shard, account, subject, {}, plain_members);
  if (change.queue_changed) announce(shard, account, subject, queue, change.queue_members);
  // Even if this session changed nothing: another one's change may still be on its way.
  session.interest_sequence = shard.interest_sequence;
}

void send_changes(Shard& shard) {
  if (shard.unsent_changes == nullptr) return;
  shard.port.send(kCoordinator, InterestChanged{shard.unsent_changes.release()});
}

void take_interest_changes(Shard& shard, InterestDeltas* deltas) {
  shard.unapplied_changes.push_back({std::unique_ptr<InterestDeltas>(deltas)});
}

void publish_snapshot(Shard& shard) {
  if (shard.book == nullptr) return;
  apply_some_changes(shard);
  if (!shard.book->has_unpublished()) return;
  const InterestSnapshot snapshot = shard.book->publish();
  for (uint16_t to = 0; to < shard.port.shard_count(); ++to) {
    if (ShardId{to} != shard.id) shard.port.send(ShardId{to}, SnapshotOffered{snapshot});
  }
  adopt_snapshot(shard, snapshot);
}

void adopt_snapshot(Shard& shard, const InterestSnapshot& snapshot) {
  shard.interest.adopt(snapshot);
  if (shard.book != nullptr) {
    take_adoption(shard, shard.id, snapshot.version);
  } else {
    shard.port.send(kCoordinator, SnapshotAdopted{snapshot.version});
  }
}

void take_adoption(Shard& shard, ShardId from, uint64_t version) {
  for (const InterestBook::Visible& visible : shard.book->acknowledge(from, version)) {
    if (visible.shard == shard.id) {
      take_visible(shard, visible.sequence);
    } else {
      shard.port.send(visible.shard, InterestVisible{visible.sequence});
    }
  }
}

}  // namespace antiphon
