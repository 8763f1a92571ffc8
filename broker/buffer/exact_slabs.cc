#include "broker/buffer/exact_slabs.h"

#include <sys/mman.h>

#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

struct FreeObject {
  FreeObject* next;
};

constexpr size_t round_up(size_t bytes, size_t granule) {
  return (bytes + granule - 1) / granule * granule;
}

}  // namespace

// Stands at the beginning of its bytes.
struct ExactSlabs::Chunk {
  Size* size;
  Chunk* next;  // of those with room
  Chunk* previous;
  FreeObject* free;
  uint32_t begun;  // objects that were taken at least once, from the beginning
  uint32_t used;

  char* object(size_t index);
};

struct ExactSlabs::Size {
  explicit Size(size_t object_bytes)
      : bytes(object_bytes),
        capacity((kChunkBytes - round_up(sizeof(Chunk), kGranule)) / object_bytes) {}

  void add(Chunk* chunk) {
    chunk->previous = nullptr;
    chunk->next = with_room;
    if (with_room != nullptr) with_room->previous = chunk;
    with_room = chunk;
  }
  void remove(Chunk* chunk) {
    (chunk->previous == nullptr ? with_room : chunk->previous->next) = chunk->next;
    if (chunk->next != nullptr) chunk->next->previous = chunk->previous;
  }

  const size_t bytes;
  const size_t capacity;  // objects of a chunk
  std::mutex lock;
  Chunk* with_room = nullptr;
  size_t empty = 0;  // chunks among those with room that hold nothing
};

char* ExactSlabs::Chunk::object(size_t index) {
  return reinterpret_cast<char*>(this) + round_up(sizeof(Chunk), kGranule) + index * size->bytes;
}

ExactSlabs::ExactSlabs(std::span<const size_t> sizes, size_t reserved_bytes) {
  for (const size_t bytes : sizes) {
    AP_CHECK(bytes >= sizeof(FreeObject) && bytes % kGranule == 0 && bytes < kChunkBytes / 2);
    sizes_.push_back(std::make_unique<Size>(bytes));
  }
  // One chunk more, so that the first can begin at a multiple of its size. Not backed by memory.
  const size_t mapped = reserved_bytes + kChunkBytes;
  void* reserved =
      ::mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return;
  const auto from = reinterpret_cast<uintptr_t>(reserved);
  begin_ = round_up(from, kChunkBytes);
  reserved_bytes_ = reserved_bytes / kChunkBytes * kChunkBytes;
  const uintptr_t end = begin_ + reserved_bytes_;
  if (begin_ != from) ::munmap(reserved, begin_ - from);
  if (end != from + mapped) ::munmap(reinterpret_cast<void*>(end), from + mapped - end);
}

ExactSlabs::~ExactSlabs() {
  if (reserved_bytes_ != 0) ::munmap(reinterpret_cast<void*>(begin_), reserved_bytes_);
}

ExactSlabs::Chunk* ExactSlabs::chunk_of(const void* pointer) const {
  const auto address = reinterpret_cast<uintptr_t>(pointer);
  return reinterpret_cast<Chunk*>(address / kChunkBytes * kChunkBytes);
}

size_t ExactSlabs::size_of(const void* pointer) const {
  return chunk_of(pointer)->size->bytes;
}

ExactSlabs::Chunk* ExactSlabs::take_chunk(Size& size) {
  uintptr_t address = 0;
  {
    const std::lock_guard lock(chunks_lock_);
    if (!free_chunks_.empty()) {
      address = free_chunks_.back();
      free_chunks_.pop_back();
    } else if (chunks_begun_ < reserved_bytes_ / kChunkBytes) {
      address = begin_ + chunks_begun_++ * kChunkBytes;
    } else {
      return nullptr;
    }
  }
  auto* memory = reinterpret_cast<void*>(address);
  if (::mprotect(memory, kChunkBytes, PROT_READ | PROT_WRITE) != 0) {
    const std::lock_guard lock(chunks_lock_);
    free_chunks_.push_back(address);
    return nullptr;
  }
  auto* chunk = new (memory) Chunk{&size, nullptr, nullptr, nullptr, 0, 0};
  size.add(chunk);
  ++size.empty;
  return chunk;
}

void ExactSlabs::give_chunk_back(Chunk* chunk) {
  // What is mapped anew holds no memory.
  ::mmap(chunk, kChunkBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
         0);
  const std::lock_guard lock(chunks_lock_);
  free_chunks_.push_back(reinterpret_cast<uintptr_t>(chunk));
}

void* ExactSlabs::allocate(size_t bytes) {
  const size_t rounded = round_up(bytes, kGranule);
  for (const auto& size : sizes_) {
    if (size->bytes != rounded) continue;
    const std::lock_guard lock(size->lock);
    Chunk* chunk = size->with_room != nullptr ? size->with_room : take_chunk(*size);
    if (chunk == nullptr) return nullptr;
    if (chunk->used++ == 0) --size->empty;
    void* object = chunk->free;
    if (object != nullptr) {
      chunk->free = chunk->free->next;
    } else {
      object = chunk->object(chunk->begun++);
    }
    if (chunk->used == size->capacity) size->remove(chunk);
    return object;
  }
  return nullptr;
}

void ExactSlabs::release(void* pointer) {
  Chunk* chunk = chunk_of(pointer);
  Size& size = *chunk->size;
  const std::lock_guard lock(size.lock);
  if (chunk->used == size.capacity) size.add(chunk);
  chunk->free = new (pointer) FreeObject{chunk->free};
  if (--chunk->used != 0) return;
  if (size.empty == 0) {
    ++size.empty;
    return;
  }
  size.remove(chunk);
  give_chunk_back(chunk);
}

void ExactSlabs::trim() {
  for (const auto& size : sizes_) {
    const std::lock_guard lock(size->lock);
    for (Chunk* chunk = size->with_room; size->empty > 0 && chunk != nullptr;) {
      Chunk* next = chunk->next;
      if (chunk->used == 0) {
        size->remove(chunk);
        give_chunk_back(chunk);
        --size->empty;
      }
      chunk = next;
    }
  }
}

size_t ExactSlabs::chunks() const {
  const std::lock_guard lock(chunks_lock_);
  return chunks_begun_ - free_chunks_.size();
}

}  // namespace antiphon
