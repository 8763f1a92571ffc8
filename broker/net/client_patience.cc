#include "broker/net/client_patience.h"

#include <algorithm>
#include <cmath>

namespace antiphon {
namespace {

// Smoothing as TCP estimates its round-trip time (RFC 6298).
constexpr double kMeanGain = 1.0 / 8;
constexpr double kDeviationGain = 1.0 / 4;
constexpr double kDeviations = 4;

}  // namespace

void ClientPatience::left_at(int64_t age_ms) {
  if (age_ms < kPatienceMinMs) return;
  ages_ms_[next_] = age_ms;
  next_ = (next_ + 1) % kRemembered;
  known_ = std::min(known_ + 1, kRemembered);
}

void ClientPatience::took(int64_t duration_ms) {
  const double error = static_cast<double>(duration_ms) - mean_ms_;
  mean_ms_ += kMeanGain * error;
  deviation_ms_ += kDeviationGain * (std::abs(error) - deviation_ms_);
}

int64_t ClientPatience::needed_ms() const {
  const double needed_ms = std::ceil(mean_ms_ + kDeviations * deviation_ms_);
  return static_cast<int64_t>(std::min(needed_ms, static_cast<double>(kNeededMaxMs)));
}

bool ClientPatience::is_about_to_leave(int64_t age_ms) const {
  if (known_ < kKnownMin) return false;
  const int64_t end_ms = age_ms + needed_ms();
  size_t as_old = 0;
  size_t left = 0;
  for (size_t i = 0; i < known_; ++i) {
    if (ages_ms_[i] + kSamePatienceMs < age_ms) continue;
    ++as_old;
    if (ages_ms_[i] <= end_ms) ++left;
  }
  return 2 * left > as_old;
}

}  // namespace antiphon
