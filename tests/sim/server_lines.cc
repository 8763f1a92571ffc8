#include "tests/sim/server_lines.h"

#include <vector>

#include "protocol/bytes/decimal.h"
#include "protocol/bytes/json_text.h"
#include "tests/sim/violation.h"

namespace antiphon::sim {
namespace {

constexpr std::string_view kCrlf = "\r\n";

bool begins(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// Split at single blanks: the server writes exactly one between two words.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    const size_t blank = line.find(' ');
    words.emplace_back(line.substr(0, blank));
    require(!words.back().empty(), "an empty word in \"" + std::string(line) + '"');
    if (blank == line.npos) return words;
    line.remove_prefix(blank + 1);
  }
}

size_t size_from(const std::string& digits) {
  const int64_t size = parse_wire_size(digits);
  require(size >= 0, "a size that is none: " + digits);
  return static_cast<size_t>(size);
}

}  // namespace

std::string quoted(std::string_view bytes) {
  std::string text;
  append_go_quoted(text, bytes);
  return text;
}

std::string describe(const ServerLine& line) {
  if (line.kind != ServerLine::Kind::kMessage) return line.text;
  constexpr size_t kShown = 24;
  return (line.has_header ? "HMSG " : "MSG ") + line.subject + " " + line.sid + " " +
         quoted(std::string_view(line.body).substr(0, kShown));
}

// `rest` begins with a message line of `line_bytes` with its line end.
bool ServerLines::take_message(std::string_view rest, size_t line_bytes, bool with_header,
                               ServerLine& out) {
  const std::string_view line = rest.substr(0, line_bytes - kCrlf.size());
  const std::vector<std::string> words = words_of(line);
  const size_t sizes = with_header ? 2 : 1;
  require(words.size() == 3 + sizes || words.size() == 4 + sizes,
          "a message line of " + std::to_string(words.size()) + " words: " + std::string(line));
  const size_t total = size_from(words.back());
  const size_t header = with_header ? size_from(words[words.size() - 2]) : 0;
  require(header <= total, "a header larger than all");
  const size_t frame_bytes = line_bytes + total + kCrlf.size();
  if (rest.size() < frame_bytes) return false;
  require(rest.substr(line_bytes + total, kCrlf.size()) == kCrlf,
          "a payload without its line end behind " + std::string(line));
  out.kind = ServerLine::Kind::kMessage;
  out.subject = words[1];
  out.sid = words[2];
  out.reply = words.size() == 4 + sizes ? words[3] : "";
  out.has_header = with_header;
  out.header = rest.substr(line_bytes, header);
  out.body = rest.substr(line_bytes + header, total - header);
  taken_ += frame_bytes;
  return true;
}

bool ServerLines::next(ServerLine& out) {
  const std::string_view rest = std::string_view(bytes_).substr(taken_);
  const size_t end = rest.find(kCrlf);
  if (end == rest.npos) return false;
  const std::string_view line = rest.substr(0, end);
  const size_t line_bytes = end + kCrlf.size();
  if (begins(line, "MSG ")) return take_message(rest, line_bytes, false, out);
  if (begins(line, "HMSG ")) return take_message(rest, line_bytes, true, out);
  using Kind = ServerLine::Kind;
  if (line == "PING") {
    out.kind = Kind::kPing;
  } else if (line == "PONG") {
    out.kind = Kind::kPong;
  } else if (line == "+OK") {
    out.kind = Kind::kOk;
  } else if (begins(line, "-ERR '")) {
    out.kind = Kind::kError;
  } else if (begins(line, "INFO {")) {
    out.kind = Kind::kInfo;
  } else {
    throw Violation("the server said " + quoted(line));
  }
  out.text = line;
  taken_ += line_bytes;
  return true;
}

}  // namespace antiphon::sim
