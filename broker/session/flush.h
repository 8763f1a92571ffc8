// Queueing bytes for a session and writing them out.
#pragma once

#include <string_view>

#include "broker/buffer/buffer_limits.h"
#include "broker/session/shard.h"

namespace antiphon {

// Queues protocol bytes (never message payload; see deliver.h) behind everything queued before.
void queue_text(Shard& shard, Session& session, std::string_view text);
// Queues "-ERR 'text'".
void queue_error(Shard& shard, Session& session, std::string_view text);

// After bytes were added to session.out: keeps the limits and sees to it that they are written.
// May close the session as a slow consumer.
void after_queueing(Shard& shard, Session& session);

// Writes as much as the socket takes; offers it `pieces_first` pieces to begin with.
void flush_session(Shard& shard, Session& session, size_t pieces_first = kGatherMax);
// Writes what this turn queued, for every session.
void flush_all(Shard& shard);

}  // namespace antiphon
