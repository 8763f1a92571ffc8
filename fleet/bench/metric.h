// One measured figure, and what one run of a scenario measured.
#pragma once

#include <string>
#include <vector>

namespace antiphon::fleet::bench {

enum class Better : uint8_t { kHigher, kLower };

struct Metric {
  std::string name;
  std::string unit;  // "msg/s", "bytes", "us", ...
  double value = 0;
  Better better = Better::kHigher;
};

struct RunResult {
  std::vector<Metric> metrics;
  // Loss, or whatever else makes the figures worthless; empty: none.
  std::string failure;
  // CPU while measuring, in per cent of one core; below 0: not known.
  double generator_percent = -1;
  double server_percent = -1;
};

// REQUIRES: not empty. The mean of the two in the middle when their number is even.
double median(std::vector<double> values);

// The smallest value that `fraction` of all are not above. REQUIRES: sorted, not empty.
double percentile(const std::vector<double>& sorted, double fraction);

// With three significant digits and a prefix: "5.12 M msg/s", "1.4 KB", "85.2 ns".
std::string format_value(double value, const std::string& unit);

}  // namespace antiphon::fleet::bench
