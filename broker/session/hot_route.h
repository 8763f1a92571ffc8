// The shortest way for the commonest message: the subject published to last has exactly one reader.
//
// MODEL: remembers the reader and the bytes that stand before every message for it ("MSG subject
// sid "). As long as no subscription changes, a further message to that subject is two copies into
// the reader's output. Anything unusual (headers, queue groups, limits, tracing, several shards) goes
// the general way.
// WHY: one publisher to one subscriber, and a whole fleet answering one client, are both this case.
#pragma once

#include <cstdint>
#include <string_view>

#include "broker/routing/sublist.h"
#include "broker/runtime/strong_id.h"
#include "protocol/nats/frame.h"

namespace antiphon {

struct Shard;
struct Session;

struct HotRoute {
  static constexpr size_t kPrefixBytesMax = 256;  // longer ones go the general way

  Subscription* reader = nullptr;  // null: nothing is remembered
  const Sublist* sublist = nullptr;
  uint64_t sublist_changes = 0;  // the route is good while sublist->changes() is this
  uint32_t subject_bytes = 0;    // the subject stands in `prefix`, after "MSG "
  uint32_t prefix_bytes = 0;
  // A client whose permissions let it publish here, always; none: 0. So that it need not be asked
  // about each message.
  ClientId permitted{};
  char prefix[kPrefixBytesMax];

  std::string_view subject() const { return {prefix + 4, subject_bytes}; }
};

// Sends the message the short way, if the remembered route is for it. False when it is not.
bool publish_hot(Shard& shard, Session& session, const ClientFrame& frame);

// Remembers the route of the message just delivered to `entries`, if it can be taken again.
void remember_route(Shard& shard, const Sublist& sublist, std::string_view subject,
                    const MatchResult& entries);

}  // namespace antiphon
