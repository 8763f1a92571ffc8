#include "broker/config/choria_conf.h"

#include <optional>

#include "broker/config/choria_keys.h"
#include "broker/config/config_text.h"
#include "broker/config/option_table.h"
#include "broker/config/unsupported_options.h"
#include "protocol/bytes/utf8.h"

namespace antiphon {
namespace {

// What Go's unicode.IsSpace holds for white space.
bool is_unicode_space(uint32_t rune) {
  return (rune >= 0x09 && rune <= 0x0D) || rune == 0x20 || rune == 0x85 || rune == 0xA0 ||
         rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 ||
         rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

// What `\s` of the reference's expression matches.
bool is_regex_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

struct Line {
  std::string_view text;   // without the blanks around it
  size_t column_skip = 0;  // how many bytes stood before it
};

Line trim_line(std::string_view line) {
  size_t first = line.size();
  size_t last = 0;
  for (size_t at = 0; at < line.size();) {
    const Utf8Rune rune = decode_rune(line.substr(at));
    if (!is_unicode_space(rune.value)) {
      if (first == line.size()) first = at;
      last = at + rune.bytes;
    }
    at += rune.bytes;
  }
  if (first >= last) return {};
  return {line.substr(first, last - first), first};
}

struct KeyAndValue {
  std::string_view key;
  std::string_view value;
};

// REQUIRES: `line` is trimmed and not empty.
std::optional<KeyAndValue> split_line(std::string_view line) {
  const size_t equals = line.find('=', 1);
  if (equals == std::string_view::npos || equals + 1 == line.size()) return std::nullopt;
  size_t key_end = equals;
  while (key_end > 1 && is_regex_space(line[key_end - 1])) --key_end;
  size_t value_begin = equals + 1;
  while (value_begin + 1 < line.size() && is_regex_space(line[value_begin])) ++value_begin;
  return KeyAndValue{line.substr(0, key_end), line.substr(value_begin)};
}

// The next line, taken off the front of `text`.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

void report_line(const Line& line, const Place& place, Diagnostics& diagnostics) {
  if (line.text.size() > 1 && line.text.find('=', 1) == line.text.size() - 1) {
    diagnostics.warning(place, "this key has no value and is passed over, as Choria does");
  } else {
    diagnostics.error(place, "expected `key = value`");
  }
}

bool is_nats_key(std::string_view key) {
  const std::string lower = lower_case(key);
  return find_option(lower) != nullptr || find_unsupported_option(lower) != nullptr ||
         lower == "include";
}

}  // namespace

std::vector<ChoriaSetting> parse_choria_conf(const std::shared_ptr<const SourceFile>& file,
                                             std::string_view text, std::string_view prefix,
                                             Diagnostics& diagnostics) {
  std::vector<ChoriaSetting> settings;
  for (uint32_t number = 1; !text.empty(); ++number) {
    const std::string_view whole = take_line(text);
    if (whole.size() >= kChoriaLineBytesMax) {
      diagnostics.error({file, number, 1}, "a line of 64 KiB or more");
      continue;
    }
    const Line line = trim_line(whole);
    if (line.text.empty() || line.text[0] == '#') continue;
    const auto place_at = [&](std::string_view part) {
      return Place{file, number, static_cast<uint32_t>(part.data() - whole.data() + 1)};
    };
    const std::optional<KeyAndValue> split = split_line(line.text);
    if (!split) {
      report_line(line, place_at(line.text), diagnostics);
      continue;
    }
    settings.push_back({std::string(prefix) + std::string(split->key), std::string(split->value),
                        place_at(split->key), place_at(split->value)});
  }
  return settings;
}

bool looks_like_choria_conf(std::string_view text) {
  while (!text.empty()) {
    const Line line = trim_line(take_line(text).substr(0, kChoriaLineBytesMax));
    if (line.text.empty() || line.text[0] == '#' || line.text.starts_with("//")) continue;
    const std::string_view first_word = line.text.substr(0, line.text.find_first_of(" \t=:{\"'"));
    const bool nats = first_word.empty() || is_nats_key(first_word);
    const bool choria = split_line(line.text).has_value() && is_choria_key(first_word);
    if (nats != choria) return choria;
  }
  return false;
}

}  // namespace antiphon
