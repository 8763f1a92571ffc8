#include "protocol/choria/pattern.h"

#include <re2/re2.h>

#include <algorithm>

#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

re2::RE2::Options options(bool case_sensitive) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryBytesMax);
  options.set_case_sensitive(case_sensitive);
  return options;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Pattern::Pattern(std::string_view expression, Case letter_case)
    : expression_(std::make_unique<re2::RE2>(piece(expression),
                                             options(letter_case == Case::kSensitive))) {}
Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

bool Pattern::valid() const {
  return expression_->ok();
}

bool Pattern::found_in(std::string_view text) const {
  return expression_->ok() && re2::RE2::PartialMatch(piece(text), *expression_);
}

bool Pattern::equal_fold(std::string_view a, std::string_view b) {
  if (is_ascii(a) && is_ascii(b)) return equals_ignore_case(a, b);
  const re2::RE2 expression(re2::RE2::QuoteMeta(piece(b)), options(false));
  return expression.ok() && re2::RE2::FullMatch(piece(a), expression);
}

bool is_pattern_text(std::string_view text) {
  return !text.empty() && text.front() == '/' && text.back() == '/';
}

std::string_view strip_slashes(std::string_view text) {
  if (!text.empty() && text.front() == '/') text.remove_prefix(1);
  if (!text.empty() && text.back() == '/') text.remove_suffix(1);
  return text;
}

std::string_view trim_slashes(std::string_view text) {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  return text;
}

}  // namespace antiphon::choria
