// Fuzzes the client parser: arbitrary bytes, cut in arbitrary pieces, give the same frames and the
// same error as in one piece; views stay inside the bytes; and every message can be written.
//
// INPUT: the first byte chooses limits, the second seeds the cuts, the rest is what a client sends.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/runtime/random.h"
#include "protocol/bytes/check.h"
#include "protocol/nats/message.h"
#include "protocol/nats/multi_publish.h"
#include "tests/unit/protocol/nats/feeding.h"

namespace antiphon {
namespace {

ClientParserLimits limits_from(uint8_t choice) {
  ClientParserLimits limits;
  if ((choice & 1) != 0) limits.control_line_bytes_max = 32;
  if ((choice & 2) != 0) limits.payload_bytes_max = 16;
  limits.headers = (choice & 4) == 0;
  limits.multi_publish = (choice & 8) != 0;
  return limits;
}

std::vector<size_t> cuts_from(uint8_t seed, size_t bytes) {
  Random random(seed + 1u);
  const uint64_t longest = 1 + random.below(24);
  std::vector<size_t> ends;
  for (size_t at = 0; at < bytes;) {
    at = std::min<size_t>(bytes, at + 1 + random.below(longest));
    ends.push_back(at);
  }
  return ends;
}

void check_inside(std::string_view all, std::string_view part) {
  if (part.empty()) return;
  AP_CHECK(part.data() >= all.data());
  AP_CHECK(part.data() + part.size() <= all.data() + all.size());
}

void check_written(const ClientFrame& frame) {
  std::string scratch;
  const Message message = message_of(frame, scratch);
  AP_CHECK(message.payload == frame.payload && message.reply == frame.reply);
  for (const bool with_headers : {false, true}) {
    std::vector<char> line(message_bytes(message, "12", with_headers));
    AP_CHECK(write_message(line.data(), message, "12", with_headers) == line.data() + line.size());
  }
}

void check_frames(std::string_view bytes, const ClientParserLimits& limits) {
  while (!bytes.empty()) {
    ClientFrame frame;
    const ParseResult result =
        parse_client_frame(bytes.data(), bytes.data() + bytes.size(), limits, frame);
    if (result.status == ParseStatus::kIncomplete) AP_CHECK(result.bytes_needed > bytes.size());
    if (result.status != ParseStatus::kFrame) return;
    AP_CHECK(result.bytes_consumed > 0 && result.bytes_consumed <= bytes.size());
    const std::string_view taken = bytes.substr(0, result.bytes_consumed);
    for (const std::string_view part : {frame.subject, frame.reply, frame.queue, frame.sid,
                                        frame.argument, frame.payload, frame.tail}) {
      check_inside(taken, part);
    }
    AP_CHECK(frame.header_bytes <= frame.payload.size());
    AP_CHECK(frame.payload.size() <= limits.payload_bytes_max);
    for (MultiPublishLines lines(frame.argument); frame.verb == Verb::kMpub && lines.next();) {
      check_inside(taken, lines.subject());
      check_inside(taken, lines.reply());
    }
    if (frame.verb == Verb::kPub || frame.verb == Verb::kHpub) check_written(frame);
    bytes.remove_prefix(result.bytes_consumed);
  }
}

}  // namespace
}  // namespace antiphon

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace antiphon;
  if (size < 3) return 0;
  const ClientParserLimits limits = limits_from(data[0]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  check_frames(bytes, limits);
  const Fed whole = feed_whole(bytes, limits);
  AP_CHECK(feed_byte_by_byte(bytes, limits) == whole);
  AP_CHECK(feed(bytes, cuts_from(data[1], bytes.size()), limits) == whole);
  return 0;
}
