#include "broker/buffer/spare_pieces.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace antiphon {

MemoryPiece SparePieces::take(size_t bytes) {
  const size_t bytes_max = bytes + bytes / 4;
  for (size_t i = count_; i-- > 0;) {
    const MemoryPiece piece = kept_[i];
    if (piece.bytes < bytes || piece.bytes > bytes_max) continue;
    remove(i);
    return piece;
  }
  void* memory = std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return {memory, bytes};
}

void SparePieces::give_back(MemoryPiece piece) {
  if (piece.bytes > kKeptBytesMax) return std::free(piece.memory);
  if (piece.memory == nullptr) return;
  while (count_ == kKeptMax || kept_bytes_ + piece.bytes > kKeptBytesMax) {
    std::free(kept_[0].memory);
    remove(0);
  }
  kept_[count_++] = piece;
  kept_bytes_ += piece.bytes;
}

void SparePieces::trim() {
  for (size_t i = 0; i < count_; ++i) std::free(kept_[i].memory);
  count_ = 0;
  kept_bytes_ = 0;
}

void SparePieces::remove(size_t index) {
  kept_bytes_ -= kept_[index].bytes;
  std::copy(kept_.begin() + index + 1, kept_.begin() + count_, kept_.begin() + index);
  --count_;
}

}  // namespace antiphon
