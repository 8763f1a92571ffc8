#include "fleet/plan/quantity.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <cmath>

namespace antiphon::fleet::plan {
namespace {

constexpr int kSignificantDigits = 3;
constexpr size_t kGroupDigits = 3;
constexpr double kKilobyte = 1024;
constexpr double kMillisecond = 1e-3;
constexpr double kMicrosecond = 1e-6;
constexpr double kMinute = 60;
constexpr double kMinutesFrom = 3 * kMinute;

}  // namespace

std::string number_text(double number) {
  const double size = std::fabs(number);
  // Small fractions keep their digits, so that no cost looks like nothing.
  const int whole = size == 0 ? 1 : static_cast<int>(std::floor(std::log10(size))) + 1;
  return absl::StrFormat("%.*f", std::clamp(kSignificantDigits - whole, 0, 6), number);
}

std::string bytes_text(double bytes) {
  constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB"};
  size_t unit = 0;
  while (bytes >= kKilobyte && unit + 1 < std::size(kUnits)) {
    bytes /= kKilobyte;
    ++unit;
  }
  if (unit == 0) return absl::StrFormat("%.0f B", bytes);
  return absl::StrCat(number_text(bytes), " ", kUnits[unit]);
}

std::string seconds_text(double seconds) {
  if (seconds >= kMinutesFrom) return number_text(seconds / kMinute) + " min";
  if (seconds >= 1) return number_text(seconds) + " s";
  if (seconds >= kMillisecond) return number_text(seconds / kMillisecond) + " ms";
  return number_text(seconds / kMicrosecond) + " us";
}

std::string count_text(double count) {
  const std::string digits = absl::StrFormat("%.0f", count);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    const bool first = i == 0 || (i == 1 && digits[0] == '-');
    if (!first && (digits.size() - i) % kGroupDigits == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace antiphon::fleet::plan
