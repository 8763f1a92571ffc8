// A session gets the permissions of its user: at login, and anew after a reload.
#pragma once

#include <memory>

#include "broker/session/shard.h"

namespace antiphon {

// Null: it may do everything. Subscriptions that are not allowed any more end, and the client is
// told; the others stay. No-op when the rules are the same.
void adopt_permissions(Shard& shard, Session& session,
                       const std::shared_ptr<const Permissions>& permissions);

// After a subscription was made: its deliveries are looked at one by one if they have to be.
void watch_if_needed(Shard& shard, Session& session, Subscription& subscription);

}  // namespace antiphon
