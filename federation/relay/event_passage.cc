#include "federation/relay/event_passage.h"

#include <algorithm>

#include "federation/envelope/subject_rules.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kFederated = "federated.";

}  // namespace

Refusal EventPassage::judge(std::string_view subject, size_t bytes, const Room& room,
                            int64_t now_ms) {
  if (subject.starts_with(kFederated)) return Refusal::kLoop;
  if (subject.size() > kPublishedSubjectBytesMax) return Refusal::kTextTooLong;
  if (!room.is_open) return Refusal::kLinkDown;
  if (bytes > message_bytes_max_ || bytes > room.max_payload) return Refusal::kOversize;
  if (!rate_.has(1, now_ms)) return Refusal::kRateLimited;
  subject_.assign(prefix_).append(subject);
  const uint64_t wanted = subject_.size() + bytes + kPublishLineBytes;
  // A large one counts as half of what events may fill, as it does there for all messages.
  const uint64_t quarter = queue_bytes_max_ / 4;
  if (room.pending_bytes + std::min(wanted, quarter / 2) > quarter ||
      !room.pressure.has_room(room.pending_bytes, wanted)) {
    return Refusal::kQueueFull;
  }
  rate_.take(1);
  return Refusal::kNone;
}

Refusal EventPassage::take(std::string_view subject, size_t bytes, const Room& room,
                           int64_t now_ms) {
  ++counts_.received;
  const Refusal refusal = judge(subject, bytes, room, now_ms);
  if (refusal == Refusal::kNone) {
    ++counts_.forwarded;
  } else {
    ++counts_.refused[static_cast<size_t>(refusal)];
  }
  return refusal;
}

}  // namespace antiphon::federation
