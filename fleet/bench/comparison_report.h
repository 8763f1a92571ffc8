// Results as a table for people, as JSON, and as CSV.
#pragma once

#include <string>
#include <vector>

#include "fleet/bench/comparison.h"

namespace antiphon::fleet::bench {

// Medians, the spread of the runs, the ratio of the two servers, what failed, and whether the load
// generator worked harder than the server: then the figure is rather the generator's.
std::string result_table(const CaseResult& result);

// {"scenario", "cases": [{"case", "servers": [{"server", "metrics", ...}], "ratios"}]}
std::string results_json(const std::string& scenario, const std::vector<CaseResult>& results);

// One line for each metric of each run, after a heading; one without a metric for a run that has none.
std::string results_csv(const std::string& scenario, const std::vector<CaseResult>& results);

}  // namespace antiphon::fleet::bench
