// Keeps the shadows of subscriptions, through which messages of other accounts arrive.
#pragma once

#include <string_view>

#include "broker/session/shard.h"

namespace antiphon {

// For a subscription that was just made: a shadow for each stream import that it overlaps.
// REQUIRES: account.rules is not null.
void add_shadows(Shard& shard, AccountState& account, Subscription& origin);

// Before the subscription goes. No-op when it has none.
void remove_shadows(Shard& shard, AccountState& account, const Subscription& origin);

// Without telling other shards: the shard itself ends.
void remove_all_shadows(Shard& shard, AccountState& account);

// What the importing account calls a subject of the exporting one. Valid until the next call.
std::string_view imported_subject(Shard& shard, const ShadowSubscription& shadow,
                                  std::string_view subject);

}  // namespace antiphon
