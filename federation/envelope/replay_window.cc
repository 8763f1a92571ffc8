#include "federation/envelope/replay_window.h"

#include <absl/hash/hash.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "federation/envelope/data_spelling.h"
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

void ReplayWindow::hash(std::string_view data, std::span<const std::string_view> targets) {
  const choria::Sha256Digest digest = sha256_.of(one_spelling(data, spelling_));
  uint64_t of_data = 0;
  std::memcpy(&of_data, digest.data(), sizeof of_data);
  keys_.clear();
  for (const std::string_view target : targets) {
    keys_.push_back(absl::HashOf(of_data, seed_, to_absl(target)));
  }
}

size_t ReplayWindow::leave_out_known(std::string_view data, std::vector<std::string_view>& targets,
                                     int64_t now_ms) {
  if (buckets_.empty()) return 0;
  hash(data, targets);
  const auto fetch = [&](size_t i) {
    if (i >= keys_.size()) return;
    const Bucket& bucket = bucket_of(keys_[i]);
    __builtin_prefetch(bucket.keys, 1);
    __builtin_prefetch(bucket.times_ms, 1);
  };
  for (size_t i = 0; i < kAhead; ++i) fetch(i);
  size_t kept = 0;
  for (size_t i = 0; i < keys_.size(); ++i) {
    fetch(i + kAhead);
    if (is_new(keys_[i], now_ms)) targets[kept++] = targets[i];
  }
  targets.resize(kept);
  return keys_.size() - kept;
}

bool ReplayWindow::is_known(std::string_view data, std::span<const std::string_view> targets,
                            int64_t now_ms) {
  if (buckets_.empty()) return false;
  hash(data, targets);
  return std::all_of(keys_.begin(), keys_.end(), [&](uint64_t key) { return has(key, now_ms); });
}

bool ReplayWindow::has(uint64_t key, int64_t now_ms) {
  const Bucket& bucket = bucket_of(key);
  for (size_t i = 0; i < kPerBucket; ++i) {
    if (bucket.keys[i] == key && now_ms - bucket.times_ms[i] < window_ms_) return true;
  }
  return false;
}

bool ReplayWindow::is_new(uint64_t key, int64_t now_ms) {
  Bucket& bucket = bucket_of(key);
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
