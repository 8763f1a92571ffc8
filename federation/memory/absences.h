// Remembers for a while which subjects of nodes nobody listened to on the collective's side.
//
// WHY: a client sends a directed request to every federation, and each but one of them publishes it
// for nobody: megabytes to encrypt and to send. The collective's broker knows better than anybody
// who is there, and says so when a message carries a reply subject ("no responders").
// MODEL: each message to a node carries a reply subject that ends in the key of its target, so the
// broker's answer needs no table of what was asked. Fixed memory, as in replay_window.h: in a full
// bucket the oldest entry makes room.
// INVARIANTS: an absence is good for expiry_ms from the broker's answer and is never prolonged
// without a new answer, and what is left out gets none. So a wrong one loses requests for expiry_ms
// at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace antiphon::federation {

class Absences {
 public:
  static constexpr size_t kPerBucket = 8;
  static constexpr size_t kKeyLetters = 16;

  // REQUIRES: entries > 0.
  Absences(size_t entries, int64_t expiry_ms, uint64_t seed);

  uint64_t key_of(std::string_view subject) const;
  void note(uint64_t key, int64_t now_ms);
  void forget_all();
  // When it was noted; -1 when it was not, or is out of date.
  int64_t noted_ms(uint64_t key, int64_t now_ms) const;
  // How many there are: looks at each.
  uint32_t count(int64_t now_ms) const;

  // The key as 16 hexadecimal letters, for the end of a subject, and back.
  static void write_key(uint64_t key, char* out);
  static std::optional<uint64_t> read_key(std::string_view letters);

 private:
  struct Bucket {
    uint64_t keys[kPerBucket];
    int64_t times_ms[kPerBucket];  // kNever: free
  };
  const Bucket& bucket_of(uint64_t key) const { return buckets_[key & (buckets_.size() - 1)]; }

  const int64_t expiry_ms_;
  const uint64_t seed_;
  std::vector<Bucket> buckets_;
};

}  // namespace antiphon::federation
