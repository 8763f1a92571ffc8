#include "broker/monitor/json_writer.h"

#include <charconv>

#include "protocol/bytes/printable.h"

namespace antiphon {
namespace {

constexpr size_t kIndentBlanks = 2;
// Room for any double without an exponent: 309 digits before the point, or 324 and more behind it.
constexpr size_t kDoubleBytesMax = 1100;

}  // namespace

void JsonWriter::new_line() {
  if (layout_ == Layout::kCompact) return;
  out_ += '\n';
  out_.append(depth_ * kIndentBlanks, ' ');
}

void JsonWriter::begin_element() {
  if (!empty_) out_ += ',';
  empty_ = false;
  new_line();
}

void JsonWriter::begin_value() {
  if (!after_key_ && depth_ > 0) begin_element();
  after_key_ = false;
}

void JsonWriter::key(std::string_view name) {
  begin_element();
  append_printable_json(out_, name);
  out_ += layout_ == Layout::kCompact ? ":" : ": ";
  after_key_ = true;
}

void JsonWriter::open(char bracket) {
  begin_value();
  out_ += bracket;
  ++depth_;
  empty_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!empty_) new_line();
  out_ += bracket;
  empty_ = false;
}

void JsonWriter::raw(std::string_view text) {
  begin_value();
  out_ += text;
}

void JsonWriter::value(std::string_view text) {
  begin_value();
  append_printable_json(out_, text);
}

void JsonWriter::value(double number) {
  char text[kDoubleBytesMax];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed).ptr;
  raw({text, static_cast<size_t>(end - text)});
}

}  // namespace antiphon
