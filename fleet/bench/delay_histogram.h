// How long things took, as counts of nearly equal times: fixed memory, percentiles within 3 %.
//
// MODEL: every power of two of nanoseconds is cut into kSteps equal parts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace antiphon::fleet::bench {

class DelayHistogram {
 public:
  // Below 0 counts as 0.
  void add(int64_t ns);
  void add(const DelayHistogram& other);
  uint64_t count() const { return count_; }
  // The time, in ns, that `fraction` of all did not pass; 0 when there are none.
  double percentile(double fraction) const;

 private:
  static constexpr unsigned kStepBits = 5;
  static constexpr uint64_t kSteps = uint64_t{1} << kStepBits;
  static constexpr size_t kPlaces = (64 - kStepBits + 1) * kSteps;
  static size_t place_of(uint64_t ns);
  static double end_of(size_t place);

  std::array<uint64_t, kPlaces> counts_{};
  uint64_t count_ = 0;
};

}  // namespace antiphon::fleet::bench
