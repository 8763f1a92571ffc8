// `antiphon federation trace NODE`: the way of a request to a node and back, with times, or where
// it ends.
//
// MODEL: the answer of the node names the stations that it and the request have passed. When no
// answer comes there is nothing to read that from, so federation brokers that can be asked over
// HTTP (--brokers) say whether they have seen the request and what they made of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/client/federated_trace.h"
#include "fleet/wire/connection_flags.h"

namespace CLI {
class App;
}

namespace antiphon {

struct TraceFlags {
  fleet::ConnectionFlags connection;
  std::string node;
  std::string collective;            // empty: the usual one of the protocol's version
  std::vector<std::string> federations;
  std::vector<std::string> brokers;  // host:port of their metrics
  std::string certname;
  bool is_unsigned = false;
  std::string token_file;  // version 2
  std::string seed_file;   // empty: beside the token, under the extension .key
  double timeout_s = 2;
};

// What one federation broker says of the request.
struct TraceWitness {
  std::string identity;
  std::string cluster;
  bool collective_connected = false;
  std::string collective_server;
  bool seen = false;
  uint64_t published = 0;
  uint64_t elsewhere = 0;
  std::string refusal;  // empty: passed on
  double first_reply_ms = -1;
  bool nobody_listens = false;  // the collective's broker has no subscriber for the node
};

// From its pages /federationz?request= and ?target=; false when they are something else.
bool read_witness(std::string_view request_page, std::string_view target_page, TraceWitness& out);

// `witnesses` may be of any cluster.
std::string trace_text(const fleet::TraceResult& result, const fleet::FederatedTrace& trace,
                       const std::vector<TraceWitness>& witnesses, const std::string& node,
                       double timeout_s);

void add_trace_flags(CLI::App& command, TraceFlags& flags);
// 0: the node has answered through one of the federations; 1: through none; 2: it could not be
// asked.
int federation_trace(const TraceFlags& flags);

}  // namespace antiphon
