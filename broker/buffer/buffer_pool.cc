#include "broker/buffer/buffer_pool.h"

#include <cstdlib>
#include <new>

#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

constexpr size_t kRangesKept = 16 * 1024;

void* allocate(size_t bytes) {
  void* memory = std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void free_list(OutboundSegment* head) {
  while (head != nullptr) {
    OutboundSegment* next = head->next;
    std::free(head);
    head = next;
  }
}

}  // namespace

BufferPool::~BufferPool() { trim(); }

void BufferPool::trim() {
  for (FreeList& list : chunks_) {
    free_list(list.head);
    list = {};
  }
  free_list(ranges_.head);
  ranges_ = {};
  spare_.trim();
}

OutboundSegment* BufferPool::pop(FreeList& list) {
  OutboundSegment* segment = list.head;
  if (segment != nullptr) {
    list.head = segment->next;
    --list.count;
  }
  return segment;
}

bool BufferPool::keep(FreeList& list, OutboundSegment* segment, size_t kept_max) {
  if (list.count >= kept_max) return false;
  segment->next = list.head;
  list.head = segment;
  ++list.count;
  return true;
}

OutboundSegment* BufferPool::new_chunk(size_t chunk_class, size_t bytes) {
  while (chunk_class < kChunkClasses && kChunkBytes[chunk_class] < bytes) ++chunk_class;
  OutboundSegment* segment = nullptr;
  size_t capacity = 0;
  if (chunk_class < kChunkClasses) {
    capacity = kChunkBytes[chunk_class];
    segment = pop(chunks_[chunk_class]);
    if (segment == nullptr) {
      segment = static_cast<OutboundSegment*>(allocate(sizeof(OutboundSegment) + capacity));
    }
  } else {
    const MemoryPiece piece = spare_.take(sizeof(OutboundSegment) + bytes);
    segment = static_cast<OutboundSegment*>(piece.memory);
    capacity = piece.bytes - sizeof(OutboundSegment);
  }
  *segment = {nullptr,
              nullptr,
              reinterpret_cast<char*>(segment + 1),
              0,
              0,
              static_cast<uint32_t>(capacity),
              static_cast<uint32_t>(chunk_class)};
  bytes_in_use_ += sizeof(OutboundSegment) + capacity;
  return segment;
}

OutboundSegment* BufferPool::new_range(SharedBlock* block, uint32_t begin, uint32_t end) {
  OutboundSegment* segment = pop(ranges_);
  if (segment == nullptr) {
    segment = static_cast<OutboundSegment*>(allocate(sizeof(OutboundSegment)));
  }
  ++block->references;
  *segment = {nullptr, block, block->data(), begin, end, 0, 0};
  bytes_in_use_ += sizeof(OutboundSegment);
  return segment;
}

void BufferPool::release(OutboundSegment* segment) {
  const size_t bytes = sizeof(OutboundSegment) + segment->capacity;
  bytes_in_use_ -= bytes;
  bool kept = false;
  if (segment->block != nullptr) {
    release(segment->block);
    kept = keep(ranges_, segment, kRangesKept);
  } else if (segment->chunk_class < kChunkClasses) {
    kept = keep(chunks_[segment->chunk_class], segment, kChunksKept[segment->chunk_class]);
  } else {
    return spare_.give_back({segment, bytes});
  }
  if (!kept) std::free(segment);
}

SharedBlock* BufferPool::new_block(size_t bytes) {
  const MemoryPiece piece = spare_.take(sizeof(SharedBlock) + bytes);
  auto* block = static_cast<SharedBlock*>(piece.memory);
  *block = {1, static_cast<uint32_t>(bytes),
            static_cast<uint32_t>(piece.bytes - sizeof(SharedBlock))};
  bytes_in_use_ += piece.bytes;
  return block;
}

void BufferPool::release(SharedBlock* block) {
  AP_CHECK(block->references > 0);
  if (--block->references != 0) return;
  const size_t bytes = sizeof(SharedBlock) + block->capacity;
  bytes_in_use_ -= bytes;
  spare_.give_back({block, bytes});
}

}  // namespace antiphon
