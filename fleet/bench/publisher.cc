#include "fleet/bench/publisher.h"

#include <absl/strings/str_cat.h>
#include <time.h>

#include <algorithm>
#include <cstring>

#include "broker/runtime/clock.h"
#include "protocol/bytes/text.h"

namespace antiphon::fleet::bench {
namespace {

constexpr size_t kBlockBytes = 64 * 1024;  // larger ones leave the caches
constexpr double kNsPerSecond = 1e9;
constexpr long kPacingNs = 200'000;

void rest() {
  const timespec time{0, kPacingNs};
  ::nanosleep(&time, nullptr);
}

}  // namespace

Publisher::Publisher(LoadConnection connection, const LoadSettings& settings, uint32_t index)
    : connection_(std::move(connection)),
      settings_(settings),
      index_(index),
      scan_(kLoadSubject, 0, 0, 0) {
  std::string message =
      absl::StrCat("PUB ", to_absl(kLoadSubject), " ", settings.payload_bytes, "\r\n");
  stamp_offset_ = message.size();
  message.append(settings.payload_bytes, 'x').append("\r\n");
  message_bytes_ = message.size();
  block_messages_ = std::max<uint64_t>(1, kBlockBytes / message_bytes_);
  for (uint64_t i = 0; i < block_messages_; ++i) block_ += message;
}

bool Publisher::publish(uint64_t count, const std::atomic<bool>& stop) {
  char* at = block_.data() + stamp_offset_;
  const bool timed = settings_.payload_bytes >= kTimedBytesMin;
  const int64_t now_ns = timed ? steady_now().ns : 0;
  for (uint64_t i = 0; i < count; ++i, at += message_bytes_) {
    const uint64_t value = stamp(index_, next_++);
    std::memcpy(at, &value, sizeof value);
    if (timed) std::memcpy(at + kStampBytes, &now_ns, sizeof now_ns);
  }
  if (!connection_.write({block_.data(), count * message_bytes_}, stop)) return false;
  published_.store(next_, std::memory_order_relaxed);
  return true;
}

bool Publisher::answer_pings(const std::atomic<bool>& stop) {
  char bytes[4096];  // a server says little to a publisher: INFO, PING, an error
  const IoResult result = connection_.read(bytes, sizeof bytes);
  if (result.status == IoStatus::kWouldBlock) return true;
  if (result.status == IoStatus::kDone) {
    scan_.scan(bytes, bytes + result.bytes);
    for (uint32_t pings = scan_.take_pings(); pings > 0; --pings) {
      if (!connection_.write("PONG\r\n", stop)) return false;
    }
  }
  return result.status == IoStatus::kDone && scan_.error().empty();
}

// How many may have been published by then.
uint64_t Publisher::due_messages(int64_t elapsed_ns) const {
  const double elapsed_s = static_cast<double>(elapsed_ns) / kNsPerSecond;
  const bool over = settings_.messages == 0 && elapsed_s >= settings_.seconds;
  const uint64_t most = settings_.messages > 0 ? settings_.messages : kSequenceMax;
  if (over) return next_;
  if (settings_.rate <= 0) return most;
  return std::min(most, static_cast<uint64_t>(elapsed_s * settings_.rate));
}

void Publisher::run(const std::atomic<bool>& stop) {
  const int64_t start_ns = steady_now().ns;
  bool connected = true;
  while (connected && !stop.load(std::memory_order_relaxed)) {
    const int64_t elapsed_ns = steady_now().ns - start_ns;
    const uint64_t due = due_messages(elapsed_ns);
    const uint64_t count = std::min(due - std::min(due, next_), block_messages_);
    if (count > 0) {
      connected = publish(count, stop) && answer_pings(stop);
    } else if (settings_.messages > 0
                   ? next_ >= settings_.messages
                   : static_cast<double>(elapsed_ns) / kNsPerSecond >= settings_.seconds) {
      break;
    } else {
      rest();
    }
  }
  if (!connected && !stop.load(std::memory_order_relaxed)) {
    error_ = scan_.error().empty() ? "the server closed a publisher's connection"
                                   : "a publisher was told " + scan_.error();
  }
  done_.store(true, std::memory_order_release);
}

}  // namespace antiphon::fleet::bench
