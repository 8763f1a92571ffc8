// What the fields of a transport are called in the two versions of the protocol.
// SOURCE: go-choria 0.29.4's JSON schemas.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace antiphon::choria {

enum class TransportVersion : uint8_t { kV1, kV2 };

struct TransportNames {
  std::string_view protocol;
  // In the order in which the reference writes them: reply subject, sender, hops, federation.
  std::array<std::string_view, 4> headers;
  // Request id, reply subject, targets.
  std::array<std::string_view, 3> federation;
};

inline constexpr TransportNames kTransportNames[] = {
    {"choria:transport:1",
     {"reply-to", "mc_sender", "seen-by", "federation"},
     {"req", "reply-to", "target"}},
    {"io.choria.protocol.v2.transport",
     {"reply", "sender", "trace", "federation"},
     {"request", "reply", "targets"}},
};

constexpr const TransportNames& names_of(TransportVersion version) {
  return kTransportNames[static_cast<size_t>(version)];
}

}  // namespace antiphon::choria
