#include "broker/monitor/exposition.h"

#include <charconv>

#include "protocol/bytes/utf8.h"

namespace antiphon {
namespace {

enum class Quote { kNone, kDouble };

// A line of help, or a label's value: both may hold any UTF-8 text, with these escapes. Bytes that
// are not UTF-8 become U+FFFD.
void append_escaped(std::string& out, std::string_view text, Quote quote) {
  while (!text.empty()) {
    const Utf8Rune rune = decode_rune(text);
    if (!rune.valid) {
      out += "\xEF\xBF\xBD";
    } else if (text[0] == '\n') {
      out += "\\n";
    } else if (text[0] == '\\') {
      out += "\\\\";
    } else if (text[0] == '"' && quote == Quote::kDouble) {
      out += "\\\"";
    } else {
      out.append(text.substr(0, rune.bytes));
    }
    text.remove_prefix(rune.bytes);
  }
}

constexpr size_t kNumberBytes = 32;

std::string_view number_text(double value, char (&text)[kNumberBytes]) {
  const char* end = std::to_chars(text, text + kNumberBytes, value).ptr;
  return {text, static_cast<size_t>(end - text)};
}

}  // namespace

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  out_.append("# HELP ").append(name).append(" ");
  append_escaped(out_, help, Quote::kNone);
  out_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Exposition::sample(double value, std::initializer_list<Label> labels) {
  char text[kNumberBytes];
  write_sample(number_text(value, text), labels);
}

void Exposition::summed(uint64_t count, double sum, std::initializer_list<Label> labels) {
  char text[kNumberBytes];
  write_sample(number_text(sum, text), labels, "_sum");
  write_sample(std::to_string(count), labels, "_count");
}

void Exposition::write_sample(std::string_view value, std::initializer_list<Label> labels,
                              std::string_view suffix) {
  out_.append(name_).append(suffix);
  char before = '{';
  for (const auto& [label, text] : labels) {
    out_ += before;
    out_.append(label).append("=\"");
    append_escaped(out_, text, Quote::kDouble);
    out_ += '"';
    before = ',';
  }
  if (labels.size() > 0) out_ += '}';
  out_.append(" ").append(value).append("\n");
}

}  // namespace antiphon
