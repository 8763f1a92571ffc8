// The connections that ended last, for /connz?state=closed.
//
// MODEL: pages of records (closed_record.h). The last page is being filled; those before it are
// compressed: the clients of a fleet differ in a name and some numbers.
// THREADS: any; one mutex, taken once per closed connection, and held while a page is compressed
// or all are copied as they are.
// LIMITS: keeps the last `kept_max`, of each at most kSubscriptionsKept subscriptions, and fewer when
// their subscriptions take more than kSubscriptionBytesMax before they are compressed; older ones are
// forgotten, a page at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "broker/session/session_facts.h"

namespace antiphon {

class ClosedSessions {
 public:
  static constexpr size_t kSubscriptionsKept = 512;
  static constexpr size_t kSubscriptionBytesMax = 16 << 20;
  static constexpr size_t kPageBytes = 32 << 10;  // from then on a page is full

  explicit ClosedSessions(size_t kept_max) : kept_max_(kept_max) {}

  void add(const SessionFacts& facts);
  // Copies what is kept, oldest first.
  std::deque<SessionFacts> snapshot(WithSubscriptions with = WithSubscriptions::kYes) const;
  uint64_t total() const {
    const std::lock_guard lock(mutex_);
    return total_;
  }
  // What the records take. For tests.
  size_t bytes() const;

 private:
  struct Page {
    std::string records;
    size_t count = 0;
    size_t subscription_bytes = 0;
    bool compressed = false;
  };
  void forget_oldest();

  const size_t kept_max_;
  mutable std::mutex mutex_;
  std::deque<Page> pages_;
  size_t count_ = 0;  // in all pages; of them the last kept_max_ are shown
  size_t subscription_bytes_ = 0;
  uint64_t total_ = 0;
};

}  // namespace antiphon
