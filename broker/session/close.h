// Ending a session.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// Marks the session; from now on it receives nothing and nothing is read from it. Its
// connection ends at the end of the turn, after what was queued for it has been offered to the socket
// once. The first reason stays.
void close_session(Shard& shard, Session& session, CloseReason reason);

// Sends "-ERR 'text'" and closes.
void close_with_error(Shard& shard, Session& session, std::string_view text, CloseReason reason);

// End of turn: ends the connections of what was closed, and takes their subscriptions out, up to
// drops_of_turn() of all of them; sessions that have more are destroyed in a later turn.
void destroy_closed(Shard& shard);
// Whether there is something to do for those that are left.
bool has_subscriptions_to_drop(const Shard& shard);

}  // namespace antiphon
