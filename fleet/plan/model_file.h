// A cost model as a JSON file: `antiphon plan --measure` writes one, people may edit it.
//
// FORMAT: {"format": 1, "name", "measured_on", "general": {...}, "none": {...}, "rsa": {...},
// "ecdsa": {...}}; the fields are those of kGeneralFields and kConnectionFields. At least one kind
// of connection is there. Everything else is an error: a figure that is passed over in silence
// makes a wrong plan.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "fleet/plan/cost_model.h"

namespace antiphon::fleet::plan {

// `file` is how errors call it. An error names every problem, each with its place: line and column
// where it is not JSON, else the path of the field.
absl::StatusOr<CostModel> parse_model(std::string_view text, const std::string& file);

std::string model_json(const CostModel& model);

// LIMITS: 1 MiB.
absl::StatusOr<CostModel> read_model(const std::string& file);
absl::Status write_model(const CostModel& model, const std::string& file);

}  // namespace antiphon::fleet::plan
