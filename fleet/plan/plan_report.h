// A prediction as a table for people, as formulas with their numbers, and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fleet/plan/cost_model.h"
#include "fleet/plan/prediction.h"

namespace antiphon::fleet::plan {

// The machine the plan is made for.
struct PlanMachine {
  MachineSpeed speed;
  bool signatures_measured = false;  // here, not told
  bool messages_measured = false;
  uint64_t descriptors_max = 0;  // of a process here
};

// One line of the table.
struct PlanRow {
  std::string section;
  std::string what;
  std::string each_broker;
  std::string all_brokers;  // empty where a sum means nothing
  std::string assumption;
  std::string formula;  // with the numbers put in
};

std::vector<PlanRow> plan_rows(const CostModel& model, const Prediction& prediction,
                               const PlanMachine& machine);

// What the plan does not hold for, and what is in its way.
std::vector<std::string> plan_notes(const CostModel& model, const Prediction& prediction,
                                    const PlanMachine& machine);

std::string plan_table(const CostModel& model, const Prediction& prediction,
                       const PlanMachine& machine);
// The formula of each row, and the costs they are made of.
std::string plan_explanation(const CostModel& model, const Prediction& prediction,
                             const PlanMachine& machine);
// {"shape", "machine", "model", "each_broker", "all_brokers", "all_back_by_cores", "notes"}
std::string plan_json(const CostModel& model, const Prediction& prediction,
                      const PlanMachine& machine);

}  // namespace antiphon::fleet::plan
