#include "broker/config/nats_scanner.h"

#include "broker/config/nats_number.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

bool fail(const Place& place, std::string message, SyntaxError& error) {
  error = {place, std::move(message)};
  return false;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// REQUIRES: the cursor stands on the backslash.
bool take_escape(NatsCursor& cursor, std::string& out, SyntaxError& error) {
  const Place place = cursor.place();
  cursor.take();
  switch (cursor.at_end() ? '\0' : cursor.take()) {
    case 't':
      out += '\t';
      return true;
    case 'n':
      out += '\n';
      return true;
    case 'r':
      out += '\r';
      return true;
    case '"':
      out += '"';
      return true;
    case '\\':
      out += '\\';
      return true;
    case 'x': {
      const int high = hex_value(cursor.peek());
      const int low = hex_value(cursor.peek(1));
      if (high < 0 || low < 0) return fail(place, "\\x needs two hexadecimal digits", error);
      cursor.take(2);
      out += static_cast<char>(high * 16 + low);
      return true;
    }
    default:
      return fail(place, R"(unknown escape: only \xXX \t \n \r \" \\ are known here)", error);
  }
}

bool take_double_quoted(NatsCursor& cursor, std::string& out, SyntaxError& error) {
  const Place opened = cursor.place();
  cursor.take();
  while (!cursor.at_end()) {
    if (cursor.peek() == '\\') {
      if (!take_escape(cursor, out, error)) return false;
      continue;
    }
    const char c = cursor.take();
    if (c == '"') return true;
    out += c;
  }
  return fail(opened, "this double-quoted text is not closed", error);
}

// No escapes inside; may hold newlines.
bool take_single_quoted(NatsCursor& cursor, std::string& out, SyntaxError& error) {
  const Place opened = cursor.place();
  cursor.take();
  while (!cursor.at_end()) {
    const char c = cursor.take();
    if (c == '\'') return true;
    out += c;
  }
  return fail(opened, "this single-quoted text is not closed", error);
}

// Everything up to a `)` that has a line for itself, newlines included.
bool take_block_text(NatsCursor& cursor, std::string& out, SyntaxError& error) {
  const Place opened = cursor.place();
  cursor.take();
  while (!cursor.at_end()) {
    const bool line_begins = !out.empty() && out.back() == '\n';
    const char c = cursor.take();
    const bool line_ends = cursor.at_end() || is_newline(cursor.peek());
    if (c == ')' && line_begins && line_ends) return true;
    out += c;
  }
  return fail(opened, "this ( text is not closed: its ) must stand alone on a line", error);
}

bool is_boolean_word(std::string_view text, bool& value) {
  for (std::string_view word : {"true", "yes", "on"}) {
    if (equals_ignore_case(text, word)) return value = true, true;
  }
  for (std::string_view word : {"false", "no", "off"}) {
    if (equals_ignore_case(text, word)) return value = false, true;
  }
  return false;
}

// bcrypt hashes begin with a dollar sign but are no variables.
bool is_bcrypt(std::string_view text) {
  return text.size() > 3 && text.substr(0, 2) == "$2" && text[3] == '$' &&
         std::string_view("abxy").find(text[2]) != std::string_view::npos;
}

bool take_bare(NatsCursor& cursor, ScannedScalar& scalar, SyntaxError& error) {
  std::string text;
  bool escaped = false;
  while (!ends_bare_value(cursor.peek())) {
    if (cursor.peek() == '\'') {
      return fail(cursor.place(), "a quote inside text without quotes: put the whole in \"\"",
                  error);
    }
    if (cursor.peek() == '\\') {
      escaped = true;
      if (!take_escape(cursor, text, error)) return false;
    } else {
      text += cursor.take();
    }
  }
  bool boolean = false;
  if (!escaped && is_boolean_word(text, boolean)) {
    scalar.value.data = boolean;
  } else if (!escaped && text[0] == '$' && !is_bcrypt(text)) {
    scalar.is_variable = true;
    scalar.value.data = text.substr(1);
  } else {
    scalar.value.data = std::move(text);
  }
  return true;
}

bool take_quoted_key(NatsCursor& cursor, ScannedKey& key, SyntaxError& error) {
  const char quote = cursor.take();
  key.quoted = true;
  while (!cursor.at_end() && !is_newline(cursor.peek())) {
    const char c = cursor.take();
    if (c == quote) return true;
    key.text += c;
  }
  return fail(key.place, "this key's quote is not closed on its line", error);
}

}  // namespace

bool scan_key(NatsCursor& cursor, ScannedKey& key, SyntaxError& error) {
  key.place = cursor.place();
  if (cursor.peek() == '"' || cursor.peek() == '\'') return take_quoted_key(cursor, key, error);
  if (cursor.peek() == '/') return fail(key.place, "expected a key; comments begin with //", error);
  constexpr std::string_view kNotInKeys = "{}[](),;";
  while (!cursor.at_end() && !is_space(cursor.peek())) {
    const char c = cursor.peek();
    if (c == '=' || c == ':') break;
    if (kNotInKeys.find(c) != std::string_view::npos) {
      const std::string shown = {'\'', c, '\''};
      return fail(cursor.place(),
                  key.text.empty()
                      ? "expected a key, found " + shown
                      : "unexpected " + shown + " in a key: put a space or = before it",
                  error);
    }
    key.text += cursor.take();
  }
  if (key.text.empty()) return fail(key.place, "expected a key before the = or :", error);
  return true;
}

bool scan_scalar(NatsCursor& cursor, ScannedScalar& scalar, SyntaxError& error) {
  scalar.value.place = cursor.place();
  const char first = cursor.peek();
  if (first == '"' || first == '\'' || first == '(') {
    scalar.quoted = true;
    std::string text;
    const bool taken = first == '"'    ? take_double_quoted(cursor, text, error)
                       : first == '\'' ? take_single_quoted(cursor, text, error)
                                       : take_block_text(cursor, text, error);
    scalar.value.data = std::move(text);
    return taken;
  }
  if (first == '.') {
    return fail(cursor.place(), "a value cannot begin with a point; put text in quotes", error);
  }
  if (is_digit(first) || first == '-') {
    const NumberScan number = scan_number(cursor, scalar.value, error);
    if (number != NumberScan::kIsText) return number == NumberScan::kDone;
  }
  return take_bare(cursor, scalar, error);
}

bool scan_include_path(NatsCursor& cursor, std::string& path, SyntaxError& error) {
  const Place place = cursor.place();
  const char first = cursor.peek();
  if (first == '"' || first == '\'') {
    cursor.take();
    while (!cursor.at_end() && !is_newline(cursor.peek()) && cursor.peek() != first) {
      path += cursor.take();
    }
    if (cursor.peek() != first) return fail(place, "this path's quote is not closed", error);
    cursor.take();
  } else {
    while (!ends_bare_value(cursor.peek())) path += cursor.take();
  }
  if (path.empty()) return fail(place, "include needs the path of a file", error);
  return true;
}

}  // namespace antiphon
