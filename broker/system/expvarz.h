// What a process says of itself: how it was called, and what its memory allocator holds.
//
// FIELDS: those of Go's expvar that mean something here; of `memstats` the totals, as this program's allocator
// counts them. SECRETS: of the arguments, values of `--pass` and `--auth`, and addresses that name somebody,
// are left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace antiphon {

struct AllocatorFigures {
  uint64_t allocated_bytes = 0;  // by the program
  uint64_t in_use_bytes = 0;     // pages that hold some of it
  uint64_t mapped_bytes = 0;     // taken from the system
};
AllocatorFigures allocator_figures();

std::vector<std::string> process_arguments();
std::vector<std::string> without_secrets(std::vector<std::string> arguments);

std::string expvarz_json(const AllocatorFigures& memory, const std::vector<std::string>& arguments);

}  // namespace antiphon
