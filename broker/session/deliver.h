// Handing a message to this shard's subscribers.
#pragma once

#include <string_view>

#include "broker/session/shard.h"

namespace antiphon {

// Delivers to every plain subscriber of `entries`, except to `publisher` (may be null) when it does
// not want its own messages. Returns whether anybody got it.
bool deliver_plain(Shard& shard, AccountState& account, const MatchResult& entries,
                   Session* publisher, const Message& message);

// Delivers to one member of the queue group `queue` among `entries`, chosen evenly. False when it
// has no member that can take it.
bool deliver_to_queue(Shard& shard, AccountState& account, const MatchResult& entries,
                      std::string_view queue, Session* publisher, const Message& message);

}  // namespace antiphon
