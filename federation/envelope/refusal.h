// Why a message is not passed on: one exact reason each, which is also a metric's label.
//
// WHY: the reference logs a line and counts "an error"; an operator who misses answers must see
// which of a dozen things it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/choria/problem.h"

namespace antiphon::federation {

enum class Refusal : uint8_t {
  kNone,
  // Of the message
  kOversize,       // larger than message_bytes_max, or than the other side's broker takes
  kMalformed,      // no JSON, or not the JSON of a transport
  kAmbiguous,      // a field given twice, or in other letter case
  kWrongProtocol,  // neither of the two transports
  kBadData,        // `data` is not base64
  kTextTooLong,    // a name, subject or hop beyond its bound
  kTooManyHops,
  kTooManyTargets,
  kNotFederated,
  kNoTargets,
  kNoReply,
  // Of what it asks for
  kTargetNotAllowed,
  kReplyNotAllowed,
  kNoRequest,   // a reply that nobody is known to have asked for
  kOtherAsker,  // a reply to somebody else than who asked
  kLoop,       // it has been through this broker
  kDuplicate,  // each of its targets has had it inside the replay window
  // Of the moment
  kLinkDown,   // the other side is not connected
  kQueueFull,  // the other side takes in too slowly
  kRateLimited,
  // Of a border between two authorities
  kBorderUnverified,  // it cannot be shown who asks
  kBorderStale,       // its time to live is over, or has not begun
  kBorderDenied,      // the policy does not allow it
  kBorderFailed,      // what signs for the other side is missing or has ended
  kElsewhere,  // nobody here listens to any of its targets: no fault, other federations have them
};
inline constexpr size_t kRefusals = static_cast<size_t>(Refusal::kElsewhere) + 1;

// "target_not_allowed"
std::string_view refusal_name(Refusal refusal);

Refusal refusal_of(choria::Fault fault);

}  // namespace antiphon::federation
