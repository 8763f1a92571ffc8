// How many connections this process may have open.
#pragma once

#include <cstdint>
#include <string>

namespace antiphon::fleet {

// Kept free for everything that is not a node: standard streams, pollers, wake-ups, files.
inline constexpr uint64_t kDescriptorsReserved = 64;

// Raises the soft limit to the hard one and returns what is then the limit.
uint64_t raise_descriptor_limit();

// How many nodes fit under such a limit.
constexpr uint64_t nodes_that_fit(uint64_t descriptors_max) {
  return descriptors_max > kDescriptorsReserved ? descriptors_max - kDescriptorsReserved : 0;
}

// Raises the limit. Empty when so many connections fit under it, else what to do.
std::string descriptor_shortage(uint64_t connections);

}  // namespace antiphon::fleet
