#include "fleet/bench/reader_group.h"

#include <sys/epoll.h>

#include <array>
#include <cstring>

#include "broker/runtime/clock.h"
#include "protocol/bytes/check.h"

namespace antiphon::fleet::bench {
namespace {

constexpr size_t kScratchBytes = 256 * 1024;
constexpr int kStopCheckMs = 20;
constexpr size_t kEventsMax = 256;

}  // namespace

ReaderGroup::ReaderGroup(bool delays)
    : with_delays_(delays), epoll_(::epoll_create1(EPOLL_CLOEXEC)), scratch_(kScratchBytes) {
  AP_CHECK(epoll_.get() >= 0);
}

void ReaderGroup::add(LoadConnection connection, MessageScan scan) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = readers_.size();
  AP_CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection.descriptor(), &event) == 0);
  readers_.push_back({std::move(connection), std::move(scan), {}});
}

void ReaderGroup::close(Reader& reader) {
  reader.closed = true;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, reader.connection.descriptor(), nullptr);
  closed_.fetch_add(1, std::memory_order_relaxed);
}

ReaderGroup::Reading ReaderGroup::read_once(Reader& reader, const std::atomic<bool>& stop) {
  // A frame that does not fit is no message of ours; the scan would wait for it for ever.
  if (reader.tail.size() >= scratch_.size() / 2) scratch_.resize(scratch_.size() * 2);
  const size_t kept = reader.tail.size();
  std::memcpy(scratch_.data(), reader.tail.data(), kept);
  const size_t room = scratch_.size() - kept;
  const IoResult result = reader.connection.read(scratch_.data() + kept, room);
  if (result.status == IoStatus::kWouldBlock) return Reading::kDrained;
  if (result.status != IoStatus::kDone) return Reading::kClosed;
  const char* end = scratch_.data() + kept + result.bytes;
  const uint64_t before = reader.scan.counts().messages;
  const char* rest = reader.scan.scan(scratch_.data(), end);
  if (with_delays_ && reader.scan.first_sent_ns() != 0) {
    delays_.add(steady_now().ns - reader.scan.first_sent_ns());
  }
  reader.tail.assign(rest, static_cast<size_t>(end - rest));
  const uint64_t scanned = reader.scan.counts().messages - before;
  messages_.store(messages_.load(std::memory_order_relaxed) + scanned, std::memory_order_relaxed);
  for (uint32_t pings = reader.scan.take_pings(); pings > 0; --pings) {
    if (!reader.connection.write("PONG\r\n", stop)) return Reading::kClosed;
  }
  return result.bytes == room ? Reading::kMore : Reading::kDrained;
}

void ReaderGroup::read(Reader& reader, const std::atomic<bool>& stop) {
  if (reader.closed) return;
  Reading reading = Reading::kMore;
  while (reading == Reading::kMore) reading = read_once(reader, stop);
  if (reading == Reading::kClosed) close(reader);
  if (error_.empty()) error_ = reader.scan.error();
}

void ReaderGroup::run(const std::atomic<bool>& stop) {
  std::array<epoll_event, kEventsMax> events;
  while (!stop.load(std::memory_order_relaxed)) {
    const int ready = ::epoll_wait(epoll_.get(), events.data(), events.size(), kStopCheckMs);
    const uint64_t before = messages_.load(std::memory_order_relaxed);
    for (int i = 0; i < ready; ++i) read(readers_[events[i].data.u64], stop);
    if (messages_.load(std::memory_order_relaxed) != before) {
      last_ns_.store(steady_now().ns, std::memory_order_relaxed);
    }
  }
}

ReaderGroup::Progress ReaderGroup::progress() const {
  return {messages_.load(std::memory_order_relaxed), last_ns_.load(std::memory_order_relaxed),
          closed_.load(std::memory_order_relaxed)};
}

ScanCounts ReaderGroup::counts(const std::vector<uint64_t>& published) const {
  ScanCounts sum;
  for (const Reader& reader : readers_) {
    const ScanCounts& counts = reader.scan.counts();
    sum.messages += counts.messages;
    sum.missing += counts.missing;
    sum.disordered += counts.disordered;
    sum.foreign += counts.foreign;
    for (uint32_t i = 0; i < published.size(); ++i) {
      // A block that was cut short may hold messages that are not counted as published.
      const uint64_t reached = reader.scan.reached(i);
      if (published[i] > reached) sum.missing += published[i] - reached;
    }
  }
  return sum;
}

}  // namespace antiphon::fleet::bench
