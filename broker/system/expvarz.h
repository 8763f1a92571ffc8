// What a process says of itself: how it was called, and what its memory allocator holds.
//
// FIELDS: those of Go's expvar that mean something here; of `memstats` the totals, as this program's allocator
// counts them. SECRETS: of the arguments, values of `--pass` and `--auth`, and addresses that name somebody,
// are left out.
#pragma once

#include <string>
#include <vector>

#include "broker/runtime/allocator.h"

namespace antiphon {

std::vector<std::string> process_arguments();
std::vector<std::string> without_secrets(std::vector<std::string> arguments);

std::string expvarz_json(const AllocatorFigures& memory, const std::vector<std::string>& arguments);

}  // namespace antiphon
