// The coordinating shard's record of what every shard wants; makes the snapshots.
//
// MODEL: deltas come in, snapshots go out, acknowledgements come back. When every shard has
// acknowledged a snapshot, all deltas it contains are visible everywhere: their senders are told
// (that is what a PONG waits for), and what older snapshots still held may be
// freed.
// SHARD: control. INVARIANTS: a shard acknowledges snapshots in order.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "broker/routing/interest_snapshot.h"

namespace antiphon {

class InterestBook {
 public:
  explicit InterestBook(uint16_t shard_count);

  void apply(const InterestDelta& delta);
  bool has_unpublished() const { return unpublished_; }
  // The picture with everything applied so far.
  InterestSnapshot publish();

  // Which of a shard's deltas all shards have seen.
  struct Visible {
    ShardId shard;
    uint64_t sequence;
  };
  // `shard` reads snapshot `version` from now on. Returns for whom that made deltas visible.
  std::vector<Visible> acknowledge(ShardId shard, uint64_t version);

  // What no shard reads any more is freed in portions. WHY: a shard that was late lets thousands of
  // snapshots go at once.
  void free_some(size_t most) { trie_.free_some(most); }
  bool has_more_to_free() const { return trie_.has_more_to_free(); }

  size_t entry_count() const { return trie_.entry_count(); }
  size_t waiting_for_reclaim() const { return trie_.waiting_for_reclaim(); }

 private:
  struct Published {
    uint64_t version;
    std::vector<uint64_t> applied;  // per shard: the last delta it contains
  };

  void count_passing(AccountId account, std::string_view subject, int change);

  InterestTrie trie_;
  uint64_t wildcard_subjects_ = 0;
  bool unpublished_ = false;
  std::vector<uint64_t> applied_;       // per shard
  std::vector<uint64_t> acknowledged_;  // per shard
  std::vector<uint64_t> told_;          // per shard: the sequence last reported as visible
  std::deque<Published> published_;     // not yet acknowledged by everyone
};

}  // namespace antiphon
