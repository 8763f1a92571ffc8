// How many random sets a model test plays.
#pragma once

#include <cstdlib>

namespace antiphon {

// From AP_MODEL_SETS, or as many as a test plays in every run.
inline size_t model_sets(size_t usual) {
  if (const char* given = std::getenv("AP_MODEL_SETS")) return std::strtoull(given, nullptr, 10);
  return usual;
}

}  // namespace antiphon
