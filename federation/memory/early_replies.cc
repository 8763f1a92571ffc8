#include "federation/memory/early_replies.h"

#include <algorithm>

namespace antiphon::federation {

bool EarlyReplies::add(AskedKey key, std::string_view message) {
  if (waiting_.size() >= kCountMax || bytes_ + message.size() > kBytesMax) return false;
  waiting_.push_back({key, time_ms_, std::string(message)});
  bytes_ += message.size();
  return true;
}

void EarlyReplies::turn(int64_t now_ms, bool requests_are_read) {
  const int64_t passed_ms = std::max<int64_t>(0, now_ms - last_turn_ms_);
  last_turn_ms_ = now_ms;
  if (requests_are_read) time_ms_ += std::min(passed_ms, kTurnMsMax);
}

}  // namespace antiphon::federation
