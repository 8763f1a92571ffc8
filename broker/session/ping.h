// PING and PONG from a client.
//
// PONG is a fence: it leaves only when every interest change that the client made before its PING is
// known on every shard, and every message that it published before is queued for its readers on
// every shard. Until then nothing more is read from the client, so that its answers stay in order.
//
// WHY the messages too: a client that has flushed may tell another one to unsubscribe or to go, and
// relies on it that this one's messages are under way by then, as they are in nats-server.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

void take_ping(Shard& shard, Session& session);
void take_pong(Shard& shard, Session& session);

// Messages of the mesh, each of which may be what a PONG waits for.
void take_visible(Shard& shard, uint64_t interest_sequence);
void take_fence_passed(Shard& shard, uint64_t number);

// Another shard's PONG waits until this one has taken its messages, and until others have taken what
// this one passed on because of them.
void answer_fence(Shard& shard, ShardId asker, uint64_t number);

}  // namespace antiphon
