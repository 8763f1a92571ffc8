// Telling other shards what this one wants, and learning what they want.
#pragma once

#include <string_view>

#include "broker/session/shard.h"

namespace antiphon {

// This shard wants `subject` now (members > 0) or no more. `queue` empty: plain subscriptions.
void announce(Shard& shard, AccountId account, std::string_view subject, std::string_view queue,
              uint32_t members);

// Tells what an insert or a remove changed, if it did; the session's next PONG waits for that.
// `plain_members`: 1 after an insert, 0 after a remove.
void announce_change(Shard& shard, Session& session, AccountId account,
                     const InterestChange& change, std::string_view subject,
                     std::string_view queue, uint32_t plain_members);

// End of a turn: what was announced in it goes to the coordinating shard.
void send_changes(Shard& shard);

// Messages of the mesh.
void take_interest_changes(Shard& shard, InterestDeltas* deltas);
void adopt_snapshot(Shard& shard, const InterestSnapshot& snapshot);
void take_adoption(Shard& shard, ShardId from, uint64_t version);

// Coordinating shard, at the end of a turn: takes up to TurnLimits::kAppliedChanges of the others into
// the book, and publishes what changed.
void publish_snapshot(Shard& shard);

}  // namespace antiphon
