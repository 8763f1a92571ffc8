// Whether one side may be read while the other side's output waits.
//
// WHY: one request becomes hundreds of messages, so a broker that takes them in slowly fills any
// queue. Not reading leaves the messages with the broker they come from, for a while: it cuts off
// who does not read at all, with everything it had for him. So a pause has an end, and then what is
// too much is refused and counted.
// MODEL: flowing; at half of the queue paused; emptied to a quarter flowing again; paused for too
// long discarding, which ends at a quarter too. Messages may fill the whole queue; one that is larger
// than a half counts as a half, for else it would be refused however often it comes. So the bound is
// the whole, or half and one message's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace antiphon::federation {

enum class Flow : uint8_t { kFlowing, kPaused, kDiscarding };

// What a published message takes of a queue beside its subjects and payload: "PUB", the size, line ends.
inline constexpr size_t kPublishLineBytes = 32;

class BackPressure {
 public:
  BackPressure(uint64_t queue_bytes_max, int64_t pause_ms_max)
      : queue_bytes_max_(queue_bytes_max), pause_ms_max_(pause_ms_max) {}

  // Looks at the queue; returns what the flow is now.
  Flow look(uint64_t queue_bytes, int64_t now_ms) {
    if (queue_bytes <= queue_bytes_max_ / 4) {
      flow_ = Flow::kFlowing;
    } else if (flow_ == Flow::kFlowing && queue_bytes >= queue_bytes_max_ / 2) {
      flow_ = Flow::kPaused;
      paused_at_ms_ = now_ms;
    } else if (flow_ == Flow::kPaused && now_ms - paused_at_ms_ >= pause_ms_max_) {
      flow_ = Flow::kDiscarding;
    }
    return flow_;
  }
  // Whether so much may be added.
  bool has_room(uint64_t queue_bytes, uint64_t bytes) const {
    return flow_ != Flow::kDiscarding &&
           queue_bytes + std::min(bytes, queue_bytes_max_ / 2) <= queue_bytes_max_;
  }
  Flow flow() const { return flow_; }
  int64_t pause_ends_ms() const { return paused_at_ms_ + pause_ms_max_; }
  void reset() { flow_ = Flow::kFlowing; }

 private:
  const uint64_t queue_bytes_max_;
  const int64_t pause_ms_max_;
  Flow flow_ = Flow::kFlowing;
  int64_t paused_at_ms_ = 0;
};

}  // namespace antiphon::federation
