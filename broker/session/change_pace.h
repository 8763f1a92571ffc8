// How many subscriptions a turn adds and takes out, and who waits with more of them.
//
// WHY: among a million subscriptions one more costs microseconds, and whoever publishes on the shard
// waits for all that a turn makes. So a turn has a bound for all sessions together, and so has the
// way of a change to the other shards: what these do not know of yet is bounded too.
// POLICY: a session that wants more waits, in the order of asking; nothing else of it is read meanwhile.
#pragma once

#include <cstddef>
#include <deque>

#include "broker/runtime/strong_id.h"

namespace antiphon {

struct Shard;
struct Session;

struct ChangePace {
  size_t left = 0;                // SUBs and UNSUBs that may still be taken
  bool waiting_first = false;     // some waited when the turn began; they come before all others
  std::deque<SessionId> waiting;  // stopped before such a frame
};

// Begin of a turn.
void begin_changes(Shard& shard);
// Whether a SUB or an UNSUB may be taken now; counts it if so.
bool take_change(Shard& shard);
// The session stops before its next frame until take_waiting_changes() comes to it.
void wait_to_change(Shard& shard, Session& session);
// End of a turn: sessions that waited read on, until the turn has had its changes.
void take_waiting_changes(Shard& shard);
// Whether there is something to do for those that wait.
bool has_waiting_changes(const Shard& shard);

// How many subscriptions of sessions that end may be taken out in this turn.
size_t drops_of_turn(const Shard& shard);

}  // namespace antiphon
