// Lame duck mode: leaving slowly, so that the clients do not all come back elsewhere at once.
//
// MODEL: a schedule. First a grace period, then the sessions are closed one after the other, spread
// over the rest of the duration but at most a second apart; then it is over.
#pragma once

#include <algorithm>
#include <cstdint>

namespace antiphon {

class LameDuck {
 public:
  LameDuck(int64_t start_ms, int64_t grace_ms, int64_t duration_ms, uint64_t sessions)
      : close_from_ms_(start_ms + grace_ms), sessions_(sessions) {
    const int64_t spread_ms = duration_ms > grace_ms ? duration_ms - grace_ms : kSpreadMsMin;
    const int64_t longest_ms = static_cast<int64_t>(sessions) * kStepMsMax;
    spread_ms_ = std::max<int64_t>(std::min(spread_ms, longest_ms), 1);
  }

  // How many sessions should have been closed by `now_ms`.
  uint64_t due(int64_t now_ms) const {
    if (now_ms < close_from_ms_) return 0;
    const int64_t passed_ms = std::min(now_ms - close_from_ms_, spread_ms_);
    const auto due =
        static_cast<uint64_t>(static_cast<double>(sessions_) * static_cast<double>(passed_ms) /
                              static_cast<double>(spread_ms_));
    return std::min(due + 1, sessions_);  // the first goes at once
  }
  bool is_over(int64_t now_ms) const {
    return now_ms >= close_from_ms_ && due(now_ms) >= sessions_;
  }

 private:
  static constexpr int64_t kSpreadMsMin = 1000;
  static constexpr int64_t kStepMsMax = 1000;

  const int64_t close_from_ms_;
  const uint64_t sessions_;
  int64_t spread_ms_ = 0;
};

}  // namespace antiphon
