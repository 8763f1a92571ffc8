// The connections that ended last, for /connz?state=closed.
//
// THREADS: any; one mutex, taken once per closed connection.
// LIMITS: keeps the last `kept_max`, of each at most kSubscriptionsKept subscriptions, and fewer when
// their subscriptions take more than kSubscriptionBytesMax; older ones are forgotten.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "broker/session/session_facts.h"

namespace antiphon {

class ClosedSessions {
 public:
  static constexpr size_t kSubscriptionsKept = 1024;
  static constexpr size_t kSubscriptionBytesMax = 16 << 20;

  explicit ClosedSessions(size_t kept_max) : kept_max_(kept_max) {}

  void add(SessionFacts facts);
  // Copies what is kept, oldest first.
  std::deque<SessionFacts> snapshot() const;
  uint64_t total() const {
    const std::lock_guard lock(mutex_);
    return total_;
  }

 private:
  // Subscriptions are kept as text without gaps: after a storm there are ten thousand times as many as
  // a client has, and hardly anybody will look at them.
  struct Closed {
    SessionFacts facts;  // without subscriptions
    std::string subscriptions;
  };
  void forget_oldest();

  const size_t kept_max_;
  mutable std::mutex mutex_;
  std::deque<Closed> kept_;
  size_t subscription_bytes_ = 0;
  uint64_t total_ = 0;
};

}  // namespace antiphon
