// Long-lived objects of a few known sizes, packed as tightly as those sizes allow.
//
// WHY: an allocator rounds sizes up to its classes; an object of 7,624 bytes takes 8,192. Where
// every connection has such objects, that is memory that nobody uses.
// MODEL: a stretch of address space is reserved once and taken in chunks; a chunk holds objects of
// one size. Whether a pointer is from here is told by its address alone. A chunk that becomes empty
// goes back to the system, but for one of each size, which trim() gives back.
// SHARD: any; one lock for each size. Not for objects that come and go with each message.
// LIMITS: kReservedBytes in all; allocate() returns null beyond, and when the system gives no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace antiphon {

class ExactSlabs {
 public:
  static constexpr size_t kChunkBytes = size_t{128} * 1024;
  static constexpr size_t kReservedBytes = size_t{8} * 1024 * 1024 * 1024;
  // Sizes are rounded up to this; objects are aligned to it.
  static constexpr size_t kGranule = 16;

  // `sizes`: ascending multiples of kGranule, well below kChunkBytes.
  explicit ExactSlabs(std::span<const size_t> sizes, size_t reserved_bytes = kReservedBytes);
  ~ExactSlabs();
  ExactSlabs(const ExactSlabs&) = delete;
  ExactSlabs& operator=(const ExactSlabs&) = delete;

  // Null when `bytes`, rounded up, is none of the sizes, or there is no room.
  void* allocate(size_t bytes);
  bool owns(const void* pointer) const {
    return reinterpret_cast<uintptr_t>(pointer) - begin_ < reserved_bytes_;
  }
  // REQUIRES: owns(pointer).
  size_t size_of(const void* pointer) const;
  void release(void* pointer);
  // Gives the empty chunks back that are kept for the next object.
  void trim();

  // Chunks that hold memory now. For tests.
  size_t chunks() const;

 private:
  struct Chunk;
  struct Size;

  Chunk* chunk_of(const void* pointer) const;
  Chunk* take_chunk(Size& size);
  void give_chunk_back(Chunk* chunk);

  uintptr_t begin_ = 0;
  size_t reserved_bytes_ = 0;
  std::vector<std::unique_ptr<Size>> sizes_;

  mutable std::mutex chunks_lock_;  // taken last
  size_t chunks_begun_ = 0;         // of the reserved ones, from the beginning
  std::vector<uintptr_t> free_chunks_;
};

}  // namespace antiphon
