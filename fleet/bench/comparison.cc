#include "fleet/bench/comparison.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace antiphon::fleet::bench {
namespace {

absl::StatusOr<RunResult> run_once(const ComparisonSettings& settings, TargetSettings server,
                                   const BenchCase& bench_case) {
  server.monitored = bench_case.monitored;
  const absl::StatusOr<Target> target = Target::open(server, settings.access);
  if (!target.ok()) return target.status();
  return bench_case.run(*target);
}

}  // namespace

std::vector<double> Series::values(const std::string& metric) const {
  std::vector<double> found;
  for (const RunResult& run : runs) {
    for (const Metric& measured : run.metrics) {
      if (measured.name == metric) found.push_back(measured.value);
    }
  }
  return found;
}

bool Series::has_failed() const {
  return std::any_of(runs.begin(), runs.end(),
                     [](const RunResult& run) { return !run.failure.empty(); });
}

double CaseResult::ratio(const std::string& metric) const {
  if (series.size() < 2) return 0;
  const std::vector<double> ours = series[0].values(metric);
  const std::vector<double> theirs = series[1].values(metric);
  if (ours.empty() || theirs.empty() || median(theirs) == 0) return 0;
  return median(ours) / median(theirs);
}

absl::StatusOr<CaseResult> compare(const ComparisonSettings& settings, const BenchCase& bench_case,
                                   const OnRun& on_run) {
  CaseResult result{bench_case.title, {}};
  for (const TargetSettings& server : settings.targets) result.series.push_back({server.name, {}});
  const auto servers = static_cast<unsigned>(settings.targets.size());
  for (unsigned i = 0; i < settings.runs * servers; ++i) {
    const TargetSettings& server = settings.targets[i % servers];
    on_run(bench_case.title + ", " + server.name, i, settings.runs * servers);
    absl::StatusOr<RunResult> run = run_once(settings, server, bench_case);
    if (!run.ok()) {
      return absl::Status(run.status().code(),
                          absl::StrCat(server.name, ": ", run.status().message()));
    }
    result.series[i % servers].runs.push_back(*std::move(run));
  }
  return result;
}

}  // namespace antiphon::fleet::bench
