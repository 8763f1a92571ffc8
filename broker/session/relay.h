// Messages between shards.
//
// MODEL: the publisher's shard asks the interest snapshot which shards want a message, adds it once
// to the batch of this turn, and hands the batch to all of them. A receiver matches in its own
// sublist. For a queue group the publisher's shard picks one shard, in proportion to its members;
// should that shard have lost its last member meanwhile, it passes the message on.
// LIMITS: when a ring is full, the sessions that publish to that shard are not read until it has
// room again.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// Routes a message to every shard that wants it, this one included, and to `also` in any case.
// `sender` (may be null) is the session that published it, and waits while a ring is full.
// `relayed_to` gets the shards that it was handed to. Returns whether anybody wants it.
bool route_everywhere(Shard& shard, AccountState& account, Session* sender, const Message& message,
                      ShardMask also, ShardMask& relayed_to);

// Hands the batch of this turn over.
void send_outgoing(Shard& shard);

// Delivers a batch another shard sent.
void receive_batch(Shard& shard, ShardId from, const MessageBatch& batch);

// Lets the sessions that waited for room in a ring go on, once there is room.
void resume_after_congestion(Shard& shard);

}  // namespace antiphon
