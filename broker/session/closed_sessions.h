// The connections that ended last, for /connz?state=closed.
//
// THREADS: any; one mutex, taken once per closed connection.
// LIMITS: keeps the last `kept_max`; older ones are forgotten.
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
  explicit ClosedSessions(size_t kept_max) : kept_max_(kept_max) {}

  void add(SessionFacts facts) {
    const std::lock_guard lock(mutex_);
    ++total_;
    if (kept_max_ == 0) return;
    if (kept_.size() == kept_max_) kept_.pop_front();
    kept_.push_back(std::move(facts));
  }
  // Copies what is kept, oldest first.
  std::deque<SessionFacts> snapshot() const {
    const std::lock_guard lock(mutex_);
    return kept_;
  }
  uint64_t total() const {
    const std::lock_guard lock(mutex_);
    return total_;
  }

 private:
  const size_t kept_max_;
  mutable std::mutex mutex_;
  std::deque<SessionFacts> kept_;
  uint64_t total_ = 0;
};

}  // namespace antiphon
