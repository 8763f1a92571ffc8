#include "protocol/nats/headers.h"

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

constexpr std::string_view kVersion = "NATS/1.0";
constexpr size_t kStatusDigits = 3;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view without_leading_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view trimmed(std::string_view text) {
  text = without_leading_blanks(text);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

HeaderWalk::HeaderWalk(std::string_view block) : rest_(block) {
  std::string_view line;
  valid_ = take_line(line) && read_status(line);
}

bool HeaderWalk::take_line(std::string_view& line) {
  const size_t newline = rest_.find('\n');
  if (newline == rest_.npos || lines_ == kHeaderLinesMax) return false;
  ++lines_;
  line = rest_.substr(0, newline);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  rest_.remove_prefix(newline + 1);
  return true;
}

bool HeaderWalk::read_status(std::string_view line) {
  if (line.substr(0, kVersion.size()) != kVersion) return false;
  line.remove_prefix(kVersion.size());
  if (!line.empty() && !is_blank(line.front())) return false;
  line = trimmed(line);
  if (line.empty()) return true;
  if (line.size() < kStatusDigits) return false;
  for (size_t i = 0; i < kStatusDigits; ++i) {
    if (!is_digit(line[i])) return false;
    status_code_ = static_cast<uint16_t>(status_code_ * 10 + (line[i] - '0'));
  }
  status_text_ = trimmed(line.substr(kStatusDigits));
  return true;
}

bool HeaderWalk::next(HeaderLine& line) {
  while (valid_ && !at_end_) {
    std::string_view text;
    if (!take_line(text)) {
      valid_ = false;
      return false;
    }
    if (text.empty()) {
      at_end_ = true;
      return false;
    }
    const size_t colon = text.find(':');
    if (colon == text.npos) {
      valid_ = false;
      return false;
    }
    if (colon == 0) continue;
    line = {text.substr(0, colon), without_leading_blanks(text.substr(colon + 1))};
    return true;
  }
  return false;
}

std::optional<std::string_view> find_header(std::string_view block, std::string_view key) {
  HeaderWalk walk(block);
  HeaderLine line;
  while (walk.next(line)) {
    if (line.key == key) return line.value;
  }
  return std::nullopt;
}

}  // namespace antiphon
