// One turn of a shard: everything that is ready is done once, then everything is written out.
//
// MODEL: a turn is begin_turn, any number of events, end_turn. Its length is bounded (TurnLimits),
// so that no client can keep the others waiting.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// Reads the clock. A simulation passes its own time.
void begin_turn(Shard& shard, SteadyTime now, int64_t wall_ns);
// An event of the poller.
void on_event(Shard& shard, const Readiness& event);
// Other shards' messages, posted tasks, timers, what was left to read; then writes.
void end_turn(Shard& shard);

// Whether there is work that needs no event, so that the next wait must not block.
bool has_more_work(const Shard& shard);
// How long the poller may wait, in milliseconds; -1: until something happens.
int wait_ms(const Shard& shard);

}  // namespace antiphon
