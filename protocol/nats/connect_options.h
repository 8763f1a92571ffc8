// What a client says of itself in CONNECT.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace antiphon {

// Protocol levels a client may announce (`protocol`).
inline constexpr int64_t kClientProtocolZero = 0;
inline constexpr int64_t kClientProtocolInfo = 1;  // understands INFO sent at any time

// SECRETS: pass, auth_token, jwt, sig and nkey are never logged or shown.
struct ConnectOptions {
  // A client that sends no CONNECT is verbose and pedantic; both come from the first NATS server.
  bool verbose = true;
  bool pedantic = true;
  bool echo = true;
  bool tls_required = false;
  bool headers = false;
  bool no_responders = false;
  bool account_new = false;
  int64_t protocol = kClientProtocolZero;
  std::string user;
  std::string pass;
  std::string auth_token;
  std::string nkey;
  std::string jwt;
  std::string sig;
  std::string account;
  std::string name;
  std::string lang;
  std::string version;
};

// Reads the JSON object of a CONNECT into `options`; fields it does not name keep their value, as
// the reference does. Field names match in any case, null leaves a field alone, unknown fields are
// skipped. False when the text is not JSON or a field has the wrong type.
[[nodiscard]] bool parse_connect_options(std::string_view json, ConnectOptions& options);

}  // namespace antiphon
