// Fuzzes the parser of what servers send: the frames must not depend on how the bytes were cut.
// The first byte says in how large pieces they arrive.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes/check.h"
#include "protocol/nats/headers.h"
#include "protocol/nats/server_parser.h"

namespace antiphon {
namespace {

constexpr ServerParserLimits kLimits{.line_bytes_max = 512, .payload_bytes_max = 2048};

// Every frame as text, then the error if there was one.
class Reader {
 public:
  void feed(std::string_view bytes) {
    kept_.append(bytes);
    while (error_ == ParseError::kNone && kept_.size() > 0 && kept_.size() >= needed_) {
      ServerFrame frame;
      const char* begin = kept_.data();
      const ParseResult result = parse_server_frame(begin, begin + kept_.size(), kLimits, frame);
      needed_ = result.bytes_needed;
      error_ = result.error;
      AP_CHECK(result.status != ParseStatus::kIncomplete || needed_ > kept_.size());
      if (result.status != ParseStatus::kFrame) continue;
      AP_CHECK(result.bytes_consumed > 0 && result.bytes_consumed <= kept_.size());
      note(frame);
      kept_.erase(0, result.bytes_consumed);
    }
  }
  const std::string& seen() const { return seen_; }
  ParseError error() const { return error_; }

 private:
  void note(const ServerFrame& frame) {
    AP_CHECK(frame.payload.size() <= kLimits.payload_bytes_max);
    AP_CHECK(frame.header_bytes <= frame.payload.size());
    (void)find_header(frame.headers(), "Nats-Subject");
    seen_ += static_cast<char>('0' + static_cast<int>(frame.verb));
    for (const std::string_view text :
         {frame.subject, frame.sid, frame.reply, frame.headers(), frame.body(), frame.argument}) {
      seen_.append(text) += '|';
    }
  }

  std::string kept_;
  std::string seen_;
  size_t needed_ = 0;
  ParseError error_ = ParseError::kNone;
};

}  // namespace
}  // namespace antiphon

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using antiphon::Reader;
  if (size < 2) return 0;
  const size_t piece = data[0] + size_t{1};
  std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  Reader whole;
  whole.feed(bytes);
  Reader pieces;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    pieces.feed(bytes.substr(0, piece));
  }
  AP_CHECK(whole.seen() == pieces.seen());
  AP_CHECK(whole.error() == pieces.error());
  return 0;
}
