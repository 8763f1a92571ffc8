// Measures the same thing on one server, or on two in turns, several times.
//
// WHY in turns: a machine that gets slower meanwhile then slows both.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <string>
#include <vector>

#include "fleet/bench/metric.h"
#include "fleet/bench/target.h"

namespace antiphon::fleet::bench {

// An error: the server could not be used at all. A run that lost messages is a result.
using Scenario = std::function<absl::StatusOr<RunResult>(const Target&)>;

struct BenchCase {
  std::string title;
  Scenario run;
  bool monitored = false;  // servers that are started serve their monitoring pages too
};

struct Series {
  std::string server;
  std::vector<RunResult> runs;

  // Of the metric in all runs that have it.
  std::vector<double> values(const std::string& metric) const;
  bool has_failed() const;
};

struct CaseResult {
  std::string title;
  std::vector<Series> series;  // one or two

  // Median of the first server's by median of the second's; nothing to divide by: 0.
  double ratio(const std::string& metric) const;
};

struct ComparisonSettings {
  std::vector<TargetSettings> targets;  // one or two
  Access access;                        // to both
  unsigned runs = 1;
};

// Called before each run: what is done, of how many runs.
using OnRun = std::function<void(const std::string& what, unsigned done, unsigned all)>;

absl::StatusOr<CaseResult> compare(const ComparisonSettings& settings, const BenchCase& bench_case,
                                   const OnRun& on_run);

}  // namespace antiphon::fleet::bench
