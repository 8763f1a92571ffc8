#include "federation/envelope/refusal.h"

namespace antiphon::federation {

std::string_view refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNone: return "none";
    case Refusal::kOversize: return "oversize";
    case Refusal::kMalformed: return "malformed";
    case Refusal::kAmbiguous: return "ambiguous_field";
    case Refusal::kWrongProtocol: return "wrong_protocol";
    case Refusal::kBadData: return "bad_data";
    case Refusal::kTextTooLong: return "text_too_long";
    case Refusal::kTooManyHops: return "too_many_hops";
    case Refusal::kTooManyTargets: return "too_many_targets";
    case Refusal::kNotFederated: return "not_federated";
    case Refusal::kNoTargets: return "no_targets";
    case Refusal::kNoReply: return "no_reply";
    case Refusal::kTargetNotAllowed: return "target_not_allowed";
    case Refusal::kReplyNotAllowed: return "reply_not_allowed";
    case Refusal::kNoRequest: return "no_request";
    case Refusal::kOtherAsker: return "other_asker";
    case Refusal::kLoop: return "loop";
    case Refusal::kDuplicate: return "duplicate";
    case Refusal::kLinkDown: return "link_down";
    case Refusal::kQueueFull: return "queue_full";
    case Refusal::kRateLimited: return "rate_limited";
    case Refusal::kBorderUnverified: return "border_unverified";
    case Refusal::kBorderStale: return "border_stale";
    case Refusal::kBorderDenied: return "border_denied";
    case Refusal::kBorderFailed: return "border_failed";
    case Refusal::kElsewhere: return "elsewhere";
  }
  return "none";
}

Refusal refusal_of(choria::Fault fault) {
  switch (fault) {
    case choria::Fault::kNone: return Refusal::kNone;
    case choria::Fault::kTooLarge: return Refusal::kOversize;
    case choria::Fault::kAmbiguousField: return Refusal::kAmbiguous;
    case choria::Fault::kTooLong: return Refusal::kTextTooLong;
    case choria::Fault::kBadBase64: return Refusal::kBadData;
    case choria::Fault::kWrongProtocol: return Refusal::kWrongProtocol;
    default: return Refusal::kMalformed;
  }
}

}  // namespace antiphon::federation
