// PING and PONG from a client.
//
// PONG is a fence: it leaves only when every interest change the client made before its PING is
// known on every shard. Until then nothing more is read from the client, so that its answers stay
// in order.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

void take_ping(Shard& shard, Session& session);
void take_pong(Shard& shard, Session& session);

// What the PONG waited for has happened.
void end_fence(Shard& shard, Session& session);

}  // namespace antiphon
