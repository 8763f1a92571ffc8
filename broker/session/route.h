// Hands a message to everybody in its account who wants it.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// On this shard and, if there are others, on them; on those of `also` in any case. `sender` (may be
// null) is the session that published it. `relayed_to` gets the other shards that it was handed to.
// Returns whether anybody wants it.
bool route_message(Shard& shard, AccountState& account, Session* sender, const Message& message,
                   ShardMask also, ShardMask& relayed_to);

}  // namespace antiphon
