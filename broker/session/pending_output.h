// Keeping the shard's part of the budget for pending output (broker/buffer/pending_budget.h).
//
// Who pays: readers whose socket takes no more, first those for which memory times the time since
// they last took anything is largest. So a reader that is stuck goes before one that is merely
// behind, and among the stuck the largest. The publisher is never held up. Each reader that pays is
// closed with kSlowConsumerPendingBudget.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// Tells the budget what the shard's output takes, and gives back when all shards together hold too
// much. Called at the end of each turn, and within one as soon as the shard passes
// shard.pending.look_at_bytes. May close sessions.
void account_pending_output(Shard& shard);
// Whether the shard still has to take part in a round of giving back.
bool owes_pending_output(const Shard& shard);

}  // namespace antiphon
