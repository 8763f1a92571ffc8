// Reading what a client sent and taking its frames one after the other.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// The socket said that it is readable; `hung_up`: the end of the stream is near.
void on_readable(Shard& shard, Session& session, bool hung_up);
// The socket takes bytes again.
void on_writable(Shard& shard, Session& session);

// One of the things the session waited for (Session::pauses) has happened; after the last one its
// frames are taken again, in this turn or the next.
void resume_reading(Shard& shard, Session& session);

// The same, in this turn.
void read_on(Shard& shard, Session& session);

// Sessions that had more to read than one turn allows.
void read_more(Shard& shard);

}  // namespace antiphon
