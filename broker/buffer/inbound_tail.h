// The bytes of a frame that has not arrived completely. Empty (no memory) on an idle connection.
//
// SHARD: home. LIMITS: the owner never keeps more than one unfinished frame: a control line, or a
// payload that passed the limit check before any of it was stored.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "broker/buffer/spare_pieces.h"
#include "protocol/bytes/check.h"

namespace antiphon {

class InboundTail {
 public:
  InboundTail() = default;
  ~InboundTail() { clear(); }
  InboundTail(InboundTail&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  InboundTail& operator=(InboundTail&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }

  bool empty() const { return bytes_ == 0; }
  size_t bytes() const { return bytes_; }
  char* begin() { return data_; }
  char* end() { return data_ + bytes_; }
  size_t room() const { return capacity_ - bytes_; }
  size_t capacity() const { return capacity_; }

  // Makes room for `total` bytes in all.
  void reserve(size_t total) {
    if (total <= capacity_) return;
    void* moved = std::realloc(data_, total);
    if (moved == nullptr) throw std::bad_alloc();
    data_ = static_cast<char*>(moved);
    capacity_ = static_cast<uint32_t>(total);
  }
  void append(std::string_view bytes) {
    reserve(bytes_ + bytes.size());
    std::memcpy(data_ + bytes_, bytes.data(), bytes.size());
    bytes_ += static_cast<uint32_t>(bytes.size());
  }
  // `bytes` were written at end(). REQUIRES: bytes <= room().
  void added(size_t bytes) {
    AP_CHECK(bytes <= room());
    bytes_ += static_cast<uint32_t>(bytes);
  }
  // Moves what is there into `piece`, its memory from now on; returns what it had before.
  // REQUIRES: there is room for bytes().
  [[nodiscard]] MemoryPiece move_to(MemoryPiece piece) {
    AP_CHECK(bytes_ <= piece.bytes);
    if (bytes_ != 0) std::memcpy(piece.memory, data_, bytes_);
    const MemoryPiece before{data_, capacity_};
    data_ = static_cast<char*>(piece.memory);
    capacity_ = static_cast<uint32_t>(piece.bytes);
    return before;
  }
  // Gives its memory to the caller; nothing is in it any more.
  [[nodiscard]] MemoryPiece take_memory() {
    bytes_ = 0;
    return {std::exchange(data_, nullptr), std::exchange(capacity_, 0)};
  }
  // Gives the memory back.
  void clear() {
    std::free(data_);
    data_ = nullptr;
    bytes_ = 0;
    capacity_ = 0;
  }

 private:
  char* data_ = nullptr;
  uint32_t bytes_ = 0;
  uint32_t capacity_ = 0;
};

}  // namespace antiphon
