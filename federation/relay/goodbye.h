// When a relay that stops may go: both sides have sent what they had for it, then both have taken what
// it made of it.
//
// MODEL: two rounds of fences. A fence has passed when the broker has answered a PING behind all that
// was sent to it; a side that is not connected is not waited for. LIMITS: it ends kMsMax after its
// begin, whoever has not answered.
#pragma once

#include <array>
#include <cstdint>

#include "federation/relay/relay_counts.h"

namespace antiphon::federation {

class Goodbye {
 public:
  static constexpr int64_t kMsMax = 5000;

  enum class Step : uint8_t { kWait, kFenceAgain, kGo, kGoLate };

  // The caller puts a fence on each side that is open.
  void begin(int64_t now_ms) { ends_ms_ = now_ms + kMsMax; }
  void fence_passed(Side side) { passed_[static_cast<size_t>(side)] = true; }
  int64_t ends_ms() const { return ends_ms_; }

  // What to do now. After kFenceAgain the caller puts another fence on each side that is open.
  Step look(const std::array<bool, kSides>& open, int64_t now_ms) {
    bool any_open = false;
    bool all_passed = true;
    for (size_t side = 0; side < kSides; ++side) {
      any_open = any_open || open[side];
      all_passed = all_passed && (!open[side] || passed_[side]);
    }
    if (now_ms >= ends_ms_) return Step::kGoLate;
    if (!all_passed) return Step::kWait;
    if (!any_open || is_second_round_) return Step::kGo;
    is_second_round_ = true;
    passed_.fill(false);
    return Step::kFenceAgain;
  }

 private:
  int64_t ends_ms_ = 0;
  bool is_second_round_ = false;  // what comes now was made of what came in the first
  std::array<bool, kSides> passed_{};
};

}  // namespace antiphon::federation
