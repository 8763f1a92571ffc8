// Ending a session.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// Marks the session; from now on it receives nothing and nothing is read from it. It goes away at
// the end of the turn, after what was queued for it has been offered to the socket once. The first
// reason stays.
void close_session(Shard& shard, Session& session, CloseReason reason);

// Sends "-ERR 'text'" and closes.
void close_with_error(Shard& shard, Session& session, std::string_view text, CloseReason reason);

// End of turn: destroys what was closed.
void destroy_closed(Shard& shard);

}  // namespace antiphon
