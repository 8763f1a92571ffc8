#include "fleet/bench/message_scan.h"

#include <absl/strings/str_cat.h>

#include <cstring>

#include "protocol/bytes/text.h"
#include "protocol/nats/server_parser.h"

namespace antiphon::fleet::bench {
namespace {

constexpr size_t kCrlfBytes = 2;

}  // namespace

MessageScan::MessageScan(std::string_view subject, uint32_t sid, uint32_t payload_bytes,
                         uint32_t publishers)
    : line_(absl::StrCat("MSG ", to_absl(subject), " ", sid, " ", payload_bytes, "\r\n")),
      frame_bytes_(line_.size() + payload_bytes + kCrlfBytes),
      timed_(payload_bytes >= kTimedBytesMin),
      next_(publishers) {}

void MessageScan::take_stamp(const char* payload) {
  uint64_t read;
  std::memcpy(&read, payload, sizeof read);
  const uint64_t publisher = read >> 48;
  const uint64_t sequence = read & kSequenceMax;
  if (publisher >= next_.size()) {
    ++counts_.foreign;
    return;
  }
  ++counts_.messages;
  uint64_t& next = next_[publisher];
  if (sequence == next) {
    ++next;
  } else if (sequence > next) {
    counts_.missing += sequence - next;
    next = sequence + 1;
  } else {
    ++counts_.disordered;
  }
}

const char* MessageScan::scan(const char* begin, const char* end) {
  const char* at = begin;
  const char* first = nullptr;
  while (at < end) {
    const auto left = static_cast<size_t>(end - at);
    if (left >= frame_bytes_ && std::memcmp(at, line_.data(), line_.size()) == 0 &&
        at[frame_bytes_ - 2] == '\r' && at[frame_bytes_ - 1] == '\n') [[likely]] {
      if (first == nullptr) first = at + line_.size();
      take_stamp(at + line_.size());
      at += frame_bytes_;
      continue;
    }
    const char* next = scan_other(at, end);
    if (next == at) break;
    at = next;
  }
  first_sent_ns_ = 0;
  if (first != nullptr && timed_) {
    std::memcpy(&first_sent_ns_, first + kStampBytes, sizeof first_sent_ns_);
  }
  return at;
}

const char* MessageScan::scan_other(const char* begin, const char* end) {
  ServerFrame frame;
  const ParseResult result = parse_server_frame(begin, end, {}, frame);
  if (result.status == ParseStatus::kIncomplete) return begin;
  if (result.status == ParseStatus::kError) {
    if (error_.empty()) error_ = "malformed frame";
    return end;
  }
  if (frame.verb == ServerVerb::kMsg || frame.verb == ServerVerb::kHmsg) ++counts_.foreign;
  if (frame.verb == ServerVerb::kPing) ++pings_;
  if (frame.verb == ServerVerb::kPong) ++pongs_;
  if (frame.verb == ServerVerb::kErr && error_.empty()) error_ = frame.argument;
  return begin + result.bytes_consumed;
}

uint32_t MessageScan::take_pings() {
  const uint32_t pings = pings_;
  pings_ = 0;
  return pings;
}

}  // namespace antiphon::fleet::bench
