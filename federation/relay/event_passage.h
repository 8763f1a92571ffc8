// Which events of the collective go up to the federation, and under which name.
//
// MODEL: what is published on the configured subjects goes up as federated.CLUSTER.SUBJECT. What has
// been federated once does not go up again. Replies go first: events may fill a quarter of the queue.
// LIMITS: events_per_s, message_bytes_max, and what the federation's broker takes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "federation/relay/back_pressure.h"
#include "federation/relay/relay_counts.h"
#include "federation/relay/relay_settings.h"
#include "federation/relay/token_bucket.h"

namespace antiphon::federation {

class EventPassage {
 public:
  explicit EventPassage(const RelaySettings& settings)
      : prefix_("federated." + settings.cluster + "."),
        message_bytes_max_(settings.limits.message_bytes_max),
        queue_bytes_max_(settings.queue_bytes_max),
        rate_(settings.events_per_s) {}

  // What the federation's side says of itself at this moment.
  struct Room {
    bool is_open;
    uint64_t max_payload;
    uint64_t pending_bytes;
    const BackPressure& pressure;
  };
  // Counts the event; kNone: it is to be published on subject().
  Refusal take(std::string_view subject, size_t bytes, const Room& room, int64_t now_ms);
  std::string_view subject() const { return subject_; }
  const EventCounts& counts() const { return counts_; }

 private:
  Refusal judge(std::string_view subject, size_t bytes, const Room& room, int64_t now_ms);

  const std::string prefix_;
  const size_t message_bytes_max_;
  const uint64_t queue_bytes_max_;
  TokenBucket rate_;
  EventCounts counts_;
  std::string subject_;
};

}  // namespace antiphon::federation
