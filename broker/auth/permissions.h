// What one user may publish, subscribe to and be sent; all its connections share one.
//
// MODEL: publishing is allowed where an allow rule matches and no deny rule does. A subscription is
// accepted when an allow rule matches it, read as text (so `foo.*` of a rule takes `foo.>` as a
// single token, as in nats-server), and no deny rule does. What such a subscription could catch
// beyond its rules is kept from it at delivery: see must_filter().
// A rule with a queue is about members of such groups only; where one matches the subject, other
// groups are not allowed, even if a rule without a queue matches too.
// SHARD: any; immutable. SEE: docs/security.md.
#pragma once

#include <absl/container/inlined_vector.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/text.h"
#include "protocol/nats/permission_settings.h"

namespace antiphon {

class Permissions {
 public:
  explicit Permissions(PermissionSettings settings);

  // What the rules say; answers to requests are the session's to know (responses()).
  bool may_publish(std::string_view subject) const;
  // `queue` empty: a plain subscription.
  bool may_subscribe(std::string_view subject, std::string_view queue) const;
  // Whether a subscription that was accepted could catch what it must not be sent.
  bool must_filter(std::string_view subject, std::string_view queue) const;
  // Whether a message on this subject may be sent to a subscription that was accepted.
  bool may_deliver(std::string_view subject, std::string_view queue) const;

  const std::optional<ResponseRule>& responses() const { return settings_.responses; }
  const PermissionSettings& settings() const { return settings_; }

 private:
  // Rules by subject: literal ones in a map, the others one by one.
  class Rules {
   public:
    explicit Rules(const std::vector<SubjectRule>& rules);
    explicit Rules(const std::optional<std::vector<SubjectRule>>& rules);
    bool empty() const { return literal_.empty() && wildcard_.empty(); }
    // Whether a rule without a queue matches `subject`; `queues` gets those of the others.
    using Queues = absl::InlinedVector<std::string_view, 4>;
    bool match(std::string_view subject, Queues& queues) const;
    // Whether a rule and a subscription to `subject` have a subject in common.
    bool overlaps(std::string_view subject) const;
    // Whether one rule for such a subscription covers everything that matches `subject`.
    bool covers(std::string_view subject, std::string_view queue) const;

   private:
    TextMap<std::vector<std::string>> literal_;  // subject -> queues; an empty queue: none
    std::vector<SubjectRule> wildcard_;
  };

  bool denies(std::string_view subject, std::string_view queue) const;

  const PermissionSettings settings_;
  const Rules publish_allow_;
  const Rules publish_deny_;
  const Rules subscribe_allow_;
  const Rules subscribe_deny_;
};

}  // namespace antiphon
