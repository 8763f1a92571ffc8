// Reads the header block of a message: a status line, then "Key: value" lines, then an empty line.
//
// MODEL: "NATS/1.0[ code[ text]] CRLF (key ":" [blanks] value CRLF)* CRLF". A walk over views of
// the block; nothing is copied. Keys are compared as they are written, the same key may come twice.
// LIMITS: at most kHeaderLinesMax lines are read; a block with more is malformed.
// SOURCE: what the reference's Go client accepts: lines may end in LF alone, a line with an empty
// key is skipped, a line without a colon makes the block malformed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace antiphon {

inline constexpr size_t kHeaderLinesMax = 4096;

struct HeaderLine {
  std::string_view key;
  std::string_view value;  // without the blanks that follow the colon
};

class HeaderWalk {
 public:
  explicit HeaderWalk(std::string_view block);

  // Whether everything read so far was well-formed; after the last next() it speaks of the block.
  bool valid() const { return valid_; }
  // The three digits after the version, 0 when there are none; 503 says that nobody listens.
  uint16_t status_code() const { return status_code_; }
  std::string_view status_text() const { return status_text_; }

  // The next key and value; false at the end of the block or where it is malformed.
  bool next(HeaderLine& line);

 private:
  bool take_line(std::string_view& line);
  bool read_status(std::string_view line);

  std::string_view rest_;
  std::string_view status_text_;
  size_t lines_ = 0;
  uint16_t status_code_ = 0;
  bool valid_ = false;
  bool at_end_ = false;
};

// The first value of `key`; nothing when there is none before the block ends or breaks.
std::optional<std::string_view> find_header(std::string_view block, std::string_view key);

}  // namespace antiphon
