#include "broker/config/nats_parser.h"

#include <algorithm>
#include <utility>

#include "broker/config/nats_tree.h"

namespace antiphon {

bool NatsTree::fail(Place place, std::string message) {
  state_.diagnostics.error(std::move(place), std::move(message));
  state_.complete = false;
  return false;
}

bool NatsTree::count_values(uint32_t count, const Place& place) {
  if (count <= kConfigValuesMax - state_.values) {
    state_.values += count;
    return true;
  }
  return fail(place, "more than " + std::to_string(kConfigValuesMax) + " values in all");
}

bool NatsTree::fail_nesting(const Place& place) {
  return fail(place, "more than " + std::to_string(kConfigNestingMax) +
                         " blocks and lists inside each other");
}

bool NatsTree::read_file(OpenMap& root, uint32_t depth) {
  const size_t nul = cursor_.rest().find('\0');
  if (nul != std::string_view::npos) {
    NatsCursor before_nul = cursor_;
    before_nul.take(nul);
    return fail(before_nul.place(), "a NUL byte: this is not a text file");
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (cursor_.rest().substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    cursor_.take(kByteOrderMark.size());
  }
  open_maps_.push_back(&root);
  const bool done = read_entries(root, nullptr, depth);
  open_maps_.pop_back();
  return done;
}

bool NatsTree::read_single_value(ConfigValue& value, uint32_t depth) {
  if (cursor_.rest().find('\0') != std::string_view::npos) {
    return fail(cursor_.place(), "a NUL byte in the value");
  }
  cursor_.skip_blanks();
  if (cursor_.at_end()) {
    value.data = std::string();
    value.place = cursor_.place();
    return true;
  }
  if (is_newline(cursor_.peek()) || ends_bare_value(cursor_.peek())) {
    return fail(cursor_.place(), "its text does not begin with a value");
  }
  if (!read_value(value, depth) || !read_end_of_entry(false)) return false;
  cursor_.skip_space_and_comments();
  return cursor_.at_end() || fail(cursor_.place(), "its text holds more than one value; quote it");
}

// `opened` is the place of the opening brace, or null for a file's own entries.
bool NatsTree::read_entries(OpenMap& map, const Place* opened, uint32_t depth) {
  for (;;) {
    cursor_.skip_space_and_comments();
    if (cursor_.at_end()) {
      return opened == nullptr || fail(*opened, "this block is not closed: its } is missing");
    }
    if (cursor_.peek() == '}') {
      if (opened == nullptr) return read_stray_brace();
      cursor_.take();
      return true;
    }
    if (cursor_.peek() == '{' && opened == nullptr) {
      // A whole file in braces, as JSON has it.
      const Place brace = cursor_.place();
      cursor_.take();
      if (!read_entries(map, &brace, depth) || !read_end_of_entry(false)) return false;
    } else if (!read_entry(map, opened != nullptr, depth)) {
      return false;
    }
  }
}

// The reference server takes a } too many only as the last thing in the file.
bool NatsTree::read_stray_brace() {
  const Place place = cursor_.place();
  cursor_.take();
  cursor_.skip_space_and_comments();
  if (!cursor_.at_end()) return fail(place, "this } closes nothing");
  state_.diagnostics.warning(place, "this } closes nothing");
  return true;
}

bool NatsTree::read_entry(OpenMap& map, bool inside_braces, uint32_t depth) {
  ScannedKey key;
  SyntaxError error;
  const bool after_blank = is_blank(cursor_.previous());
  if (!scan_key(cursor_, key, error)) return fail(std::move(error));
  if (!key.quoted && is_space(cursor_.peek()) && equals_ignore_case(key.text, "include")) {
    return read_include(map, key.place, depth) && read_end_of_entry(inside_braces);
  }
  ConfigEntry entry;
  entry.key_hidden = may_be_secret(key, after_blank);
  if (!read_separator(key, inside_braces)) return false;
  current_key_ = key.text;
  const bool quoted_next = cursor_.peek() == '"' || cursor_.peek() == '\'';
  if (!read_value(entry.value, depth)) return false;
  if (names_a_secret(key.text) && !quoted_next) secret_line_ = cursor_.line();
  entry.key = std::move(key.text);
  entry.key_place = std::move(key.place);
  add_entry(map, std::move(entry));
  return read_end_of_entry(inside_braces);
}

// A secret without quotes ends at a comma or semicolon, so that a key right behind it may be the
// rest of it; hardly so when a blank stands before the key and a separator behind it.
bool NatsTree::may_be_secret(const ScannedKey& key, bool after_blank) const {
  if (secret_line_ != key.place.line) return false;
  NatsCursor behind = cursor_;
  behind.skip_blanks();
  return !after_blank || (behind.peek() != '=' && behind.peek() != ':');
}

// A key may be followed by newlines before its separator or value; inside braces the separator
// too, but at the top the value must then begin on the same line.
bool NatsTree::read_separator(const ScannedKey& key, bool inside_braces) {
  cursor_.skip_space();
  const bool separated = cursor_.peek() == '=' || cursor_.peek() == ':';
  if (separated) {
    cursor_.take();
    if (inside_braces) {
      cursor_.skip_space();
    } else {
      cursor_.skip_blanks();
    }
  }
  if (separated && is_newline(cursor_.peek())) {
    return fail(cursor_.place(), "the value must begin on the line of its key");
  }
  if (ends_bare_value(cursor_.peek())) return fail(key.place, "this key has no value");
  return true;
}

bool NatsTree::read_end_of_entry(bool inside_braces) {
  cursor_.skip_blanks();
  const char next = cursor_.peek();
  if (next == ';' || next == ',') {
    cursor_.take();
  } else if (next == '}' && !inside_braces) {
    state_.diagnostics.warning(cursor_.place(), "this } closes nothing");
    cursor_.take();
  } else if (!(next == 0 || is_newline(next) || next == '}' || cursor_.at_comment())) {
    return fail(cursor_.place(),
                "more text after the value: expected a new line, ; or , (text with spaces needs "
                "quotes)");
  }
  return true;
}

bool NatsTree::read_value(ConfigValue& value, uint32_t depth) {
  value.place = cursor_.place();
  if (!count_values(1, value.place)) return false;
  if (cursor_.peek() != '{' && cursor_.peek() != '[') return read_scalar(value, depth);
  if (depth >= kConfigNestingMax) {
    return fail_nesting(value.place);
  }
  return cursor_.peek() == '{' ? read_map(value, depth + 1) : read_list(value, depth + 1);
}

bool NatsTree::read_map(ConfigValue& value, uint32_t depth) {
  cursor_.take();
  OpenMap map;
  open_maps_.push_back(&map);
  const bool done = read_entries(map, &value.place, depth);
  open_maps_.pop_back();
  value.nesting = map.nesting + 1;
  value.value_count = map.value_count;
  value.data = std::move(map.map);
  return done;
}

bool NatsTree::read_list(ConfigValue& value, uint32_t depth) {
  cursor_.take();
  ConfigArray list;
  for (;;) {
    cursor_.skip_space_and_comments();
    if (cursor_.at_end()) return fail(value.place, "this list is not closed: its ] is missing");
    if (cursor_.peek() == ']') break;
    if (ends_bare_value(cursor_.peek())) {
      return fail(cursor_.place(), "expected a value of the list or its ]");
    }
    ConfigValue& item = list.emplace_back();
    if (!read_value(item, depth)) return false;
    value.nesting = std::max(value.nesting, item.nesting);
    value.value_count += item.value_count;
    cursor_.skip_blanks();
    if (cursor_.peek() == ',') {
      cursor_.take();
    } else if (!(cursor_.at_end() || is_newline(cursor_.peek()) || cursor_.peek() == ']' ||
                 cursor_.at_comment())) {
      return fail(cursor_.place(), "expected a , or ] after the list's value");
    }
  }
  cursor_.take();
  ++value.nesting;
  value.data = std::move(list);
  return true;
}

bool NatsTree::read_scalar(ConfigValue& value, uint32_t depth) {
  ScannedScalar scalar;
  SyntaxError error;
  if (!scan_scalar(cursor_, scalar, error)) return fail(std::move(error));
  if (!scalar.is_variable) {
    value = std::move(scalar.value);
    return true;
  }
  return resolve_variable(*scalar.value.get<std::string>(), value, depth);
}

void NatsTree::add_entry(OpenMap& map, ConfigEntry entry) {
  map.nesting = std::max(map.nesting, entry.value.nesting);
  const auto [slot, is_new] = map.index.try_emplace(entry.key, map.map.entries.size());
  if (is_new) {
    map.value_count += entry.value.value_count;
    map.map.entries.push_back(std::move(entry));
    return;
  }
  ConfigEntry& before = map.map.entries[slot->second];
  if (before.key_place.file == entry.key_place.file && entry.key_place.file != nullptr) {
    state_.diagnostics.warning(entry.key_place, "this key was already set on line " +
                                                    std::to_string(before.key_place.line) +
                                                    "; the later value counts");
  }
  map.value_count += entry.value.value_count - before.value.value_count;
  before.value = std::move(entry.value);
  before.key_place = std::move(entry.key_place);
  before.key_hidden = entry.key_hidden;
}

ParsedNatsConfig parse_nats_config(const std::string& name, std::string_view text,
                                   const ConfigInputs& inputs, Diagnostics& diagnostics) {
  NatsParseState state{inputs, diagnostics};
  state.open_files.push_back(name);
  state.bytes = text.size();
  auto file = std::make_shared<const SourceFile>(SourceFile{name, state.files++});
  OpenMap root;
  NatsTree tree(state, name, NatsCursor(text, std::move(file)));
  const bool read = tree.read_file(root, 0);
  return {std::move(root.map), read && state.complete};
}

}  // namespace antiphon
