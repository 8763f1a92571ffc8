// Strangers: who has not logged in where somebody has to, and what they leave unfinished with a shard.
//
// LIMITS: one read takes no more of a stranger than the longest line it may send, so that what waits
// behind a CONNECT that is being judged stays in the kernel; stranger_bytes_max of all of a shard together.
// POLICY: beyond it those with the most are closed (kBytesBeforeLogin), until 7/8 of it are left.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// How much one read may take from the session.
size_t read_bytes_max(const Shard& shard, const Session& session);

// Counts what the session has left unfinished: after each read of it, and when it is closed.
void count_unfinished(Shard& shard, Session& session);

}  // namespace antiphon
