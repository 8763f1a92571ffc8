#include "federation/memory/asked_requests.h"

#include <absl/hash/hash.h>

#include <algorithm>
#include <bit>
#include <random>

#include "protocol/bytes/text.h"
#include "protocol/choria/json_cursor.h"

namespace antiphon::federation {
namespace {

// One for the process: what one memory knows can be added to another.
uint64_t seed() {
  static const uint64_t seed = [] {
    std::random_device random;
    return uint64_t{random()} << 32 | random();
  }();
  return seed;
}

}  // namespace

AskedRequests::Bucket::Bucket() {
  std::fill_n(times_ms, kPerBucket, kNever);
}

AskedRequests::AskedRequests(size_t entries)
    : buckets_(std::bit_ceil(std::max<size_t>(1, entries / kPerBucket))) {}

AskedKey AskedRequests::key_of(std::string_view request_id, std::string_view asker) {
  if (request_id.find('\\') != std::string_view::npos) {
    decoded_.clear();
    choria::append_decoded(request_id, decoded_);
    request_id = decoded_;
  }
  const uint64_t request = absl::HashOf(seed(), to_absl(request_id));
  return {request, absl::HashOf(request, to_absl(asker))};
}

bool AskedRequests::note(AskedKey key, int64_t now_ms) {
  return note(key, now_ms, now_ms);
}

bool AskedRequests::note(AskedKey key, int64_t asked_ms, int64_t now_ms) {
  Bucket& bucket = buckets_[index_of(key)];
  size_t oldest = 0;
  for (size_t i = 0; i < kPerBucket; ++i) {
    if (bucket.with_askers[i] == key.with_asker && bucket.requests[i] == key.request &&
        bucket.times_ms[i] != kNever) {
      const bool is_new = now_ms - bucket.times_ms[i] >= kKeptMs;
      bucket.times_ms[i] = std::max(bucket.times_ms[i], asked_ms);
      return is_new;
    }
    if (bucket.times_ms[i] < bucket.times_ms[oldest]) oldest = i;
  }
  const int64_t last_ms = std::min(bucket.times_ms[oldest], asked_ms);
  if (bucket.times_ms[oldest] != kNever && now_ms - last_ms < kLifeMs) {
    ++forgotten_;
    forgotten_ms_ = std::max(forgotten_ms_, last_ms);
  }
  if (bucket.times_ms[oldest] > asked_ms) return false;  // it is the oldest itself
  bucket.with_askers[oldest] = key.with_asker;
  bucket.requests[oldest] = key.request;
  bucket.times_ms[oldest] = asked_ms;
  return true;
}

AskedBy AskedRequests::find(AskedKey key, int64_t now_ms) const {
  const Bucket& bucket = buckets_[index_of(key)];
  AskedBy found = AskedBy::kNobody;
  for (size_t i = 0; i < kPerBucket; ++i) {
    if (bucket.requests[i] != key.request || now_ms - bucket.times_ms[i] >= kKeptMs) continue;
    if (bucket.with_askers[i] == key.with_asker) return AskedBy::kAsker;
    found = AskedBy::kAnother;
  }
  return found;
}

void AskedRequests::add_all(const AskedRequests& others, int64_t now_ms) {
  for (const Bucket& bucket : others.buckets_) {
    for (size_t i = 0; i < kPerBucket; ++i) {
      if (now_ms - bucket.times_ms[i] >= kKeptMs) continue;
      note({bucket.requests[i], bucket.with_askers[i]}, bucket.times_ms[i], now_ms);
    }
  }
  forgotten_ms_ = std::max(forgotten_ms_, others.forgotten_ms_);
}

}  // namespace antiphon::federation
