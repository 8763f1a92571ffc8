// The cost model that comes with the program: each figure with where it was measured.
#pragma once

#include <string_view>
#include <vector>

#include "fleet/plan/cost_model.h"

namespace antiphon::fleet::plan {

struct BuiltInCost {
  std::string_view section;  // "general", or the name of a Security
  std::string_view name;     // of the field; its end is the unit
  double value;
  std::string_view source;  // the command, or what it was derived from
  std::string_view date;
};

const std::vector<BuiltInCost>& built_in_costs();

CostModel built_in_model();

}  // namespace antiphon::fleet::plan
