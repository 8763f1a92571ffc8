// A relay's connection to one of its sides: whom it dials next, as whom, what it listens to there, and
// what it has counted.
//
// THREADS: the relay's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/runtime/random.h"
#include "federation/names/server_rounds.h"
#include "federation/relay/back_pressure.h"
#include "federation/relay/relay_counts.h"
#include "federation/relay/relay_settings.h"
#include "federation/relay/side_login.h"

namespace antiphon::federation {

struct SideLink {
  // Subscribed to its messages, under the number messages_sid.
  SideLink(Side side, const RelaySettings& settings, uint32_t messages_sid, Random& random);

  void add_subscription(const std::string& subject, const std::string& group, uint32_t sid);
  // Whether the broker says that it may not listen to its messages: without that nothing comes, and
  // nothing else would say so.
  bool lacks_permission(std::string_view complaint) const;
  // Whether what it may not do is to listen as a member of a group.
  static bool is_of_group(std::string_view complaint);

  Side side;
  ServerRounds rounds;
  SideLogin login;
  uint32_t attempts = 0;  // since it last took our subscriptions
  int64_t dial_at_ms = 0;
  bool subscribed = false;
  bool serving = false;   // the broker has taken the subscriptions
  std::string messages;   // the subject that requests or replies come on
  std::string subscribe;  // lines, with their ends
  std::string unsubscribe;
  std::string hop;        // of messages that come from this side
  BackPressure pressure;  // of its output
  SideCounts counts;
};

}  // namespace antiphon::federation
