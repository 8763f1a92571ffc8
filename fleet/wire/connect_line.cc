#include "fleet/wire/connect_line.h"

#include "protocol/bytes/json_text.h"

namespace antiphon::fleet {

void append_connect_line(std::string_view name, const Credentials& credentials, bool over_tls,
                         std::string& out) {
  out.append(R"(CONNECT {"verbose":false,"pedantic":false,)");
  if (!credentials.user.empty()) {
    out.append(R"("user":)");
    append_json_string(out, credentials.user);
    out.append(R"(,"pass":)");
    append_json_string(out, credentials.password);
    out.append(",");
  }
  if (!credentials.token.empty()) {
    // Choria's clients send it under both names; its brokers read the first.
    for (const char* field : {R"("auth_token":)", R"("jwt":)"}) {
      out.append(field);
      append_json_string(out, credentials.token);
      out.append(",");
    }
  }
  if (!credentials.signature.empty()) {
    out.append(R"("sig":)");
    append_json_string(out, credentials.signature);
    out.append(",");
  }
  out.append(R"("tls_required":)").append(over_tls ? "true" : "false").append(R"(,"name":)");
  append_json_string(out, name);
  out.append(R"(,"lang":"c++","version":")" AP_VERSION R"(","protocol":1,"echo":true,)");
  out.append(R"("headers":true,"no_responders":true})"
             "\r\n");
}

}  // namespace antiphon::fleet
