#include "federation/memory/other_members.h"

#include <algorithm>

namespace antiphon::federation {

void OtherMembers::begin(int64_t now_ms) {
  end();
  counts_ = true;
  is_first_while_ = true;
  whiles_ = 0;
  ahead_ = least_ = floor_ = 0;
  while_begin_ms_ = now_ms;
}

void OtherMembers::heard_copy(int64_t now_ms) {
  ++ahead_;
  look(now_ms);
}

void OtherMembers::took_request(int64_t now_ms) {
  --ahead_;
  look(now_ms);
}

void OtherMembers::look(int64_t now_ms) {
  if (!counts_) return;
  least_ = std::min(least_, ahead_);
  least_since_asked_ = std::min(least_since_asked_, ahead_);
  if (is_first_while_) floor_ = std::max(floor_, ahead_);
  if (now_ms - while_begin_ms_ < kWhileMs) return;
  whiles_ = !is_first_while_ && least_ > floor_ ? whiles_ + 1 : 0;
  if (whiles_ == kWhiles) {
    is_likely_ = true;
    whiles_ = 0;
  }
  is_first_while_ = false;
  least_ = ahead_;
  while_begin_ms_ = now_ms;
}

void OtherMembers::proof_came(int64_t now_ms) {
  if (is_asked_ && least_since_asked_ > floor_) {
    known_ms_ = now_ms;
    floor_ = least_since_asked_;
  }
  is_likely_ = is_asked_ = false;
}

void OtherMembers::take_over(const OtherMembers& earlier, int64_t now_ms) {
  known_ms_ = earlier.known_ms_;
  // Until it has gone, the earlier one is another.
  if (counts_) begin(now_ms);
}

}  // namespace antiphon::federation
