// Asks one node through each of several federations, and keeps the way that each answer took.
//
// MODEL: a discovery request to the node alone, an own one for each federation, whose hops begin
// with this program. It carries a reply subject of NATS too, so the broker says when no federation
// broker listens at all. A federation broker that refuses it says so itself: that is no answer of the
// node, and nobody else of the federation has the request. SOURCE: go-choria 0.29.4.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "fleet/client/caller.h"
#include "fleet/wire/client_settings.h"
#include "fleet/wire/connect_line.h"
#include "protocol/choria/transport.h"

namespace antiphon::fleet {

struct TraceSettings {
  ClientSettings client;
  Credentials credentials;
  Caller caller;
  std::string collective;
  std::string node;
  std::vector<std::string> federations;
  int64_t timeout_ms = 2000;
};

struct FederatedTrace {
  std::string federation;
  std::string request_id;
  std::string target;           // the node's subject
  bool nobody_listens = false;  // no federation broker of this federation
  std::string refusal;          // what a federation broker, `sender`, said instead of passing it on
  int64_t delay_ns = -1;        // of the node's answer; -1: none came
  std::string sender;
  std::vector<choria::Hop> hops;  // all of the way
};

struct TraceResult {
  std::string server;  // that was asked
  std::vector<FederatedTrace> traces;
  std::string failure;  // what cut the waiting short
};

// An error when the settings make no request or no server lets us in.
absl::StatusOr<TraceResult> trace_node(const TraceSettings& settings);

}  // namespace antiphon::fleet
