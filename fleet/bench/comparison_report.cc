#include "fleet/bench/comparison_report.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace antiphon::fleet::bench {
namespace {

using Json = nlohmann::ordered_json;

// Of all runs of all servers, in the order in which they came: a run that failed has fewer, and what
// failed in one of them nobody else may have.
std::vector<Metric> metrics_of(const CaseResult& result) {
  std::vector<Metric> all;
  const auto is_known = [&all](const Metric& metric) {
    return std::any_of(all.begin(), all.end(),
                       [&](const Metric& known) { return known.name == metric.name; });
  };
  for (const Series& series : result.series) {
    for (const RunResult& run : series.runs) {
      for (const Metric& metric : run.metrics) {
        if (!is_known(metric)) all.push_back(metric);
      }
    }
  }
  return all;
}

std::string spread(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double middle = median(values);
  if (values.size() < 2 || middle == 0) return "";
  return absl::StrFormat(" %+.0f%%/%+.0f%%", (*low / middle - 1) * 100, (*high / middle - 1) * 100);
}

std::string cell(const Series& series, const Metric& metric) {
  const std::vector<double> values = series.values(metric.name);
  if (values.empty()) return "-";
  return format_value(median(values), metric.unit) + spread(values);
}

double median_percent(const Series& series, double RunResult::*member) {
  std::vector<double> values;
  for (const RunResult& run : series.runs) values.push_back(run.*member);
  return values.empty() ? -1 : median(values);
}

std::string load_line(const Series& series) {
  const double generator = median_percent(series, &RunResult::generator_percent);
  const double server = median_percent(series, &RunResult::server_percent);
  if (generator < 0) return "";
  std::string line = absl::StrFormat("  generator: %.0f %% of a core", generator);
  if (server >= 0) absl::StrAppendFormat(&line, ", server: %.0f %%", server);
  absl::StrAppendFormat(&line, " (%s)", series.server);
  if (server >= 0 && generator > server) {
    line += "\n    note: the generator used more CPU than the server";
  }
  return line + "\n";
}

std::string failure_lines(const Series& series) {
  std::string lines;
  for (size_t i = 0; i < series.runs.size(); ++i) {
    const std::string& failure = series.runs[i].failure;
    if (failure.empty()) continue;
    absl::StrAppendFormat(&lines, "  FAILED: %s, run %d: %s\n", series.server, i + 1, failure);
  }
  return lines;
}

Json series_json(const CaseResult& result, const Series& series) {
  Json metrics = Json::array();
  for (const Metric& metric : metrics_of(result)) {
    const std::vector<double> values = series.values(metric.name);
    if (values.empty()) continue;
    metrics.push_back({{"name", metric.name},
                       {"unit", metric.unit},
                       {"better", metric.better == Better::kHigher ? "higher" : "lower"},
                       {"median", median(values)},
                       {"runs", values}});
  }
  Json failures = Json::array();
  for (const RunResult& run : series.runs) {
    if (!run.failure.empty()) failures.push_back(run.failure);
  }
  return {{"server", series.server},
          {"metrics", metrics},
          {"generator_cpu_percent", median_percent(series, &RunResult::generator_percent)},
          {"server_cpu_percent", median_percent(series, &RunResult::server_percent)},
          {"failures", failures}};
}

std::string csv_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

}  // namespace

std::string result_table(const CaseResult& result) {
  std::string out = result.title + "\n";
  absl::StrAppendFormat(&out, "  %-28s", "");
  for (const Series& series : result.series) absl::StrAppendFormat(&out, " %28s", series.server);
  out += result.series.size() == 2 ? "    ratio\n" : "\n";
  for (const Metric& metric : metrics_of(result)) {
    absl::StrAppendFormat(&out, "  %-28s", metric.name);
    for (const Series& series : result.series) {
      absl::StrAppendFormat(&out, " %28s", cell(series, metric));
    }
    if (const double ratio = result.ratio(metric.name); ratio > 0) {
      const bool wins = (ratio > 1) == (metric.better == Better::kHigher) || ratio == 1;
      absl::StrAppendFormat(&out, " %8.3g%s", ratio, wins ? "" : "  worse");
    }
    out += "\n";
  }
  for (const Series& series : result.series) out += load_line(series);
  for (const Series& series : result.series) out += failure_lines(series);
  return out;
}

std::string results_json(const std::string& scenario, const std::vector<CaseResult>& results) {
  Json cases = Json::array();
  for (const CaseResult& result : results) {
    Json servers = Json::array();
    for (const Series& series : result.series) servers.push_back(series_json(result, series));
    Json ratios = Json::object();
    for (const Metric& metric : metrics_of(result)) {
      if (const double ratio = result.ratio(metric.name); ratio > 0) ratios[metric.name] = ratio;
    }
    cases.push_back({{"case", result.title}, {"servers", servers}, {"ratios", ratios}});
  }
  return Json{{"scenario", scenario}, {"cases", cases}}.dump(2) + "\n";
}

std::string results_csv(const std::string& scenario, const std::vector<CaseResult>& results) {
  std::string out = "scenario,case,server,run,failure,metric,unit,value\n";
  for (const CaseResult& result : results) {
    for (const Series& series : result.series) {
      for (size_t i = 0; i < series.runs.size(); ++i) {
        const std::string run =
            absl::StrFormat("%s,%s,%s,%d,%s", scenario, csv_text(result.title),
                            csv_text(series.server), i + 1, csv_text(series.runs[i].failure));
        if (series.runs[i].metrics.empty()) absl::StrAppend(&out, run, ",,,\n");
        for (const Metric& metric : series.runs[i].metrics) {
          absl::StrAppendFormat(&out, "%s,%s,%s,%.9g\n", run, csv_text(metric.name), metric.unit,
                                metric.value);
        }
      }
    }
  }
  return out;
}

}  // namespace antiphon::fleet::bench
