#include "protocol/nats/connect_options.h"

#include <simdjson.h>

#include "protocol/bytes/text.h"
#include "protocol/bytes/utf8.h"
#include "protocol/nats/limits.h"

namespace antiphon {
namespace {

using simdjson::dom::element;

// Where a field goes: exactly one of the three is set.
struct FieldRow {
  std::string_view name;
  bool ConnectOptions::*flag = nullptr;
  std::string ConnectOptions::*text = nullptr;
  int64_t ConnectOptions::*number = nullptr;
};

constexpr FieldRow flag_row(std::string_view name, bool ConnectOptions::*flag) {
  return {name, flag, nullptr, nullptr};
}
constexpr FieldRow text_row(std::string_view name, std::string ConnectOptions::*text) {
  return {name, nullptr, text, nullptr};
}

constexpr FieldRow kFields[] = {
    flag_row("verbose", &ConnectOptions::verbose),
    flag_row("pedantic", &ConnectOptions::pedantic),
    flag_row("echo", &ConnectOptions::echo),
    flag_row("tls_required", &ConnectOptions::tls_required),
    flag_row("headers", &ConnectOptions::headers),
    flag_row("no_responders", &ConnectOptions::no_responders),
    flag_row("new_account", &ConnectOptions::account_new),
    text_row("user", &ConnectOptions::user),
    text_row("pass", &ConnectOptions::pass),
    text_row("auth_token", &ConnectOptions::auth_token),
    text_row("nkey", &ConnectOptions::nkey),
    text_row("jwt", &ConnectOptions::jwt),
    text_row("sig", &ConnectOptions::sig),
    text_row("account", &ConnectOptions::account),
    text_row("name", &ConnectOptions::name),
    text_row("lang", &ConnectOptions::lang),
    text_row("version", &ConnectOptions::version),
    {"protocol", nullptr, nullptr, &ConnectOptions::protocol},
};

const FieldRow* find_field(std::string_view name) {
  for (const FieldRow& row : kFields) {
    if (equals_ignore_case(row.name, name)) return &row;
  }
  return nullptr;
}

bool store(const FieldRow& row, element value, ConnectOptions& options) {
  if (value.is_null()) return true;
  if (row.flag != nullptr) return value.get(options.*row.flag) == simdjson::SUCCESS;
  if (row.number != nullptr) return value.get(options.*row.number) == simdjson::SUCCESS;
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  (options.*row.text).assign(text);
  return true;
}

// Go's decoder takes bytes that are not UTF-8 for U+FFFD, and so must we.
std::string with_valid_utf8(std::string_view json) {
  std::string text;
  while (!json.empty()) {
    const Utf8Rune rune = decode_rune(json);
    if (rune.valid) {
      text += json.substr(0, rune.bytes);
    } else {
      text += "\xEF\xBF\xBD";
    }
    json.remove_prefix(rune.bytes);
  }
  return text;
}

}  // namespace

bool parse_connect_options(std::string_view json, ConnectOptions& options) {
  // One parser per thread keeps its memory from one CONNECT to the next.
  static thread_local simdjson::dom::parser parser;
  if (parser.max_depth() != kJsonDepthMax && parser.allocate(json.size(), kJsonDepthMax)) {
    return false;
  }
  simdjson::dom::element document;
  auto error = parser.parse(json.data(), json.size()).get(document);
  if (error == simdjson::UTF8_ERROR) {
    error = parser.parse(with_valid_utf8(json)).get(document);
  }
  if (error != simdjson::SUCCESS) return false;
  if (document.is_null()) return true;
  simdjson::dom::object object;
  if (document.get(object) != simdjson::SUCCESS) return false;
  for (const auto [key, value] : object) {
    const FieldRow* row = find_field(key);
    if (row != nullptr && !store(*row, value, options)) return false;
  }
  return true;
}

}  // namespace antiphon
