#include "protocol/nats/info.h"

#include <string_view>

#include "protocol/bytes/decimal.h"
#include "protocol/bytes/json_text.h"

namespace antiphon {
namespace {

// The `go` field is always there; clients show it and never read it.
constexpr std::string_view kGoVersion = "none (C++20)";

class InfoText {
 public:
  explicit InfoText(std::string& out) : out_(out) { out_ += "INFO {"; }

  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, value);
  }
  void text_if(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void number(std::string_view name, uint64_t value) {
    key(name);
    append_decimal(out_, value);
  }
  void number_if(std::string_view name, uint64_t value) {
    if (value != 0) number(name, value);
  }
  void flag(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
  }
  void flag_if(std::string_view name, bool value) {
    if (value) flag(name, value);
  }
  void list_if(std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    key(name);
    for (size_t i = 0; i < values.size(); ++i) {
      out_ += i == 0 ? '[' : ',';
      append_json_string(out_, values[i]);
    }
    out_ += ']';
  }

 private:
  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    out_ += '"';
    out_.append(name);
    out_ += "\":";
  }

  std::string& out_;
};

}  // namespace

void append_info(std::string& out, const ServerInfo& info) {
  InfoText json(out);
  json.text("server_id", info.server_id);
  json.text("server_name", info.server_name);
  json.text("version", info.version);
  json.number("proto", static_cast<uint64_t>(info.protocol));
  json.text("go", kGoVersion);
  json.text("host", info.host);
  json.number("port", info.port);
  json.flag("headers", info.headers);
  json.flag_if("auth_required", info.auth_required);
  json.flag_if("tls_required", info.tls_required);
  json.flag_if("tls_verify", info.tls_verify);
  json.flag_if("tls_available", info.tls_available);
  json.number("max_payload", info.max_payload);
  json.number_if("client_id", info.client_id);
  json.text_if("client_ip", info.client_ip);
  json.text_if("nonce", info.nonce);
  json.list_if("connect_urls", info.connect_urls);
  json.flag_if("ldm", info.lame_duck);
  json.flag_if("connect_info", info.connect_info);
  json.text_if("remote_account", info.remote_account);
  json.flag_if("acc_is_sys", info.account_is_system);
  json.text_if("xkey", info.xkey);
  json.flag_if("multi_publish", info.multi_publish);
  out += "} \r\n";
}

}  // namespace antiphon
