// A promise that was not kept. Thrown by the checking side of the simulation, never through the
// broker's own code.
#pragma once

#include <stdexcept>
#include <string>

namespace antiphon::sim {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void require(bool kept, const std::string& what) {
  if (!kept) throw Violation(what);
}

}  // namespace antiphon::sim
