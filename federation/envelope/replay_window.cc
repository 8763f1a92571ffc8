#include "federation/envelope/replay_window.h"

#include <absl/hash/hash.h>

#include <bit>
#include <cstring>

#include "protocol/bytes/text.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kNever = INT64_MIN / 2;

}  // namespace

ReplayWindow::ReplayWindow(size_t entries, int64_t window_ms, uint64_t seed)
    : window_ms_(window_ms), seed_(seed) {
  if (entries == 0) return;
  buckets_.resize(std::bit_ceil((entries + kPerBucket - 1) / kPerBucket));
  for (Bucket& bucket : buckets_) std::fill_n(bucket.times_ms, kPerBucket, kNever);
}

void ReplayWindow::begin(std::string_view data) {
  if (buckets_.empty()) return;
  const choria::Sha256Digest digest = sha256_.of(data);
  std::memcpy(&data_, digest.data(), sizeof data_);
}

bool ReplayWindow::is_new(std::string_view target, int64_t now_ms) {
  if (buckets_.empty()) return true;
  const uint64_t key = absl::HashOf(data_, seed_, to_absl(target));
  Bucket& bucket = buckets_[key & (buckets_.size() - 1)];
  size_t oldest = 0;
  for (size_t i = 0; i < kPerBucket; ++i) {
    if (bucket.keys[i] == key && now_ms - bucket.times_ms[i] < window_ms_) return false;
    if (bucket.times_ms[i] < bucket.times_ms[oldest]) oldest = i;
  }
  if (now_ms - bucket.times_ms[oldest] < window_ms_) ++forgotten_;
  bucket.keys[oldest] = key;
  bucket.times_ms[oldest] = now_ms;
  return true;
}

}  // namespace antiphon::federation
