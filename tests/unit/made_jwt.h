// NATS JWTs made by a test: keys, and claims signed with them.
#pragma once

#include <string>
#include <string_view>

#include "protocol/bytes/base64.h"
#include "protocol/nats/nkey.h"

namespace antiphon {

struct TestKey {
  explicit TestKey(NkeyPrefix role) : prefix(role) {}
  std::string nkey() const { return encode_nkey(prefix, seed.public_key()); }
  Ed25519PublicKey key() const { return seed.public_key(); }

  NkeyPrefix prefix;
  Ed25519Seed seed = Ed25519Seed::random();
};

inline constexpr std::string_view kJwtHeader = R"({"typ":"JWT","alg":"ed25519-nkey"})";

inline std::string made_token(std::string_view claims, const TestKey& signer,
                              std::string_view header = kJwtHeader) {
  std::string token;
  append_base64url(token, header);
  token += '.';
  append_base64url(token, claims);
  const std::string signature = signer.seed.sign(token);
  token += '.';
  append_base64url(token, signature);
  return token;
}

// Of version 1: only the claims are signed.
inline std::string made_token_v1(std::string_view claims, const TestKey& signer,
                                 std::string_view header = R"({"typ":"jwt","alg":"ed25519"})") {
  std::string signed_text;
  append_base64url(signed_text, claims);
  std::string token;
  append_base64url(token, header);
  token += '.' + signed_text + '.';
  append_base64url(token, signer.seed.sign(signed_text));
  return token;
}

// The claims of `subject`, issued by `issuer`; `standard` and `nats` are further fields, each
// beginning with a comma.
inline std::string made_jwt(std::string_view type, const TestKey& subject, const TestKey& issuer,
                            const std::string& nats = {}, const std::string& standard = {}) {
  return made_token(R"({"jti":"X","iat":1000,"iss":")" + issuer.nkey() + R"(","sub":")" +
                        subject.nkey() + "\"" + standard + R"(,"nats":{"type":")" +
                        std::string(type) + R"(","version":2)" + nats + "}}",
                    issuer);
}

}  // namespace antiphon
