// The memory of one shard's output: chunks, shared blocks and the bytes they hold.
//
// SHARD: home. LIMITS: keeps at most kChunksKept unused chunks of each size; what has no such size is
// kept by SparePieces.
#pragma once

#include <cstddef>
#include <cstdint>

#include "broker/buffer/buffer_limits.h"
#include "broker/buffer/spare_pieces.h"

namespace antiphon {

// Encoded bytes that many readers' queues share. Immutable once a queue refers to it.
struct SharedBlock {
  uint32_t references;
  uint32_t bytes;
  uint32_t capacity;  // memory behind this struct, of which `bytes` are used
  char* data() { return reinterpret_cast<char*>(this + 1); }
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }
};

// One piece of a reader's output: either bytes of its own (capacity > 0, they follow the struct)
// or a range of a shared block.
struct OutboundSegment {
  OutboundSegment* next;
  SharedBlock* block;  // null for bytes of its own
  char* data;
  uint32_t begin;     // first byte not yet written to the socket
  uint32_t end;       // one past the last byte
  uint32_t capacity;  // 0 for a range of a block
  uint32_t chunk_class;  // kChunkClasses for an own piece of unusual size
};

class BufferPool {
 public:
  BufferPool() = default;
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // A segment with room for `bytes` of its own, in the given class or larger.
  OutboundSegment* new_chunk(size_t chunk_class, size_t bytes);
  // A segment that refers to [begin, end) of `block` and holds one reference to it.
  OutboundSegment* new_range(SharedBlock* block, uint32_t begin, uint32_t end);
  void release(OutboundSegment* segment);

  // A block with one reference, owned by the caller.
  SharedBlock* new_block(size_t bytes);
  void release(SharedBlock* block);

  // What is neither a chunk nor a range; large frames that come in may use it too.
  SparePieces& spare() { return spare_; }

  // Bytes allocated and in use: what pending output really costs (shared blocks counted once).
  uint64_t bytes_in_use() const { return bytes_in_use_; }
  // Gives every unused chunk back to the allocator.
  void trim();

 private:
  struct FreeList {
    OutboundSegment* head = nullptr;
    size_t count = 0;
  };
  OutboundSegment* pop(FreeList& list);
  bool keep(FreeList& list, OutboundSegment* segment, size_t kept_max);

  FreeList chunks_[kChunkClasses];
  FreeList ranges_;
  SparePieces spare_;
  uint64_t bytes_in_use_ = 0;
};

}  // namespace antiphon
