// What became of one request: the pages of all federation brokers that were asked, put together.
//
// WHY together: the messages of one request and its replies are shared by the federation brokers of
// a cluster, and a request goes to every federation, most of whose brokers it does not concern.
// MODEL: expected are the nodes that any broker was asked for by name; of a broadcast, all that have
// answered anything in any of the clusters, also in one that has not seen the request: it may be
// cut off. Missing is who is expected and has answered through none of them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "federation/relay/relay_counts.h"

namespace antiphon {

// The page of one broker: /federationz?request=ID
std::string federation_request_json(std::string_view id, const federation::RequestReport& report);
// /federationz?target=SUBJECT
std::string federation_target_json(std::string_view target, const federation::TargetReport& report);

// What all brokers of one cluster know.
struct ClusterRequest {
  size_t brokers = 0;
  size_t connected = 0;  // to both sides
  size_t seen = 0;       // brokers that the request came to
  uint64_t messages = 0, targets = 0, broadcasts = 0;
  uint64_t published = 0, elsewhere = 0, duplicates = 0, refused = 0, replies = 0;
  double last_reply_ms = -1;  // after the request
  std::string refusal;
  std::set<std::string> asked, answered, here;
  std::set<std::string> missing;  // that are known to be here
};

struct WholeRequest {
  std::map<std::string, ClusterRequest> clusters;
  std::set<std::string> expected, answered;
  std::set<std::string> missing_nowhere;  // that no cluster knows
  size_t missing() const;
  bool seen() const;
  bool is_broadcast() const;
};

// False when this is no page of federation_request_json().
bool add_request_page(std::string_view json, WholeRequest& whole);
// When all pages are there: who is missing, and where.
void find_missing(WholeRequest& whole);
// names_max: of each list.
std::string request_text(std::string_view id, const WholeRequest& whole, size_t names_max);
std::string request_json(std::string_view id, const WholeRequest& whole);

// Asks each address, prints, 0: the request was seen and nobody is missing; 1: not.
int federation_request(const std::vector<std::string>& addresses, const std::string& id,
                       bool as_json, bool all_names);

}  // namespace antiphon
