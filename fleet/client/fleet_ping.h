// Asks every node of a collective whether it is there, and measures how long each took to answer.
//
// MODEL: a broadcast discovery request; whoever the filter means publishes one reply to a subject
// made for this ping. One connection: the broker has taken in the subscription to replies before
// the request leaves, so none can be missed. Times run from the moment the request is handed over.
// LIMITS: kRepliesMax replies are kept.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "broker/runtime/clock.h"
#include "fleet/client/caller.h"
#include "fleet/wire/client_settings.h"
#include "fleet/wire/connect_line.h"
#include "protocol/choria/filter.h"

namespace antiphon::fleet {

inline constexpr size_t kRepliesMax = 10'000'000;

struct PingSettings {
  ClientSettings client;
  Credentials credentials;
  Caller caller;
  std::string collective;
  choria::Filter filter;
  int64_t timeout_ms = 2000;  // of the replies
  std::vector<std::string> federations;  // to ask instead of the broker's own nodes
  size_t expect = 0;          // stop when so many have come; 0: wait for the time-out
};

struct PingReply {
  std::string node;
  int64_t delay_ns;
};

struct PingResult {
  std::string request_id;
  std::vector<PingReply> replies;  // in the order they came
  uint64_t malformed = 0;          // messages on the reply subject that were no replies
  SteadyTime published_at;
  std::string failure;  // what cut the waiting short; empty when nothing did
};

// Called with each reply as it comes, between reads from the network.
using OnPingReply = std::function<void(const PingReply&)>;

// An error when the settings make no request or no server lets us in.
absl::StatusOr<PingResult> ping_fleet(const PingSettings& settings, const OnPingReply& on_reply);

}  // namespace antiphon::fleet
