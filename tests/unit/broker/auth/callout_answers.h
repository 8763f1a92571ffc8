// What an auth callout service answers, as wrong as wanted.
#pragma once

#include <string>
#include <string_view>

#include "protocol/bytes/base64.h"
#include "tests/unit/made_jwt.h"

namespace antiphon {

// The claims inside a JWT, as text.
inline std::string claims_inside(std::string_view jwt) {
  const size_t first = jwt.find('.') + 1;
  return decode_base64url(jwt.substr(first, jwt.find('.', first) - first)).value_or("");
}

// The value of a field of text, wherever it stands; empty when it is not there.
inline std::string field_of(const std::string& json, const std::string& name) {
  const std::string before = "\"" + name + "\":\"";
  const size_t begin = json.find(before);
  if (begin == json.npos) return {};
  const size_t text = begin + before.size();
  return json.substr(text, json.find('"', text) - text);
}

struct CalloutAnswer {
  std::string user;    // nkey
  std::string server;  // nkey
  std::string account = "$G";
  std::string user_nats;      // further fields of the user's claims, each beginning with a comma
  std::string user_standard;
  std::string standard;       // of the answer itself
  std::string nats;
  std::string error;          // not empty: no user
};

inline std::string made_user(const CalloutAnswer& answer, const TestKey& issuer) {
  return made_token(R"({"iat":1000,"iss":")" + issuer.nkey() + R"(","sub":")" + answer.user +
                        R"(","aud":")" + answer.account + "\"" + answer.user_standard +
                        R"(,"nats":{"type":"user","version":2)" + answer.user_nats + "}}",
                    issuer);
}

inline std::string made_answer(const CalloutAnswer& answer, const TestKey& signer,
                               const std::string& user_jwt) {
  const std::string said = answer.error.empty() ? R"(,"jwt":")" + user_jwt + "\""
                                                : R"(,"error":")" + answer.error + "\"";
  return made_token(R"({"iat":1000,"iss":")" + signer.nkey() + R"(","sub":")" + answer.user +
                        R"(","aud":")" + answer.server + "\"" + answer.standard +
                        R"(,"nats":{"type":"authorization_response","version":2)" + said +
                        answer.nats + "}}",
                    signer);
}

inline std::string made_answer(const CalloutAnswer& answer, const TestKey& signer) {
  return made_answer(answer, signer, made_user(answer, signer));
}

}  // namespace antiphon
