// Time passing for a session: authentication, pings, stale connections, write deadlines.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// Sees to it that the session is looked at no later than at `due_ms`.
void schedule(Shard& shard, Session& session, int64_t due_ms);

// A new connection is ready to be read; until CONNECT it is pinged at the usual interval.
void start_clocks(Shard& shard, Session& session);
// CONNECT came: the authentication clock stops, the first ping comes soon.
void restart_clocks_after_connect(Shard& shard, Session& session);
// Its login may have an end now.
void start_login_clock(Shard& shard, Session& session);

// Does what is due for every session whose time has come.
void run_timers(Shard& shard);

}  // namespace antiphon
