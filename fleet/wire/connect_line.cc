#include "fleet/wire/connect_line.h"

#include "protocol/bytes/base64.h"
#include "protocol/bytes/json_text.h"

namespace antiphon::fleet {
namespace {

void append_member(std::string_view name, std::string_view value, std::string& out) {
  if (value.empty()) return;
  out.append("\"").append(name).append("\":");
  append_json_string(out, value);
  out.append(",");
}

}  // namespace

Credentials sign_nonce(const Credentials& credentials, std::string_view nonce) {
  Credentials shown = credentials;
  if (shown.seed == nullptr) return shown;
  if (!nonce.empty()) append_base64url(shown.signature, shown.seed->sign(nonce));
  shown.seed = nullptr;
  return shown;
}

void append_connect_line(std::string_view name, const Credentials& credentials, bool over_tls,
                         std::string& out, Echo echo) {
  out.append(R"(CONNECT {"verbose":false,"pedantic":false,)");
  if (!credentials.user.empty()) {
    append_member("user", credentials.user, out);
    out.append(R"("pass":)");
    append_json_string(out, credentials.password);
    out.append(",");
  }
  // Choria's clients send a token under both names; its brokers read the first.
  append_member("auth_token", credentials.token, out);
  append_member("jwt", credentials.token, out);
  append_member("auth_token", credentials.auth_token, out);
  append_member("nkey", credentials.nkey, out);
  append_member("jwt", credentials.jwt, out);
  append_member("sig", credentials.signature, out);
  out.append(R"("tls_required":)").append(over_tls ? "true" : "false").append(R"(,"name":)");
  append_json_string(out, name);
  out.append(R"(,"lang":"c++","version":")" AP_VERSION R"(","protocol":1,"echo":)");
  out.append(echo == Echo::kOn ? "true" : "false");
  out.append(R"(,"headers":true,"no_responders":true})"
             "\r\n");
}

}  // namespace antiphon::fleet
