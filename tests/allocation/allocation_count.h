// Counts what this thread asks of the allocator: the program's malloc is replaced by one that counts.
#pragma once

#include <cstdint>

namespace antiphon {

// Calls of malloc, calloc, realloc and their kind, by this thread, since it began.
uint64_t allocation_count();

}  // namespace antiphon
