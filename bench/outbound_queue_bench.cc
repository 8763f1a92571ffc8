// What it costs to queue output and to take it out again, by each of the two ways in.
#include "broker/buffer/outbound_queue.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "protocol/bytes/check.h"

namespace antiphon::bench {
namespace {

// The line of a message of 128 bytes with its subject, reply and sid.
constexpr size_t kLineBytes = 165;
constexpr size_t kFanoutReaders = 1000;

// Takes everything out as a socket with room does; returns how many bytes there were.
size_t drain(BufferPool& pool, OutboundQueue& queue) {
  iovec pieces[kGatherMax];
  size_t total = 0;
  while (!queue.empty()) {
    const size_t count = queue.gather(pieces, kGatherMax);
    size_t bytes = 0;
    for (size_t i = 0; i < count; ++i) bytes += pieces[i].iov_len;
    benchmark::DoNotOptimize(pieces);
    queue.consume(pool, bytes);
    total += bytes;
  }
  return total;
}

// Small lines are copied in until the reader's turn to be flushed has come.
void queue_append(benchmark::State& state) {
  const auto lines = static_cast<size_t>(state.range(0));
  const std::string line(kLineBytes, 'x');
  BufferPool pool;
  OutboundQueue queue;
  for (auto _ : state) {
    for (size_t i = 0; i < lines; ++i) queue.append(pool, line);
    AP_CHECK(drain(pool, queue) == lines * kLineBytes);
  }
  AP_CHECK(queue.empty() && pool.bytes_in_use() == 0);
  report_per_item(state, "line", lines);
  report_bytes(state, lines * kLineBytes);
}
BENCHMARK(queue_append)->ArgName("lines")->Arg(1)->Arg(kFlushBytes / kLineBytes);

// The worst case for ranges: each line is a range of its own, so nothing can be joined.
void queue_append_range(benchmark::State& state) {
  const auto ranges = static_cast<uint32_t>(state.range(0));
  BufferPool pool;
  OutboundQueue queue;
  SharedBlock* block = pool.new_block(ranges * kLineBytes);
  for (auto _ : state) {
    for (uint32_t i = 0; i < ranges; ++i) {
      queue.append_range(pool, block, i * kLineBytes, (i + 1) * kLineBytes);
    }
    AP_CHECK(drain(pool, queue) == ranges * kLineBytes);
  }
  AP_CHECK(block->references == 1);
  pool.release(block);
  AP_CHECK(pool.bytes_in_use() == 0);
  report_per_item(state, "range", ranges);
}
BENCHMARK(queue_append_range)->ArgName("ranges")->Arg(1)->Arg(kFlushBytes / kLineBytes);

// One block to the queues of many readers, and out of all of them again: the fan-out without the
// encoding before and the system calls after it.
void queue_fanout(benchmark::State& state) {
  constexpr uint32_t kBlockBytes = kBatchBytesMax;
  BufferPool pool;
  std::vector<OutboundQueue> readers(kFanoutReaders);
  for (auto _ : state) {
    SharedBlock* block = pool.new_block(kBlockBytes);
    for (OutboundQueue& reader : readers) reader.append_range(pool, block, 0, kBlockBytes);
    pool.release(block);
    for (OutboundQueue& reader : readers) AP_CHECK(drain(pool, reader) == kBlockBytes);
  }
  AP_CHECK(pool.bytes_in_use() == 0);
  report_per_item(state, "reader", kFanoutReaders);
}
BENCHMARK(queue_fanout);

}  // namespace
}  // namespace antiphon::bench
