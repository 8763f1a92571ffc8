// The outermost Choria message of either version: what a NATS payload holds.
//
// MODEL: a transport carries a secure request or a secure reply in `data` (base64 on the wire) and
// headers that routers may change: where replies go, who sent it, which hops it took, and, when it
// travels through a federation broker, for whom it is meant.
// LIMITS: kPayloadBytesMax, kHopsMax, kFederationTargetsMax, kSubjectBytesMax.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/choria/problem.h"
#include "protocol/choria/transport_names.h"

namespace antiphon::choria {

// One station on the way: the broker it came from, who handled it, the broker it left to.
struct Hop {
  std::string in;
  std::string processor;
  std::string out;
  bool operator==(const Hop&) const = default;
};

struct Federation {
  std::string request_id;
  std::string reply_to;              // the reply subject before the federation broker changed it
  std::vector<std::string> targets;  // NATS subjects
  bool operator==(const Federation&) const = default;
};

struct Transport {
  std::string data{};      // JSON of a secure request or reply, decoded
  std::string reply_to{};  // requests only
  std::string sender{};    // identity of the sending host
  std::vector<Hop> seen_by{};
  std::optional<Federation> federation{};  // present, even if empty, means federated
  TransportVersion version = TransportVersion::kV1;
  bool operator==(const Transport&) const = default;
};

// Of one version only, the first unless another is given. out may be reused: texts keep their memory.
Problem parse_transport(std::string_view payload, Transport& out);
Problem parse_transport(std::string_view payload, Transport& out, TransportVersion version);

void append_transport(const Transport& transport, std::string& out);
// The pieces append_transport is made of.
void append_hops(const std::vector<Hop>& hops, std::string& out);
void append_federation(const Federation& federation, std::string& out,
                       TransportVersion version = TransportVersion::kV1);

}  // namespace antiphon::choria
