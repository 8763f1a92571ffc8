// How a client came to a server: users and tokens may be for some of these kinds only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/bytes/text.h"

namespace antiphon {

enum class ConnectionKind : uint8_t {
  kStandard,
  kWebsocket,
  kLeafnode,
  kLeafnodeWebsocket,
  kMqtt,
  kMqttWebsocket,
  kInProcess,
};

// By ConnectionKind; the names that configurations and tokens have for them.
inline constexpr std::array<std::string_view, 7> kConnectionKindNames = {
    "STANDARD", "WEBSOCKET", "LEAFNODE", "LEAFNODE_WS", "MQTT", "MQTT_WS", "IN_PROCESS"};

inline std::string_view connection_kind_name(ConnectionKind kind) {
  return kConnectionKindNames[static_cast<size_t>(kind)];
}

// In any case; nothing for a name that is none.
inline std::optional<ConnectionKind> connection_kind_of(std::string_view name) {
  for (size_t i = 0; i < kConnectionKindNames.size(); ++i) {
    if (equals_ignore_case(kConnectionKindNames[i], name)) return static_cast<ConnectionKind>(i);
  }
  return std::nullopt;
}

// A set of kinds; the empty one allows all, as an absent list does.
class ConnectionKinds {
 public:
  void add(ConnectionKind kind) { bits_ |= static_cast<uint8_t>(1u << static_cast<unsigned>(kind)); }
  bool empty() const { return bits_ == 0; }
  bool allows(ConnectionKind kind) const {
    return bits_ == 0 || (bits_ >> static_cast<unsigned>(kind) & 1) != 0;
  }
  bool operator==(const ConnectionKinds&) const = default;

 private:
  uint8_t bits_ = 0;
};

}  // namespace antiphon
