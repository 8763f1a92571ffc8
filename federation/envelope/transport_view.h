// A transport of either protocol version, taken apart without copying or decoding any of it.
//
// WHY: a federation broker changes a few header fields of messages whose data it must not touch and
// need not understand. The reference decodes and encodes the whole; here each field is a slice of
// the message, and the data is only looked at for being base64.
// MODEL: scan_transport() reads the message once, from front to back. Field names are those of its
// version: protocol/choria/transport_names.h.
// LIFETIME: every view points into the message. LIMITS: TransportLimits; lists have their room from
// the beginning, so a scan takes no memory unless a name is written with escapes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "federation/envelope/refusal.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/transport_names.h"

namespace antiphon::federation {

using choria::TransportVersion;

struct TransportLimits {
  size_t message_bytes_max = 1 << 20;
  size_t targets_max = choria::kFederationTargetsMax;
  size_t hops_max = choria::kHopsMax;
};

// One station on the way, each text a JSON string with its quotes, as it was written.
struct HopView {
  std::string_view in;
  std::string_view processor;
  std::string_view out;
};

struct TransportView {
  TransportView() {
    hops.reserve(choria::kHopsMax);
    targets.reserve(choria::kFederationTargetsMax);
  }

  TransportVersion version = TransportVersion::kV1;
  std::string_view data;    // base64, as written between its quotes
  std::string_view sender;  // a JSON string with its quotes; empty when there is none
  std::vector<HopView> hops;
  // Subjects are plain: printable, without escapes. Empty when there is none.
  std::string_view reply_to;
  bool federated = false;
  std::string_view request_id;           // a JSON string with its quotes; empty when there is none
  std::string_view federation_reply_to;  // a subject
  std::vector<std::string_view> targets;

  void clear();
};

// Fills `out`, which is unspecified after a refusal.
Refusal scan_transport(std::string_view message, const TransportLimits& limits, TransportView& out);

}  // namespace antiphon::federation
