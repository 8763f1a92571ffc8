#include "fleet/bench/delay_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace antiphon::fleet::bench {

size_t DelayHistogram::place_of(uint64_t ns) {
  if (ns < kSteps) return ns;
  const unsigned shift = static_cast<unsigned>(std::bit_width(ns)) - 1 - kStepBits;
  return (shift + 1) * kSteps + ((ns >> shift) - kSteps);
}

double DelayHistogram::end_of(size_t place) {
  if (place < kSteps) return static_cast<double>(place);
  const size_t shift = place / kSteps - 1;
  const size_t step = place % kSteps + kSteps;
  return std::ldexp(static_cast<double>(step + 1), static_cast<int>(shift)) - 1;
}

void DelayHistogram::add(int64_t ns) {
  ++counts_[place_of(static_cast<uint64_t>(std::max<int64_t>(ns, 0)))];
  ++count_;
}

void DelayHistogram::add(const DelayHistogram& other) {
  for (size_t i = 0; i < kPlaces; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
}

double DelayHistogram::percentile(double fraction) const {
  if (count_ == 0) return 0;
  const double wanted = fraction * static_cast<double>(count_);
  uint64_t so_far = 0;
  for (size_t i = 0; i < kPlaces; ++i) {
    so_far += counts_[i];
    if (counts_[i] > 0 && static_cast<double>(so_far) >= wanted) return end_of(i);
  }
  return 0;
}

}  // namespace antiphon::fleet::bench
