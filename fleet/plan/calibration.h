// Measures the costs of this machine: a few hundred emulated nodes, the scenarios of `antiphon
// bench fleet`, and arithmetic.
//
// MODEL: the memory of an idle node is measured with four numbers of agents and collectives, from
// which the cost of a node, a subscription, a subject of its own and an index slot follow. What
// needs a quiet machine and a kernel of one's own (kernel_..., closed_..., byte_cpu_ns) is taken
// from the model of the program. LIMITS: brokers and emulated nodes share this machine; one core is
// taken to be the emulator's.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <string>

#include "fleet/plan/cost_model.h"

namespace antiphon::fleet::plan {

inline constexpr uint32_t kCalibrationNodesDefault = 2000;
inline constexpr uint32_t kCalibrationNodesMin = 200;
inline constexpr uint32_t kCalibrationNodesMax = 2000;

struct CalibrationSettings {
  std::string server_command;  // takes nats-server's flags
  uint32_t nodes = kCalibrationNodesDefault;
};

// Called before each step.
using OnStep = std::function<void(const std::string& what, unsigned done, unsigned all)>;

// One or two minutes. An error names the step that failed.
absl::StatusOr<CostModel> calibrate(const CalibrationSettings& settings, const OnStep& on_step);

// What a node took in four idle fleets; CalibrationFleet in the source has their shapes.
struct IdleNodeBytes {
  double few_agents = 0;
  double many_agents = 0;
  double many_collectives = 0;
  double indexed = 0;  // so many agents that sessions have an index
};

struct NodeMemory {
  double node_bytes = 0;
  double subscription_bytes = 0;
  double own_subject_bytes = 0;
  double index_slot_bytes = 0;
};

// Nothing is below 0, whatever was measured.
NodeMemory split_memory(const IdleNodeBytes& measured);

}  // namespace antiphon::fleet::plan
