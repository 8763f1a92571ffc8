// SUB and UNSUB.
#pragma once

#include "broker/session/shard.h"
#include "protocol/nats/frame.h"

namespace antiphon {

void subscribe(Shard& shard, Session& session, const ClientFrame& frame);
void unsubscribe(Shard& shard, Session& session, const ClientFrame& frame);

// Ends one subscription; nothing more is queued for it. The subscription is destroyed.
void remove_subscription(Shard& shard, Subscription& subscription);
// Ends up to `most` of a session's (it closes, or authenticates anew). Returns how many went.
size_t drop_some_subscriptions(Shard& shard, Session& session, size_t most);

}  // namespace antiphon
