// What a relay has done so far. Plain numbers of its own thread; others get a copy.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "federation/envelope/hop_text.h"
#include "federation/envelope/refusal.h"

namespace antiphon::federation {

enum class Side : uint8_t { kFederation, kCollective };
inline constexpr size_t kSides = 2;
inline constexpr size_t kDirections = 2;

constexpr Side other(Side side) {
  return side == Side::kFederation ? Side::kCollective : Side::kFederation;
}
// "federation", "collective": also what the reference's metrics call them.
constexpr const char* side_name(Side side) {
  return side == Side::kFederation ? "federation" : "collective";
}
constexpr const char* direction_name(Direction direction) {
  return direction == Direction::kRequest ? "request" : "reply";
}
// Where messages of this direction come from.
constexpr Side source(Direction direction) {
  return direction == Direction::kRequest ? Side::kFederation : Side::kCollective;
}
constexpr Direction direction_from(Side side) {
  return side == Side::kFederation ? Direction::kRequest : Direction::kReply;
}

struct DirectionCounts {
  uint64_t received = 0;     // messages that came in
  uint64_t transformed = 0;  // that were good
  uint64_t forwarded = 0;    // that were passed on, to one target at least
  uint64_t published = 0;    // messages that went out: one for each target
  uint64_t duplicate_targets = 0;  // left out, because they have had this request
  uint64_t transform_ns = 0;
  uint64_t publish_ns = 0;
  std::array<uint64_t, kRefusals> refused{};
};

struct SideCounts {
  bool connected = false;
  std::string server;     // URL, while connected
  uint64_t connects = 0;  // logins that succeeded
  uint64_t failures = 0;  // connections that ended or could not be made
  uint64_t complaints = 0;  // of its broker, such as a permission that is missing
  uint64_t queue_bytes = 0;
  uint64_t queue_bytes_high = 0;  // the most there ever was
  uint64_t pauses = 0;            // how often its output stopped the other side's input
};

struct RelayReport {
  std::string identity;
  std::string cluster;
  std::array<DirectionCounts, kDirections> directions{};
  std::array<SideCounts, kSides> sides{};
  uint64_t replay_forgotten = 0;
  uint64_t queue_bytes_max = 0;
  bool ready() const { return sides[0].connected && sides[1].connected; }
};

}  // namespace antiphon::federation
