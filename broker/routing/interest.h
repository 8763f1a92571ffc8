// What one shard wants from the others: the words the interest snapshot is made of.
#pragma once

#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/runtime/strong_id.h"

namespace antiphon {

// A change of what a shard as a whole wants. Told to the coordinating shard, in order.
struct InterestDelta {
  ShardId shard;
  AccountId account;
  std::string subject;
  std::string queue;          // empty: plain subscriptions
  uint32_t members = 0;       // plain: 1 wanted, 0 no more; queue: members of the group on `shard`
  uint64_t sequence = 0;      // numbers the deltas of one shard, from 1
};

using InterestDeltas = std::vector<InterestDelta>;

// Members of one queue group on one shard.
struct QueueWeight {
  ShardId shard;
  uint32_t members;
};

struct QueueInterest {
  std::string name;
  absl::InlinedVector<QueueWeight, 2> weights;  // only shards that have members

  uint64_t members() const {
    uint64_t sum = 0;
    for (const QueueWeight& weight : weights) sum += weight.members;
    return sum;
  }
};

// Who on all shards wants a subject.
struct InterestMatch {
  ShardMask plain = 0;
  absl::InlinedVector<QueueInterest, 2> queues;  // one per group name
  std::vector<QueueInterest> spare;  // what was cleared: its memory is used again

  void add_queue(const QueueInterest& interest);
  void clear() {
    plain = 0;
    while (!queues.empty()) {
      spare.push_back(std::move(queues.back()));
      queues.pop_back();
    }
  }
};

}  // namespace antiphon
