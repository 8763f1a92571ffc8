// Replies whose requests are not known yet: they wait a moment for them.
//
// WHY: a request that another federation broker has taken is known here by a copy. It is on another
// connection than the reply, and may be read later.
// MODEL: copies of the messages in the order in which they came. Their time is that of turns in which
// the requests' side was read: what stands still here, or is not read because the other side is slow,
// cannot bring a copy. LIMITS: kBytesMax, kCountMax and kMsMax.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "federation/memory/asked_requests.h"

namespace antiphon::federation {

struct EarlyReply {
  AskedKey key;
  int64_t came_ms;  // of its own time
  std::string message;
};

class EarlyReplies {
 public:
  static constexpr int64_t kMsMax = 2000;
  static constexpr int64_t kTurnMsMax = 250;  // that pass in a turn
  static constexpr size_t kBytesMax = 8 << 20;
  static constexpr size_t kCountMax = 4096;

  // False: there is no room.
  bool add(AskedKey key, std::string_view message);
  void turn(int64_t now_ms, bool requests_are_read);

  bool empty() const { return waiting_.empty(); }
  size_t count() const { return waiting_.size(); }
  // Whether its time is over.
  bool is_late(const EarlyReply& reply) const { return time_ms_ - reply.came_ms >= kMsMax; }
  bool is_any_late() const { return !empty() && is_late(waiting_.front()); }

  // Those of which goes(reply) is true, the oldest first; they wait no more.
  template <typename Goes>
  std::vector<EarlyReply> take_if(Goes goes) {
    std::vector<EarlyReply> taken;
    std::vector<EarlyReply> kept;
    bytes_ = 0;
    for (EarlyReply& one : waiting_) {
      const bool is_taken = goes(std::as_const(one));
      if (!is_taken) bytes_ += one.message.size();
      (is_taken ? taken : kept).push_back(std::move(one));
    }
    waiting_ = std::move(kept);
    return taken;
  }

 private:
  std::vector<EarlyReply> waiting_;
  size_t bytes_ = 0;
  int64_t time_ms_ = 0;
  int64_t last_turn_ms_ = INT64_MAX;
};

}  // namespace antiphon::federation
