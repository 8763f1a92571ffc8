// CONNECT: what a client is and may do.
#pragma once

#include "broker/session/shard.h"
#include "protocol/nats/frame.h"

namespace antiphon {

void connect(Shard& shard, Session& session, const ClientFrame& frame);

// A client that must authenticate has sent something else first. Returns whether it may go on (it
// is somebody without credentials); if not, it is closed, or waits for a service that is asked.
bool admit_without_connect(Shard& shard, Session& session);

// After a reload: closes the session if what it presented does not let it in any more.
void authenticate_again(Shard& shard, Session& session);

// After a reload: that the session stays, as if it had come again; while it is judged, when that is over.
void tell_it_stays(Shard& shard, Session& session);

}  // namespace antiphon
