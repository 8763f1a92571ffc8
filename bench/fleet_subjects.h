// Subjects as a fleet has them: one of each node's own, in an order that no cache foresees.
#pragma once

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "broker/runtime/random.h"

namespace antiphon::bench {

// Valid and literal; about the length of a real node's.
inline std::string node_subject(uint64_t node) {
  return absl::StrFormat("mcollective.node.n%07u.dc%02u.example.net", node, node % 40);
}

// One that matches everything said to one node below its name.
inline std::string node_pattern(uint64_t node) {
  return absl::StrFormat("mcollective.*.n%07u.>", node);
}

// Some of the numbers below `count`, drawn by chance but alike in each run.
inline std::vector<uint64_t> some_nodes(uint64_t count, size_t drawn) {
  Random random(1);
  std::vector<uint64_t> nodes(drawn);
  std::generate(nodes.begin(), nodes.end(), [&] { return random.below(count); });
  return nodes;
}

}  // namespace antiphon::bench
