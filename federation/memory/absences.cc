#include "federation/memory/absences.h"

#include <absl/hash/hash.h>

#include <algorithm>
#include <bit>
#include <charconv>

#include "protocol/bytes/text.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kNever = INT64_MIN / 2;
constexpr char kHex[] = "0123456789abcdef";

}  // namespace

Absences::Absences(size_t entries, int64_t expiry_ms, uint64_t seed)
    : expiry_ms_(expiry_ms), seed_(seed) {
  buckets_.resize(std::bit_ceil((entries + kPerBucket - 1) / kPerBucket));
  forget_all();
}

void Absences::forget_all() {
  for (Bucket& bucket : buckets_) {
    std::fill_n(bucket.keys, kPerBucket, 0);
    std::fill_n(bucket.times_ms, kPerBucket, kNever);
  }
}

uint64_t Absences::key_of(std::string_view subject) const {
  return absl::HashOf(seed_, to_absl(subject));
}

int64_t Absences::noted_ms(uint64_t key, int64_t now_ms) const {
  const Bucket& bucket = bucket_of(key);
  for (size_t i = 0; i < kPerBucket; ++i) {
    if (bucket.keys[i] == key && now_ms - bucket.times_ms[i] < expiry_ms_) {
      return bucket.times_ms[i];
    }
  }
  return -1;
}

void Absences::note(uint64_t key, int64_t now_ms) {
  Bucket& bucket = buckets_[key & (buckets_.size() - 1)];
  size_t place = 0;
  for (size_t i = 0; i < kPerBucket; ++i) {
    if (bucket.keys[i] == key) {
      place = i;
      break;
    }
    if (bucket.times_ms[i] < bucket.times_ms[place]) place = i;
  }
  bucket.keys[place] = key;
  bucket.times_ms[place] = now_ms;
}

uint32_t Absences::count(int64_t now_ms) const {
  uint32_t count = 0;
  for (const Bucket& bucket : buckets_) {
    for (const int64_t noted_ms : bucket.times_ms) count += now_ms - noted_ms < expiry_ms_;
  }
  return count;
}

void Absences::write_key(uint64_t key, char* out) {
  for (size_t i = kKeyLetters; i-- > 0; key >>= 4) out[i] = kHex[key & 0xF];
}

std::optional<uint64_t> Absences::read_key(std::string_view letters) {
  uint64_t key = 0;
  const char* end = letters.data() + letters.size();
  if (letters.size() != kKeyLetters) return std::nullopt;
  const auto [stop, error] = std::from_chars(letters.data(), end, key, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return key;
}

}  // namespace antiphon::federation
