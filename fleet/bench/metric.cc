#include "fleet/bench/metric.h"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <cmath>

#include "protocol/bytes/check.h"

namespace antiphon::fleet::bench {
namespace {

constexpr double kMillion = 1e6;
constexpr double kThousand = 1e3;
constexpr double kKilobyte = 1024;
constexpr double kMegabyte = 1024 * 1024;
constexpr int kSignificantDigits = 3;

std::string significant(double value) {
  const double size = std::fabs(value);
  const int whole = size < 1 ? 1 : static_cast<int>(std::log10(size)) + 1;
  return absl::StrFormat("%.*f", std::max(0, kSignificantDigits - whole), value);
}

}  // namespace

double median(std::vector<double> values) {
  AP_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

double percentile(const std::vector<double>& sorted, double fraction) {
  AP_CHECK(!sorted.empty());
  const auto rank = static_cast<size_t>(std::ceil(fraction * static_cast<double>(sorted.size())));
  return sorted[std::clamp<size_t>(rank, 1, sorted.size()) - 1];
}

std::string format_value(double value, const std::string& unit) {
  if (unit == "bytes") {
    if (value >= kMegabyte) return significant(value / kMegabyte) + " MB";
    if (value >= kKilobyte) return significant(value / kKilobyte) + " KB";
    return significant(value) + " B";
  }
  if (unit.size() > 2 && unit.compare(unit.size() - 2, 2, "/s") == 0 && unit != "MB/s") {
    if (value >= kMillion) return significant(value / kMillion) + " M " + unit;
    if (value >= kThousand) return significant(value / kThousand) + " k " + unit;
  }
  if (unit.empty()) return absl::StrFormat("%.0f", value);
  return significant(value) + " " + unit;
}

}  // namespace antiphon::fleet::bench
