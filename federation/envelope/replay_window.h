// Remembers for a while which request went to which subject, so that the same one is not sent there
// twice.
//
// WHY: nothing in a transport but its data is signed, so whoever has seen a request could have it
// carried out again as long as its time to live lasts. A federation broker sees all that pass. What is
// signed is a part of the data; the envelope around it is not opened here, so the same request in
// another envelope is another one (docs/security.md).
// MODEL: what is remembered is a hash of the data in its one spelling and of the target, not of the
// rest, which anybody can change. A table of buckets, each one of kPerBucket entries; in a full bucket the oldest entry
// makes room (forgotten() counts those that were not out of date). LIMITS: its memory is fixed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/choria/digest.h"

namespace antiphon::federation {

class ReplayWindow {
 public:
  static constexpr size_t kPerBucket = 8;

  // Remembers about `entries` (0: nothing, everything is new) for window_ms.
  ReplayWindow(size_t entries, int64_t window_ms, uint64_t seed);

  // Throws out of `targets` those that have had this data within window_ms, and remembers the others.
  // Returns how many it threw out.
  size_t leave_out_known(std::string_view data, std::vector<std::string_view>& targets,
                         int64_t now_ms);

  // Whether all of them have had this data within window_ms. Remembers nothing.
  bool is_known(std::string_view data, std::span<const std::string_view> targets, int64_t now_ms);

  uint64_t forgotten() const { return forgotten_; }
  size_t memory_bytes() const { return buckets_.size() * sizeof(Bucket); }

 private:
  // Buckets lie anywhere in 16 MiB: they are asked for so many targets before they are looked at.
  static constexpr size_t kAhead = 12;

  struct Bucket {
    uint64_t keys[kPerBucket] = {};
    int64_t times_ms[kPerBucket] = {};  // when it was seen; kNever: free
  };

  Bucket& bucket_of(uint64_t key) { return buckets_[key & (buckets_.size() - 1)]; }
  void hash(std::string_view data, std::span<const std::string_view> targets);
  bool is_new(uint64_t key, int64_t now_ms);
  bool has(uint64_t key, int64_t now_ms);

  const int64_t window_ms_;
  const uint64_t seed_;
  choria::Sha256 sha256_;
  std::string spelling_;  // of data that is spelled otherwise
  uint64_t forgotten_ = 0;
  std::vector<Bucket> buckets_;
  std::vector<uint64_t> keys_;  // hashes of the data at hand with each target
};

}  // namespace antiphon::federation
