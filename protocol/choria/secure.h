// The envelope around a request or reply that proves it was not changed: a signature or a hash.
//
// INVARIANTS: signature and hash cover the exact bytes of `message`. Never write a message anew
// before checking it.
// SEE: verify.h decides whether a signed request may be acted on.
#pragma once

#include <string>
#include <string_view>

#include "protocol/choria/problem.h"

namespace antiphon::choria {

inline constexpr std::string_view kSecureRequestProtocol = "choria:secure:request:1";
inline constexpr std::string_view kSecureReplyProtocol = "choria:secure:reply:1";

struct SecureRequest {
  std::string message;    // the request's JSON
  std::string signature;  // base64 of an RSA PKCS#1 v1.5 signature over SHA-256 of message
  std::string pubcert;    // the caller's certificate in PEM, intermediates after it
  bool operator==(const SecureRequest&) const = default;
};

struct SecureReply {
  std::string message;  // the reply's JSON
  std::string hash;     // base64 of SHA-256 of message
  bool operator==(const SecureReply&) const = default;
};

Problem parse_secure_request(std::string_view text, SecureRequest& out);
void append_secure_request(const SecureRequest& request, std::string& out);

Problem parse_secure_reply(std::string_view text, SecureReply& out);
void append_secure_reply(const SecureReply& reply, std::string& out);

SecureReply seal_reply(std::string reply_json);
bool hash_is_right(const SecureReply& reply);

// Requests that nobody signs: those for the remote signing agent and those of networks that run
// without protocol security; and registration data sent by a node without a certificate.
SecureRequest unsigned_request(std::string request_json);
SecureRequest unsigned_registration(std::string request_json);

}  // namespace antiphon::choria
