// The readers of a subject, ordered so that those who need the same bytes stand together.
//
// WHY: nodes of a fleet number their subscriptions alike, so one encoding serves all readers with
// the same sid. A plan is built when a subject with many readers is published to, and stays until
// somebody subscribes or unsubscribes.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/routing/subscription.h"

namespace antiphon {

struct FanoutPlan {
  // Readers [first, first + count) all have the same sid and the same idea of headers.
  struct Group {
    uint32_t first;
    uint32_t count;
    bool with_headers;
  };
  std::vector<Subscription*> readers;
  std::vector<Group> groups;
  uint32_t version = 0;
};

// `knows_headers(session)` tells whether a reader takes HMSG.
using KnowsHeaders = bool (*)(const Session&);

// The plan of `entry`, built anew if its readers have changed.
const FanoutPlan& fanout_plan(SubjectEntry& entry, KnowsHeaders knows_headers);

}  // namespace antiphon
