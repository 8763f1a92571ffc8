// Memory of unusual sizes that was in use lately, for whoever needs about as much next.
//
// WHY: blocks that readers share, and what is larger than a chunk, are as large as the messages are,
// and messages in a row are alike. MODEL: the pieces given back last. Who asks gets the newest that is
// large enough and not more than a quarter too large, else new memory of malloc's.
// SHARD: home. LIMITS: kKeptMax pieces of kKeptBytesMax together; beyond them the oldest go back to
// the allocator. So a piece larger than kKeptBytesMax is never kept.
#pragma once

#include <array>
#include <cstddef>

namespace antiphon {

// From malloc; may be given to free().
struct MemoryPiece {
  void* memory = nullptr;
  size_t bytes = 0;
};

class SparePieces {
 public:
  static constexpr size_t kKeptMax = 16;
  static constexpr size_t kKeptBytesMax = size_t{1} << 20;

  SparePieces() = default;
  ~SparePieces() { trim(); }
  SparePieces(const SparePieces&) = delete;
  SparePieces& operator=(const SparePieces&) = delete;

  // A piece of at least `bytes` (> 0), the caller's from now on. Throws std::bad_alloc.
  MemoryPiece take(size_t bytes);
  // Nothing is given back by a piece without memory.
  void give_back(MemoryPiece piece);
  // Gives all of them to the allocator.
  void trim();

  size_t kept_bytes() const { return kept_bytes_; }

 private:
  void remove(size_t index);

  std::array<MemoryPiece, kKeptMax> kept_;  // oldest first
  size_t count_ = 0;
  size_t kept_bytes_ = 0;
};

}  // namespace antiphon
