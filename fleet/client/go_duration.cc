#include "fleet/client/go_duration.h"

#include <absl/strings/str_cat.h>

namespace antiphon::fleet {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr int64_t kMsPerSecond = 1000;
constexpr int64_t kSecondsPerMinute = 60;
constexpr int64_t kSecondsPerHour = 3600;

// "2.5" of 2500: without zeros at the end.
std::string decimal_seconds(int64_t ms) {
  std::string text = std::to_string(ms / kMsPerSecond);
  const int64_t fraction = ms % kMsPerSecond;
  if (fraction == 0) return text;
  std::string digits = std::to_string(kMsPerSecond + fraction).substr(1);
  while (digits.back() == '0') digits.pop_back();
  return text + "." + digits;
}

}  // namespace

std::string go_duration_ms(int64_t ns) {
  const int64_t ms = (ns + kNsPerMs / 2) / kNsPerMs;
  if (ms == 0) return "0s";
  if (ms < kMsPerSecond) return absl::StrCat(ms, "ms");
  const int64_t seconds = ms / kMsPerSecond;
  const std::string rest = decimal_seconds(ms % (kSecondsPerMinute * kMsPerSecond)) + "s";
  if (seconds < kSecondsPerMinute) return rest;
  const int64_t minutes = seconds % kSecondsPerHour / kSecondsPerMinute;
  if (seconds < kSecondsPerHour) return absl::StrCat(minutes, "m", rest);
  return absl::StrCat(seconds / kSecondsPerHour, "h", minutes, "m", rest);
}

}  // namespace antiphon::fleet
