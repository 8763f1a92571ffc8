// How much a relay has passed on lately, a second: what an operator holds against the limits.
//
// MODEL: the counts at two earlier times, a step apart, are kept; the rates are those since the
// older one, so of the last one to two steps. Before that, since the beginning.
#pragma once

#include <algorithm>
#include <cstdint>

namespace antiphon::federation {

// Messages that went on; of requests also the targets that they went to.
struct PassedOn {
  uint64_t requests = 0;
  uint64_t targets = 0;
  uint64_t replies = 0;
  uint64_t events = 0;
};

struct PassedRates {
  double requests = 0;
  double targets = 0;
  double replies = 0;
  double events = 0;
};

class RecentRates {
 public:
  static constexpr int64_t kStepMs = 5000;

  explicit RecentRates(int64_t now_ms) : older_{now_ms, {}}, newer_(older_) {}

  // Once a turn.
  void look(const PassedOn& now, int64_t now_ms) {
    if (now_ms - newer_.at_ms < kStepMs) return;
    older_ = newer_;
    newer_ = {now_ms, now};
  }

  PassedRates per_second(const PassedOn& now, int64_t now_ms) const {
    // Of less than a second nothing can be said.
    const int64_t passed_ms = std::max(now_ms - older_.at_ms, kMsPerSecond);
    const double seconds = static_cast<double>(passed_ms) / kMsPerSecond;
    const auto rate = [&](uint64_t PassedOn::*count) {
      return static_cast<double>(now.*count - older_.passed.*count) / seconds;
    };
    return {rate(&PassedOn::requests), rate(&PassedOn::targets), rate(&PassedOn::replies),
            rate(&PassedOn::events)};
  }

 private:
  static constexpr int64_t kMsPerSecond = 1000;

  struct Mark {
    int64_t at_ms;
    PassedOn passed;
  };

  Mark older_;
  Mark newer_;
};

}  // namespace antiphon::federation
