// Messages that go from one account to another: requests to imported services, and their replies.
//
// MODEL: a request is published once more, in the exporting account, with a reply subject of its own
// (open_replies.h). What is published to that subject is published once more where the request came
// from. Both may repeat over several accounts. All of it happens on the shard of whoever published,
// but for replies: they go to the shard that the subject names.
// INVARIANTS: a service takes a message only once on its way, and no answer of its own, so no ring of
// accounts keeps it. The way of an answer that another shard gives begins anew there.
// LIMITS: kHopsMax accounts. SEE: docs/decisions/0006-imports.md.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// Publishes in an account whose rules touch publishing, and wherever the message goes on from there.
// Returns whether anybody wants it.
bool route_across(Shard& shard, AccountState& account, Session& sender, const Message& message);

// The same for a message of the server itself.
bool route_from_server(Shard& shard, AccountState& account, const Message& message);

// A message that another shard sent may be a reply that is waited for here.
void take_relayed_reply(Shard& shard, AccountState& account, ShardId from, const Message& message);

// Requests that were not answered in time cannot be answered any more.
void forget_old_replies(Shard& shard);

// The texts of messages that are on their way, one for each hop; their memory is used again.
struct CrossingScratch {
  static constexpr size_t kHopsMax = 8;
  struct Hop {
    std::string subject;
    std::string mapped;
    std::string reply;
    std::string info;
    std::string headers;
    std::string tail;
  };
  Hop hops[kHopsMax];
};

}  // namespace antiphon
