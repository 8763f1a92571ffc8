#include "protocol/nats/server_info_parse.h"

#include <simdjson.h>

#include <limits>

#include "protocol/nats/limits.h"

namespace antiphon {
namespace {

using simdjson::dom::element;

// Where a field goes: exactly one of the targets is set.
struct FieldRow {
  std::string_view name;
  bool ServerInfo::*flag = nullptr;
  std::string ServerInfo::*text = nullptr;
  uint64_t ServerInfo::*number = nullptr;
};

constexpr FieldRow flag_row(std::string_view name, bool ServerInfo::*flag) {
  return {name, flag, nullptr, nullptr};
}
constexpr FieldRow text_row(std::string_view name, std::string ServerInfo::*text) {
  return {name, nullptr, text, nullptr};
}
constexpr FieldRow number_row(std::string_view name, uint64_t ServerInfo::*number) {
  return {name, nullptr, nullptr, number};
}

constexpr FieldRow kFields[] = {
    text_row("server_id", &ServerInfo::server_id),
    text_row("server_name", &ServerInfo::server_name),
    text_row("version", &ServerInfo::version),
    text_row("host", &ServerInfo::host),
    flag_row("headers", &ServerInfo::headers),
    flag_row("auth_required", &ServerInfo::auth_required),
    flag_row("tls_required", &ServerInfo::tls_required),
    flag_row("tls_verify", &ServerInfo::tls_verify),
    flag_row("tls_available", &ServerInfo::tls_available),
    number_row("max_payload", &ServerInfo::max_payload),
    text_row("client_ip", &ServerInfo::client_ip),
    number_row("client_id", &ServerInfo::client_id),
    text_row("nonce", &ServerInfo::nonce),
    flag_row("ldm", &ServerInfo::lame_duck),
    flag_row("connect_info", &ServerInfo::connect_info),
    text_row("remote_account", &ServerInfo::remote_account),
    flag_row("acc_is_sys", &ServerInfo::account_is_system),
    flag_row("multi_publish", &ServerInfo::multi_publish),
};

const FieldRow* find_field(std::string_view name) {
  for (const FieldRow& row : kFields) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool store_text(element value, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  out.assign(text);
  return true;
}

bool store(const FieldRow& row, element value, ServerInfo& info) {
  if (row.flag != nullptr) return value.get(info.*row.flag) == simdjson::SUCCESS;
  if (row.number != nullptr) return value.get(info.*row.number) == simdjson::SUCCESS;
  return store_text(value, info.*row.text);
}

template <typename Number>
bool store_number(element value, Number& out) {
  uint64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS) return false;
  if (number > static_cast<uint64_t>(std::numeric_limits<Number>::max())) return false;
  out = static_cast<Number>(number);
  return true;
}

bool store_urls(element value, std::vector<std::string>& out) {
  simdjson::dom::array urls;
  if (value.get(urls) != simdjson::SUCCESS) return false;
  out.clear();
  for (const element url : urls) {
    if (out.size() == kConnectUrlsMax) return false;
    out.emplace_back();
    if (!store_text(url, out.back())) return false;
  }
  return true;
}

bool store_named(std::string_view name, element value, ServerInfo& info) {
  if (value.is_null()) return true;
  if (name == "proto") return store_number(value, info.protocol);
  if (name == "port") return store_number(value, info.port);
  if (name == "connect_urls") return store_urls(value, info.connect_urls);
  const FieldRow* row = find_field(name);
  return row == nullptr || store(*row, value, info);
}

}  // namespace

bool parse_server_info(std::string_view json, ServerInfo& info) {
  // One parser per thread keeps its memory from one INFO to the next.
  static thread_local simdjson::dom::parser parser;
  if (parser.max_depth() != kJsonDepthMax && parser.allocate(json.size(), kJsonDepthMax)) {
    return false;
  }
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) return false;
  info = ServerInfo{};
  info.headers = false;
  info.protocol = 0;
  for (const auto [key, value] : object) {
    if (!store_named(key, value, info)) return false;
  }
  return true;
}

}  // namespace antiphon
