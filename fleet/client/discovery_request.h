// The request that every node answers: "who is there?", to all of a collective or to one node,
// directly or through federations.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "fleet/client/caller.h"
#include "protocol/choria/filter.h"

namespace antiphon::fleet {

struct DiscoveryRequest {
  std::string request_id;
  std::string target;    // the subject on which nodes hear it
  std::string reply_to;  // where they answer
  std::string payload;
};

struct DiscoveryTo {
  std::string collective;
  std::string node;  // empty: all that the filter means
  choria::Filter filter;
  bool federated = false;
  std::vector<choria::Hop> hops;  // it has taken so far
};

// choria.federation.FEDERATION.federation; empty when that is no name.
std::string federation_subject(const std::string& federation);

absl::StatusOr<DiscoveryRequest> make_discovery_request(const Caller& caller,
                                                        const DiscoveryTo& to);

}  // namespace antiphon::fleet
