// Subscriptions that stand, in other accounts, for the ones of an account that imports streams.
//
// MODEL: a subscription of a client gets one shadow for each import that could bring it messages. The
// shadow is in the exporting account's sublist like any other subscription there; what it is
// handed is renamed and goes to its origin.
// SHARD: home. INVARIANTS: a shadow always has a maximum (kNeverReached), so that deliveries to it are
// looked at one by one; it leaves the sublist before its origin does.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <memory>
#include <vector>

#include "broker/auth/account_rules.h"
#include "broker/routing/subscription.h"

namespace antiphon {

struct ShadowSubscription : Subscription {
  ShadowSubscription(Subscription& stands_for, const StreamImport& by)
      : Subscription(stands_for.session, stands_for.sid.text()), origin(&stands_for), import(&by) {
    is_shadow = true;
    max_messages = kNeverReached;
  }

  Subscription* const origin;
  const StreamImport* const import;
};

inline const ShadowSubscription& shadow_of(const Subscription& subscription) {
  return static_cast<const ShadowSubscription&>(subscription);
}

// By origin.
using ShadowTable =
    absl::flat_hash_map<const Subscription*, std::vector<std::unique_ptr<ShadowSubscription>>>;

}  // namespace antiphon
