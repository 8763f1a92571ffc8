// What a relay has done so far. Plain numbers of its own thread; others get a copy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "federation/envelope/hop_text.h"
#include "federation/envelope/refusal.h"
#include "federation/memory/ledger.h"
#include "federation/relay/recent_rates.h"

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
  uint64_t elsewhere_targets = 0;  // left out, because nobody here listens to them
  uint64_t ingest_ns = 0;  // reading and judging what came in
  uint64_t transform_ns = 0;
  uint64_t publish_ns = 0;
  std::array<uint64_t, kRefusals> refused{};

  // What became of one that was received.
  void ended(Refusal refusal) {
    if (refusal == Refusal::kNone) {
      ++forwarded;
    } else {
      ++refused[static_cast<size_t>(refusal)];
    }
  }
};

struct SideCounts {
  bool connected = false;
  std::string server;     // URL, while connected
  bool in_process = false;  // that server is in this process
  uint64_t connects = 0;  // logins that succeeded
  uint64_t failures = 0;  // connections that ended or could not be made
  uint64_t lost_bytes = 0;  // of messages that waited for it when a connection ended
  uint64_t look_ups = 0;    // of its brokers' names
  uint64_t look_up_failures = 0;
  uint64_t complaints = 0;  // of its broker, such as a permission that is missing
  uint64_t queue_bytes = 0;
  uint64_t queue_bytes_high = 0;  // the most there ever was
  uint64_t pauses = 0;            // how often its output stopped the other side's input
};

// What goes up beside requests and replies.
struct EventCounts {
  uint64_t received = 0;
  uint64_t forwarded = 0;
  std::array<uint64_t, kRefusals> refused{};
};

// Whether copies come of the requests that others of the cluster take.
enum class Hearing : uint8_t {
  kOff,        // replies are not held against requests
  kNotYet,     // the federation's broker has not taken the subscription
  kYes,
  kForbidden,  // it refuses it: what is unknown passes
};
constexpr const char* hearing_name(Hearing hearing) {
  switch (hearing) {
    case Hearing::kOff: return "off";
    case Hearing::kNotYet: return "not_yet";
    case Hearing::kYes: return "yes";
    case Hearing::kForbidden: return "forbidden";
  }
  return "off";
}

// What replies are held against, and what became of those that nothing was known of.
struct AskedCounts {
  Hearing hearing = Hearing::kOff;
  bool others_known = false;  // federation brokers that share the cluster's work
  uint64_t heard = 0;         // copies of requests
  uint64_t forgotten = 0;     // requests that made room for others while they could still be answered
  uint64_t unknown_passed = 0;  // replies, because their requests could not be known here
  uint64_t waited = 0;          // replies that came before their requests were known
  uint32_t waiting = 0;         // of them, now
};

// As configured; 0: none.
struct RateLimits {
  double requests_per_s = 0;
  double targets_per_s = 0;
  double events_per_s = 0;
};

// One of the last requests, for a list.
struct RequestLine {
  std::string id;
  int64_t ms_ago = 0;
  uint32_t targets = 0;
  uint32_t published = 0;
  uint32_t elsewhere = 0;
  uint32_t refused = 0;
  uint32_t replies = 0;
};
inline constexpr size_t kRequestLinesMax = 20;

struct RelayReport {
  std::string identity;
  std::string cluster;
  std::array<DirectionCounts, kDirections> directions{};
  std::array<SideCounts, kSides> sides{};
  uint64_t replay_forgotten = 0;
  uint64_t queue_bytes_max = 0;
  PlacementCounts placement;
  EventCounts events;
  uint64_t error_replies = 0;
  std::vector<RequestLine> requests;  // the last kRequestLinesMax, the newest first
  std::optional<uint64_t> carried_over = std::nullopt;  // requests; nothing where there is no border
  PassedRates rates = {};
  RateLimits limits = {};
  AskedCounts asked = {};
  bool ready() const { return sides[0].connected && sides[1].connected; }
};

// What one federation broker knows of one request.
struct RequestReport {
  std::string identity;
  std::string cluster;
  bool ready = false;
  bool federation_connected = false;
  bool collective_connected = false;
  std::string collective_server;  // that it is, or was last, connected to
  bool seen = false;              // the rest, but for `here`, is empty when it has not been
  RequestRecord record;
  int64_t ms_ago = 0;
  std::vector<std::string> asked;
  std::vector<std::string> answered;
  std::vector<std::string> here;  // nodes that have answered some request through this broker
};

struct TargetReport {
  std::string identity;
  std::string cluster;
  bool ready = false;
  PlacementMode placement = PlacementMode::kOff;
  TargetFacts facts;
};

}  // namespace antiphon::federation
