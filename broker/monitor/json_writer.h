// Writes JSON field by field, laid out exactly as nats-server's pages are.
//
// WHY not a JSON library: the order of the fields, the indentation, which characters are escaped
// and when a field is left out are part of what dashboards and scripts were written against.
// LAYOUT: kIndented puts each field on a line of its own, two spaces per depth, and writes empty
// arrays and objects as `[]` and `{}`; kCompact has no blanks at all.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace antiphon {

class JsonWriter {
 public:
  enum class Layout { kIndented, kCompact };

  // Appends to `out`, which must outlive the writer.
  explicit JsonWriter(std::string& out, Layout layout = Layout::kIndented)
      : out_(out), layout_(layout) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void begin_object(std::string_view name) {
    key(name);
    begin_object();
  }
  void begin_array(std::string_view name) {
    key(name);
    begin_array();
  }

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool is_true) { raw(is_true ? "true" : "false"); }
  void value(double number);
  template <std::integral Number>
  void value(Number number) {
    raw(std::to_string(number));
  }
  void null() { raw("null"); }

  template <typename Value>
  void field(std::string_view name, const Value& shown) {
    key(name);
    value(shown);
  }
  void null_field(std::string_view name) {
    key(name);
    null();
  }

  // Left out when it is "", 0 or false.
  void optional_field(std::string_view name, std::string_view text) {
    if (!text.empty()) field(name, text);
  }
  template <std::integral Number>
  void optional_field(std::string_view name, Number number) {
    if (number != Number{}) field(name, number);
  }

 private:
  void key(std::string_view name);
  void open(char bracket);
  void close(char bracket);
  void raw(std::string_view text);
  // The comma behind the element before, and the line the next one stands on.
  void begin_element();
  void begin_value();
  void new_line();

  std::string& out_;
  const Layout layout_;
  size_t depth_ = 0;
  bool after_key_ = false;
  bool empty_ = true;  // nothing stands yet in the innermost object or array
};

}  // namespace antiphon
