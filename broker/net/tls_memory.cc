#include "broker/net/tls_memory.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "broker/buffer/exact_slabs.h"

#ifndef __has_feature
#define __has_feature(name) 0
#endif

namespace antiphon {
namespace {

constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#else
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#endif

// What OpenSSL 3.0 keeps for a connection of TLS 1.3 in objects that fit no class well: its state,
// the session, the record layers, the certificate that was shown. An OpenSSL with other sizes is
// served by malloc as ever.
constexpr size_t kSizes[] = {528, 544, 928, 960, 7632};

// Never destroyed: OpenSSL frees things until the very end of the process.
ExactSlabs& slabs() {
  static auto& made = *new ExactSlabs(kSizes);
  return made;
}

bool are_placed = false;  // written before there is a second thread

void* take(size_t bytes, const char*, int) {
  if (bytes == 0) return nullptr;
  if (bytes > kSizes[0] - ExactSlabs::kGranule) {
    if (void* placed = slabs().allocate(bytes)) return placed;
  }
  return std::malloc(bytes);
}

void give_back(void* pointer, const char*, int) {
  if (pointer != nullptr && slabs().owns(pointer)) return slabs().release(pointer);
  std::free(pointer);
}

void* resize(void* pointer, size_t bytes, const char* file, int line) {
  if (pointer == nullptr) return take(bytes, file, line);
  if (!slabs().owns(pointer)) return std::realloc(pointer, bytes);
  if (bytes == 0) {
    give_back(pointer, file, line);
    return nullptr;
  }
  void* moved = take(bytes, file, line);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, pointer, std::min(bytes, slabs().size_of(pointer)));
  give_back(pointer, file, line);
  return moved;
}

}  // namespace

void place_tls_objects() {
  if (kSanitized) return;
  are_placed = ::CRYPTO_set_mem_functions(&take, &resize, &give_back) == 1;
}

void trim_tls_objects() {
  if (are_placed) slabs().trim();
}

}  // namespace antiphon
