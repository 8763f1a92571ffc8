// Takes apart what a server sends, strictly: anything unexpected is a violation.
#pragma once

#include <string>
#include <string_view>

namespace antiphon::sim {

struct ServerLine {
  enum class Kind { kMessage, kPing, kPong, kOk, kError, kInfo };
  Kind kind = Kind::kOk;
  std::string subject;  // kMessage, as all below
  std::string sid;
  std::string reply;
  std::string header;
  std::string body;
  bool has_header = false;  // HMSG
  std::string text;         // kError, kInfo
};

// For a trace: one line, long bodies shortened.
std::string describe(const ServerLine& line);
// Any bytes in quotes, for a trace.
std::string quoted(std::string_view bytes);

class ServerLines {
 public:
  void feed(std::string_view bytes) {
    bytes_.erase(0, taken_);
    taken_ = 0;
    bytes_.append(bytes);
  }
  // The next complete line with its payload. False when there is none yet.
  bool next(ServerLine& line);

 private:
  bool take_message(std::string_view rest, size_t line_bytes, bool with_header, ServerLine& out);

  std::string bytes_;
  size_t taken_ = 0;
};

}  // namespace antiphon::sim
