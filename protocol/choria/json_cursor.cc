#include "protocol/choria/json_cursor.h"

#include <array>
#include <charconv>

#include "protocol/bytes/json_scan.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

// Bytes a string may hold unescaped, and which need no decoding.
enum class Byte : uint8_t { kPlain, kWide, kQuote, kEscape, kControl };
constexpr std::array<Byte, 256> make_classes() {
  std::array<Byte, 256> classes{};
  for (size_t i = 0; i < 256; ++i) {
    classes[i] = i < 0x20 ? Byte::kControl : i >= 0x80 ? Byte::kWide : Byte::kPlain;
  }
  classes['"'] = Byte::kQuote;
  classes['\\'] = Byte::kEscape;
  return classes;
}
constexpr std::array<Byte, 256> kClasses = make_classes();

size_t skip_plain(std::string_view text, size_t i) {
  const char* const end = text.data() + text.size();
  return static_cast<size_t>(find_not_plain(text.data() + i, end) - text.data());
}

bool is_hex(char c) {
  const char lower = to_lower(c);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

}  // namespace

bool JsonCursor::fail(Fault fault, std::string_view field) {
  if (!problem_) problem_ = {fault, field, pos_};
  return false;
}

void JsonCursor::name_problem(std::string_view field) {
  if (problem_ && problem_.field.empty()) problem_.field = field;
}

void JsonCursor::skip_space() {
  while (pos_ < text_.size()) {
    const char c = text_[pos_];
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return;
    ++pos_;
  }
}

char JsonCursor::peek() {
  skip_space();
  return pos_ < text_.size() ? text_[pos_] : '\0';
}

bool JsonCursor::take(char c) {
  if (pos_ == text_.size() || text_[pos_] != c) return false;
  ++pos_;
  return true;
}

bool JsonCursor::open(char c) {
  if (!ok()) return false;
  if (peek() != c) return fail(Fault::kWrongType);
  if (++depth_ > kJsonDepthMax) return fail(Fault::kTooDeep);
  ++pos_;
  just_opened_ = true;
  return true;
}

bool JsonCursor::begin_object() {
  return open('{');
}
bool JsonCursor::begin_array() {
  return open('[');
}

bool JsonCursor::next_item(char close) {
  if (!ok()) return false;
  skip_space();
  const bool first = just_opened_;
  just_opened_ = false;
  if (take(close)) {
    --depth_;
    return false;
  }
  if (!first && !take(',')) return fail(Fault::kNotJson);
  return true;
}

bool JsonCursor::next_element() {
  return next_item(']');
}

bool JsonCursor::next_key() {
  if (!next_item('}')) return false;
  if (peek() != '"') return fail(Fault::kNotJson);
  if (!read_string(key_, key_scratch_)) return false;
  skip_space();
  return take(':') || fail(Fault::kNotJson);
}

bool JsonCursor::scan_escape() {
  if (pos_ == text_.size()) return fail(Fault::kNotJson);
  const char c = text_[pos_++];
  if (c != 'u') {
    return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos ||
           fail(Fault::kNotJson);
  }
  for (int i = 0; i < 4; ++i, ++pos_) {
    if (pos_ == text_.size() || !is_hex(text_[pos_])) return fail(Fault::kNotJson);
  }
  return true;
}

bool JsonCursor::scan_string(StringSlice& slice) {
  if (peek() != '"') return fail(Fault::kWrongType);
  const size_t start = ++pos_;
  while ((pos_ = skip_plain(text_, pos_)) < text_.size()) {
    switch (kClasses[static_cast<uint8_t>(text_[pos_])]) {
      case Byte::kPlain:
        break;
      case Byte::kWide:
        slice.plain = false;
        ++pos_;
        break;
      case Byte::kEscape:
        slice.plain = false;
        ++pos_;
        if (!scan_escape()) return false;
        break;
      case Byte::kQuote:
        slice.raw = text_.substr(start, pos_ - start);
        ++pos_;
        return true;
      case Byte::kControl:
        return fail(Fault::kNotJson);
    }
  }
  return fail(Fault::kNotJson);
}

bool JsonCursor::read_string(std::string& out, size_t bytes_max) {
  if (!ok()) return false;
  StringSlice slice;
  if (!scan_string(slice)) return false;
  out.clear();
  if (slice.plain) {
    if (slice.raw.size() > bytes_max) return fail(Fault::kTooLong);
    out.append(slice.raw);
    return true;
  }
  append_decoded(slice.raw, out);
  return out.size() <= bytes_max || fail(Fault::kTooLong);
}

bool JsonCursor::read_filled(std::string& out, size_t bytes_max) {
  if (!read_string(out, bytes_max)) return false;
  return !out.empty() || fail(Fault::kBadValue);
}

bool JsonCursor::read_string(std::string_view& out, std::string& scratch) {
  if (!ok()) return false;
  StringSlice slice;
  if (!scan_string(slice)) return false;
  if (slice.plain) {
    out = slice.raw;
    return true;
  }
  scratch.clear();
  append_decoded(slice.raw, scratch);
  out = scratch;
  return true;
}

bool JsonCursor::scan_digits() {
  const size_t start = pos_;
  while (pos_ < text_.size() && is_digit(text_[pos_])) ++pos_;
  return pos_ > start || fail(Fault::kNotJson);
}

bool JsonCursor::scan_number(std::string_view& number) {
  const size_t start = pos_;
  (void)take('-');
  if (!take('0') && !scan_digits()) return false;
  if (take('.') && !scan_digits()) return false;
  if (take('e') || take('E')) {
    if (!take('+')) (void)take('-');
    if (!scan_digits()) return false;
  }
  number = text_.substr(start, pos_ - start);
  return true;
}

bool JsonCursor::read_integer(int64_t& out) {
  if (!ok()) return false;
  const char c = peek();
  if (c != '-' && !is_digit(c)) return fail(Fault::kWrongType);
  std::string_view number;
  if (!scan_number(number)) return false;
  const char* end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, out);
  return (error == std::errc() && stop == end) || fail(Fault::kBadValue);
}

bool JsonCursor::scan_word(std::string_view word) {
  if (text_.substr(pos_, word.size()) != word) return fail(Fault::kNotJson);
  pos_ += word.size();
  return true;
}

// Recursion is bounded by kJsonDepthMax: open() refuses to go deeper.
bool JsonCursor::skip_value() {
  if (!ok()) return false;
  switch (peek()) {
    case '{':
      if (!begin_object()) return false;
      while (next_key()) {
        if (!skip_value()) return false;
      }
      return ok();
    case '[':
      if (!begin_array()) return false;
      while (next_element()) {
        if (!skip_value()) return false;
      }
      return ok();
    case '"': {
      StringSlice slice;
      return scan_string(slice);
    }
    case 't':
      return scan_word("true");
    case 'f':
      return scan_word("false");
    case 'n':
      return scan_word("null");
    default: {
      std::string_view number;
      return scan_number(number);
    }
  }
}

bool JsonCursor::read_raw(std::string_view& raw) {
  skip_space();
  const size_t start = pos_;
  if (!skip_value()) return false;
  raw = text_.substr(start, pos_ - start);
  return true;
}

bool JsonCursor::take_null() {
  if (!ok() || peek() != 'n') return false;
  return scan_word("null");
}

bool JsonCursor::finish() {
  if (!ok()) return false;
  skip_space();
  return pos_ == text_.size() || fail(Fault::kNotJson);
}

bool is_json(std::string_view text) {
  JsonCursor json(text);
  return json.skip_value() && json.finish();
}

}  // namespace antiphon::choria
