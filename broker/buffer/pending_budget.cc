#include "broker/buffer/pending_budget.h"

#include <algorithm>

namespace antiphon {
namespace {

// Down to this part of max(): less often, and not for the sake of a few bytes.
constexpr uint64_t kKeptEighths = 7;

// A shard's steps: small against the budget, large against a turn's traffic.
constexpr uint64_t kStepBytesMin = 256;
constexpr uint64_t kStepBytesMax = 64 * 1024;
constexpr uint64_t kStepsMin = 64;  // in the whole budget

}  // namespace

uint64_t PendingBudget::step_bytes() const {
  return std::clamp(max() / kStepsMin, kStepBytesMin, kStepBytesMax);
}

bool PendingBudget::begin_round_if_exceeded() {
  const uint64_t used = in_use();
  const uint64_t most = max();
  if (used <= most) return false;
  uint32_t none = 0;
  // Acquire: pairs with leave_round(), so that the last round's readers are done with it.
  if (!to_come_.compare_exchange_strong(none, shards_, std::memory_order_acquire)) return false;
  const double excess = static_cast<double>(used - most / 8 * kKeptEighths);
  const auto part = static_cast<uint64_t>(excess / static_cast<double>(used) * kWhole) + 1;
  const uint64_t number = (round_.load(std::memory_order_relaxed) >> 32) + 1;
  // Release: pairs with round().
  round_.store(number << 32 | std::min<uint64_t>(part, kWhole), std::memory_order_release);
  return true;
}

PendingBudget::Round PendingBudget::round() const {
  const uint64_t packed = round_.load(std::memory_order_acquire);
  return {static_cast<uint32_t>(packed >> 32), static_cast<uint32_t>(packed)};
}

}  // namespace antiphon
