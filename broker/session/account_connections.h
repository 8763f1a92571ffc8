// How many clients each account has, on all shards together.
//
// SHARD: any. The lock is taken when a shard opens an account, never for a client.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>

#include "broker/runtime/strong_id.h"

namespace antiphon {

class AccountConnections {
 public:
  // The same for all shards, as long as this lives.
  std::atomic<int64_t>& of(AccountId account) {
    const std::lock_guard lock(mutex_);
    while (counts_.size() <= account.value) counts_.emplace_back(0);
    return counts_[account.value];
  }

 private:
  std::mutex mutex_;
  std::deque<std::atomic<int64_t>> counts_;  // its elements stay where they are
};

}  // namespace antiphon
