#include "broker/runtime/allocator.h"

#include <malloc.h>

#include <cstddef>

// jemalloc's, where it is linked; else null.
extern "C" int mallctl(const char* name, void* old, size_t* old_bytes, void* next, size_t next_bytes)
    __attribute__((weak));

namespace antiphon {
namespace {

uint64_t jemalloc_figure(const char* name) {
  size_t value = 0;
  size_t bytes = sizeof value;
  return mallctl(name, &value, &bytes, nullptr, 0) == 0 ? value : 0;
}

AllocatorFigures jemalloc_figures() {
  uint64_t epoch = 1;
  size_t bytes = sizeof epoch;
  (void)mallctl("epoch", &epoch, &bytes, &epoch, bytes);  // the figures are as of now
  return {jemalloc_figure("stats.allocated"), jemalloc_figure("stats.active"),
          jemalloc_figure("stats.mapped")};
}

}  // namespace

AllocatorFigures allocator_figures() {
  if (mallctl != nullptr) return jemalloc_figures();
  const struct mallinfo2 figures = mallinfo2();
  const uint64_t mapped = figures.arena + figures.hblkhd;
  return {figures.uordblks + figures.hblkhd, mapped - figures.fordblks, mapped};
}

void empty_allocator_cache() {
  if (mallctl != nullptr) (void)mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
}

}  // namespace antiphon
