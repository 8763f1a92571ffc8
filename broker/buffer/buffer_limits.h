// The sizes and bounds of a shard's buffers, in one place.
#pragma once

#include <cstddef>

namespace antiphon {

// One read system call takes at most this much into the shard's scratch.
inline constexpr size_t kReadBytesMax = 64 * 1024;

// A reader's own output grows in chunks of these sizes: the first is small because most readers
// get one message a turn, the last is what one system call hands over well.
inline constexpr size_t kChunkBytes[] = {1024, 8 * 1024, 64 * 1024};
inline constexpr size_t kChunkClasses = sizeof(kChunkBytes) / sizeof(kChunkBytes[0]);
// Unused chunks a shard keeps of each size; more go back to the allocator.
inline constexpr size_t kChunksKept[] = {1024, 128, 32};

// Output is handed to the kernel as soon as this much is pending: beyond it buffers fall out of the
// caches (docs/performance.md).
inline constexpr size_t kFlushBytes = 64 * 1024;

// Pieces one sendmsg takes (the kernel's own limit is 1,024).
inline constexpr size_t kGatherMax = 256;
// Of the first one after a socket was full: it has room for little, and looking at pieces that it
// does not take costs a cache miss each.
inline constexpr size_t kGatherResumed = 16;

// Messages that go to many readers are collected until this much before they are encoded.
inline constexpr size_t kBatchBytesMax = 64 * 1024;

static_assert(kFlushBytes >= kChunkBytes[kChunkClasses - 1]);

}  // namespace antiphon
