#include "federation/envelope/admit.h"

#include "protocol/subject/subject.h"

namespace antiphon::federation {
namespace {

bool is_heard(std::string_view target, const Admission& admission) {
  for (const std::string& pattern : admission.heard) {
    if (subject_matches(pattern, target)) return true;
  }
  return false;
}

}  // namespace

Refusal admit_request(const TransportView& transport, const Admission& admission) {
  if (!transport.federated) return Refusal::kNotFederated;
  if (transport.targets.empty()) return Refusal::kNoTargets;
  if (transport.reply_to.empty()) return Refusal::kNoReply;
  if (admission.own_hops.has(transport, Direction::kRequest) ||
      admission.own_hops.has(transport, Direction::kReply)) {
    return Refusal::kLoop;
  }
  if (!admission.replies.allows(transport.reply_to)) return Refusal::kReplyNotAllowed;
  for (const std::string_view target : transport.targets) {
    if (!admission.targets.allows(target) || is_heard(target, admission)) {
      return Refusal::kTargetNotAllowed;
    }
  }
  return Refusal::kNone;
}

Refusal admit_reply(const TransportView& transport, const Admission& admission) {
  if (!transport.federated) return Refusal::kNotFederated;
  if (transport.federation_reply_to.empty()) return Refusal::kNoReply;
  // The request came this way, so that hop may be there; a reply of ours must not.
  if (admission.own_hops.has(transport, Direction::kReply)) return Refusal::kLoop;
  if (!admission.replies.allows(transport.federation_reply_to)) return Refusal::kReplyNotAllowed;
  return Refusal::kNone;
}

}  // namespace antiphon::federation
