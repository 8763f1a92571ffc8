// Reads what a server sends to one subscriber of a benchmark: counts the messages and checks that
// none is missing, repeated, out of order or changed in size.
//
// MODEL: every message has the same line and size, and starts with a stamp: who published it, and
// the how-manieth of that publisher it is. So a message is checked with two comparisons; whatever
// looks different takes the general parser. LIMITS: kPublishersMax, kSequenceMax.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::fleet::bench {

inline constexpr uint32_t kPublishersMax = 1 << 16;
inline constexpr uint64_t kSequenceMax = (uint64_t{1} << 48) - 1;
inline constexpr size_t kStampBytes = sizeof(uint64_t);
// Behind the stamp, where there is room: the steady time of the block's sending, in ns.
inline constexpr size_t kTimedBytesMin = kStampBytes + sizeof(int64_t);

constexpr uint64_t stamp(uint32_t publisher, uint64_t sequence) {
  return uint64_t{publisher} << 48 | sequence;
}

struct ScanCounts {
  uint64_t messages = 0;
  uint64_t missing = 0;     // skipped numbers; one that comes later is not taken off
  uint64_t disordered = 0;  // repeated, or later than a following one
  uint64_t foreign = 0;     // messages that no publisher of this benchmark sent
};

class MessageScan {
 public:
  // Without publishers every message is foreign.
  MessageScan(std::string_view subject, uint32_t sid, uint32_t payload_bytes, uint32_t publishers);

  // Takes whole frames; returns the first byte that was not taken.
  const char* scan(const char* begin, const char* end);

  const ScanCounts& counts() const { return counts_; }
  // How many messages of this publisher have come, or were missing.
  uint64_t reached(uint32_t publisher) const { return next_[publisher]; }
  // When the first message of the last scan() was sent; 0 when it took none, or none has a time.
  int64_t first_sent_ns() const { return first_sent_ns_; }
  // PINGs since the last call: each wants a PONG.
  uint32_t take_pings();
  uint32_t pongs() const { return pongs_; }
  // What the server complained about first, or what could not be understood; empty: nothing.
  const std::string& error() const { return error_; }

 private:
  void take_stamp(const char* payload);
  const char* scan_other(const char* begin, const char* end);

  const std::string line_;  // "MSG subject sid bytes CRLF"
  const size_t frame_bytes_;
  const bool timed_;
  int64_t first_sent_ns_ = 0;
  std::vector<uint64_t> next_;  // by publisher
  ScanCounts counts_;
  uint32_t pings_ = 0;
  uint32_t pongs_ = 0;
  std::string error_;
};

}  // namespace antiphon::fleet::bench
