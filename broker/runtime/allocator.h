// The process's memory allocator: what it holds, and what it can be asked to give back.
//
// MODEL: jemalloc where it is linked (releases). Its own thread gives back the pages that are free in
// its arenas; what lies in the cache of another thread, only that thread can.
#pragma once

#include <cstdint>

namespace antiphon {

struct AllocatorFigures {
  uint64_t allocated_bytes = 0;  // by the program
  uint64_t in_use_bytes = 0;     // pages that hold some of it
  uint64_t mapped_bytes = 0;     // taken from the system
};
AllocatorFigures allocator_figures();

// Empties the calling thread's cache. For a thread that has given much back and now rests: a few
// hundred kilobytes, and each block may keep a larger piece alive among which it lies.
void empty_allocator_cache();

}  // namespace antiphon
