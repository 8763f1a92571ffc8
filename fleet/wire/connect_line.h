// The CONNECT line of a client, with the options that Choria's clients and nodes send.
#pragma once

#include <string>
#include <string_view>

namespace antiphon::fleet {

// SECRETS: they are sent to the server and shown nowhere.
struct Credentials {
  std::string user;
  std::string password;
  std::string token;      // one of Choria's
  std::string signature;  // of the server's nonce by the token's holder: base64url, not padded
};

// Appends "CONNECT {json} CRLF". Not verbose, not pedantic, with echo, headers and no_responders.
void append_connect_line(std::string_view name, const Credentials& credentials, bool over_tls,
                         std::string& out);

}  // namespace antiphon::fleet
