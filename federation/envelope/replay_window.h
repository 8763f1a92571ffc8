// Remembers for a while which request went to which subject, so that the same one is not sent there
// twice.
//
// WHY: nothing in a transport but its data is signed, so whoever has seen a request could have it
// carried out again as long as its time to live lasts. A federation broker sees all that pass.
// MODEL: what is remembered is a hash of the data and the target, not of the rest, which anybody
// can change. A table of buckets, each one of kPerBucket entries; in a full bucket the oldest entry
// makes room (forgotten() counts those that were not out of date). LIMITS: its memory is fixed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "protocol/choria/digest.h"

namespace antiphon::federation {

class ReplayWindow {
 public:
  static constexpr size_t kPerBucket = 8;

  // Remembers about `entries` (0: nothing, everything is new) for window_ms.
  ReplayWindow(size_t entries, int64_t window_ms, uint64_t seed);

  // What the following calls of is_new() are about.
  void begin(std::string_view data);
  // True the first time in window_ms; remembers it.
  bool is_new(std::string_view target, int64_t now_ms);

  uint64_t forgotten() const { return forgotten_; }
  size_t memory_bytes() const { return buckets_.size() * sizeof(Bucket); }

 private:
  struct Bucket {
    uint64_t keys[kPerBucket] = {};
    int64_t times_ms[kPerBucket] = {};  // when it was seen; kNever: free
  };

  const int64_t window_ms_;
  const uint64_t seed_;
  choria::Sha256 sha256_;
  uint64_t data_ = 0;
  uint64_t forgotten_ = 0;
  std::vector<Bucket> buckets_;
};

}  // namespace antiphon::federation
