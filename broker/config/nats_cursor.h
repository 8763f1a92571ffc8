// A position in the text of a NATS configuration file, and what may be skipped from there.
//
// INVARIANTS: the text holds no NUL byte (the parser checks it first), so peek() == 0 means the
// end.
#pragma once

#include <string_view>
#include <utility>

#include "broker/config/diagnostics.h"

namespace antiphon {

inline bool is_newline(char c) {
  return c == '\n' || c == '\r';
}
inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
inline bool is_space(char c) {
  return is_blank(c) || is_newline(c) || c == '\v' || c == '\f';
}

// What ends a value that stands without quotes.
inline bool ends_bare_value(char c) {
  return c == 0 || is_newline(c) || is_blank(c) || c == ';' || c == ',' || c == ']' || c == '}';
}

class NatsCursor {
 public:
  NatsCursor(std::string_view text, std::shared_ptr<const SourceFile> file)
      : text_(text), file_(std::move(file)) {}
  // The text of a variable: it has no lines of its own, so every place is that of the reference.
  NatsCursor(std::string_view text, Place reference)
      : text_(text), reference_(std::move(reference)), is_reference_(true) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] char previous() const { return at_ > 0 ? text_[at_ - 1] : '\0'; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  // REQUIRES: not at_end().
  char take() {
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      line_start_ = at_;
    }
    return c;
  }
  void take(size_t count) {
    while (count-- > 0) take();
  }

  // The place of the next byte.
  [[nodiscard]] Place place() const {
    if (is_reference_) return reference_;
    return {file_, line_, static_cast<uint32_t>(at_ - line_start_ + 1)};
  }
  [[nodiscard]] uint32_t line() const { return line_; }

  void skip_blanks() {
    while (is_blank(peek())) take();
  }
  void skip_space() {
    while (is_space(peek())) take();
  }
  [[nodiscard]] bool at_comment() const {
    return peek() == '#' || (peek() == '/' && peek(1) == '/');
  }
  // Up to the newline, which stays.
  void skip_comment() {
    while (!at_end() && !is_newline(peek())) take();
  }
  void skip_space_and_comments() {
    for (skip_space(); at_comment(); skip_space()) skip_comment();
  }

 private:
  std::string_view text_;
  std::shared_ptr<const SourceFile> file_;
  Place reference_;
  bool is_reference_ = false;
  size_t at_ = 0;
  size_t line_start_ = 0;
  uint32_t line_ = 1;
};

}  // namespace antiphon
