// How many subscriptions of an account there are to a subject, for those who look after the server.
//
// MODEL: a literal subject asks for those whom a message there would reach; one with wildcards for the
// subscriptions that lie within it. Shadows count: they are how other accounts' clients listen.
// WHY session by session for wildcards: a shard answers in portions, so that traffic is not held up.
// SHARD: home.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "broker/session/shard.h"

namespace antiphon {

struct SubscriberQuery {
  std::string account;
  std::string subject;
  std::optional<std::string> queue;  // this group's members alone
};

// REQUIRES: the subject is valid and literal.
uint64_t subscribers_reached(Shard& shard, AccountId account, const SubscriberQuery& query);

// REQUIRES: the subject is valid. Of one session.
uint64_t subscribers_within(Shard& shard, const Session& session, AccountId account,
                            const SubscriberQuery& query);

}  // namespace antiphon
