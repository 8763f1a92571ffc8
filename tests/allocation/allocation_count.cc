#include "tests/allocation/allocation_count.h"

#include <cerrno>
#include <cstddef>

namespace {

// Initial-exec: reading it must not itself allocate.
__attribute__((tls_model("initial-exec"))) thread_local uint64_t calls = 0;

}  // namespace

// glibc's own functions, under the names it keeps for programs that replace the usual ones.
extern "C" {
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* memory, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);

void* malloc(size_t bytes) {
  ++calls;
  return __libc_malloc(bytes);
}
void* calloc(size_t count, size_t bytes) {
  ++calls;
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, size_t bytes) {
  ++calls;
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(size_t alignment, size_t bytes) {
  ++calls;
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  ++calls;
  *memory = __libc_memalign(alignment, bytes);
  return *memory == nullptr ? ENOMEM : 0;
}
}

namespace antiphon {

uint64_t allocation_count() { return calls; }

}  // namespace antiphon
