// Which requests have been asked, and where their replies are to go: what replies are held against.
//
// WHY: a reply carries the id of its request and the subject that it goes to, and nothing signs
// either; so whoever may publish to the subject of replies could reach any asker of the federation.
// MODEL: of each request a hash of its id, and one of the id and the reply subject. A table of
// buckets by the id; in a full one the oldest entry makes room. One that is younger than kLifeMs may
// still be answered: once it had to go, has_forgotten() is true until its replies have come, too.
// Ids are compared decoded: a node may write another spelling of the same JSON text.
// LIMITS: `entries`, 24 bytes each; an entry counts for kKeptMs. No allocation, but for an id that is
// written with escapes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::federation {

// A request as its replies name it.
struct AskedKey {
  uint64_t request = 0;
  uint64_t with_asker = 0;
};

enum class AskedBy : uint8_t {
  kAsker,    // who the reply is for
  kAnother,  // the request is known, and its replies go elsewhere
  kNobody,   // that is known of
};

class AskedRequests {
 public:
  static constexpr size_t kPerBucket = 16;
  // Actions run for three minutes at most, but for few: replies come within that time.
  static constexpr int64_t kLifeMs = 180'000;
  static constexpr int64_t kKeptMs = 3'600'000;

  explicit AskedRequests(size_t entries);

  // The id as a JSON string with its quotes; empty where there is none.
  AskedKey key_of(std::string_view request_id, std::string_view asker);
  // Returns whether it was not known.
  bool note(AskedKey key, int64_t now_ms);
  AskedBy find(AskedKey key, int64_t now_ms) const;
  // Of another memory of this process, whatever this one does not know.
  void add_all(const AskedRequests& others, int64_t now_ms);

  // Whether one that may still be answered had to make room.
  bool has_forgotten(int64_t now_ms) const { return now_ms - forgotten_ms_ < kLifeMs; }
  uint64_t forgotten() const { return forgotten_; }

 private:
  static constexpr int64_t kNever = INT64_MIN / 2;

  struct Bucket {
    uint64_t with_askers[kPerBucket] = {};
    uint64_t requests[kPerBucket] = {};
    int64_t times_ms[kPerBucket];  // when it was asked last; kNever: free

    Bucket();
  };

  size_t index_of(AskedKey key) const { return key.request & (buckets_.size() - 1); }
  bool note(AskedKey key, int64_t asked_ms, int64_t now_ms);

  std::vector<Bucket> buckets_;
  std::string decoded_;  // an id
  int64_t forgotten_ms_ = kNever;  // when the youngest of them was asked
  uint64_t forgotten_ = 0;
};

}  // namespace antiphon::federation
