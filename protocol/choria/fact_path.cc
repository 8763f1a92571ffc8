#include "protocol/choria/fact_path.h"

#include <charconv>

#include "protocol/bytes/text.h"
#include "protocol/choria/json_cursor.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr std::string_view kUncovered = "*?|";
constexpr std::string_view kUncoveredInFront = "@![{";

// The end of the part that starts at `from`: the next dot without a backslash before it.
size_t end_of_part(std::string_view path, size_t from) {
  for (size_t i = from; i < path.size(); ++i) {
    if (path[i] == '.') return i;
    if (path[i] == '\\') ++i;
  }
  return path.size();
}

std::optional<size_t> index_of(std::string_view digits) {
  size_t index = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, index);
  if (digits.empty() || error != std::errc() || stop != end) return std::nullopt;
  return index;
}

// Moves the cursor to the value of the key; false if there is none.
bool enter_key(JsonCursor& json, std::string_view key) {
  if (!json.begin_object()) return false;
  while (json.next_key()) {
    if (json.key() == key) return true;
    if (!json.skip_value()) return false;
  }
  return false;
}

bool enter_index(JsonCursor& json, size_t index) {
  if (!json.begin_array()) return false;
  for (size_t i = 0; json.next_element(); ++i) {
    if (i == index) return true;
    if (!json.skip_value()) return false;
  }
  return false;
}

std::optional<FactValue> read_length(JsonCursor& json) {
  if (!json.begin_array()) return std::nullopt;
  size_t count = 0;
  while (json.next_element()) {
    if (!json.skip_value()) return std::nullopt;
    ++count;
  }
  if (!json.ok()) return std::nullopt;
  return FactValue{FactKind::kNumber, std::to_string(count)};
}

FactKind kind_of(char first) {
  switch (first) {
    case '"':
      return FactKind::kText;
    case 't':
      return FactKind::kTrue;
    case 'f':
      return FactKind::kFalse;
    case 'n':
      return FactKind::kNull;
    case '{':
    case '[':
      return FactKind::kComposite;
    default:
      return FactKind::kNumber;
  }
}

std::optional<FactValue> read_value(JsonCursor& json) {
  FactValue value{kind_of(json.peek()), {}};
  std::string_view text;
  const bool read =
      value.kind == FactKind::kText ? json.read_string(text, value.text) : json.read_raw(text);
  if (!read) return std::nullopt;
  if (text.data() != value.text.data()) value.text.assign(text);
  return value;
}

}  // namespace

FactPath::FactPath(std::string_view path) {
  valid_ = path.substr(0, 2) != "..";
  for (size_t from = 0; valid_ && from <= path.size();) {
    const size_t end = end_of_part(path, from);
    valid_ = parts_.size() < kFactPathPartsMax && add_part(path.substr(from, end - from));
    from = end + 1;
  }
}

bool FactPath::add_part(std::string_view written) {
  Part part;
  if (!written.empty() && kUncoveredInFront.find(written[0]) != std::string_view::npos) {
    return false;
  }
  for (size_t i = 0; i < written.size(); ++i) {
    if (kUncovered.find(written[i]) != std::string_view::npos) return false;
    if (written[i] == '\\' && ++i == written.size()) break;
    part.key.push_back(written[i]);
  }
  part.index = index_of(written);
  part.is_length = written == "#";
  parts_.push_back(std::move(part));
  return true;
}

std::optional<FactValue> FactPath::find(std::string_view facts_json) const {
  if (!valid_) return std::nullopt;
  JsonCursor json(facts_json);
  for (size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (json.peek() != '[') {
      if (!enter_key(json, part.key)) return std::nullopt;
      continue;
    }
    if (part.is_length && i + 1 == parts_.size()) return read_length(json);
    if (!part.index || !enter_index(json, *part.index)) return std::nullopt;
  }
  return read_value(json);
}

}  // namespace antiphon::choria
