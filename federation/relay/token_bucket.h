// A rate: so many a second on average, and what one second allows at once.
//
// MODEL: what is more than a whole bucket may go when the bucket is full, and is paid for
// afterwards: a request of 200 targets passes a limit of 100 targets a second, every two seconds.
#pragma once

#include <algorithm>
#include <cstdint>

namespace antiphon::federation {

class TokenBucket {
 public:
  // 0: no limit.
  explicit TokenBucket(double per_second)
      : per_ms_(per_second / 1000), most_(std::max(per_second, 1.0)), tokens_(most_) {}

  bool is_on() const { return per_ms_ > 0; }
  bool has(double tokens, int64_t now_ms) {
    if (!is_on()) return true;
    tokens_ = std::min(most_, tokens_ + static_cast<double>(now_ms - filled_ms_) * per_ms_);
    filled_ms_ = now_ms;
    return tokens_ >= std::min(tokens, most_);
  }
  void take(double tokens) {
    if (is_on()) tokens_ -= tokens;
  }

 private:
  const double per_ms_;
  const double most_;
  double tokens_;
  int64_t filled_ms_ = 0;
};

}  // namespace antiphon::federation
