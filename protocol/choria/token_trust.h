// Which keys make a token worth believing, and the whole verdict on one.
//
// MODEL: one of three. Issuers: each organization has one Ed25519 key; the claim `ou` says which is
// meant, and chains of trust are followed. Signers: a list of keys for client tokens, one for
// server tokens, one for provisioning tokens, tried in order. Nobody: every token is refused.
// INVARIANTS: a verdict depends on nothing but the text, the keys and the time given. A key of one
// family never checks an algorithm of the other.
// SHARD: any; it does not change once it is made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/bytes/text.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_fault.h"
#include "protocol/choria/token_key.h"

namespace antiphon::choria {

struct TokenSigners {
  std::vector<TokenPublicKey> clients;
  std::vector<TokenPublicKey> servers;
  std::vector<TokenPublicKey> provisioning;
};
using TokenIssuers = TextMap<Ed25519PublicKey>;  // by organization

class TokenTrust {
 public:
  TokenTrust() = default;  // nobody
  explicit TokenTrust(TokenIssuers issuers) : keys_(std::move(issuers)) {}
  explicit TokenTrust(TokenSigners signers) : keys_(std::move(signers)) {}

  bool has_issuers() const { return std::holds_alternative<TokenIssuers>(keys_); }
  // Whether connections can need a nonce to sign.
  bool is_somebody() const { return !std::holds_alternative<std::monostate>(keys_); }

  // Whether this believes every token that `before` did, of one purpose and organization: nobody who
  // has shown one of these must show it again.
  bool keeps_trust_of(const TokenTrust& before, TokenPurpose purpose,
                      std::string_view organization) const;

  // claims are filled when the verdict is kNone and unspecified otherwise.
  [[nodiscard]] TokenFault verify_client(std::string_view token, int64_t now_unix_s,
                                         ClientClaims& claims) const;
  [[nodiscard]] TokenFault verify_server(std::string_view token, int64_t now_unix_s,
                                         ServerClaims& claims) const;
  [[nodiscard]] TokenFault verify_provisioning(std::string_view token, int64_t now_unix_s,
                                               ProvisioningClaims& claims) const;

 private:
  std::variant<std::monostate, TokenIssuers, TokenSigners> keys_;
};

// What the token says of its purpose, before anything is known about who made it.
TokenPurpose unverified_purpose(std::string_view token);

// Whether the one who connects holds the key of the claims: sig is the CONNECT's, over the nonce of
// INFO.
[[nodiscard]] TokenFault verify_holder(const StandardClaims& claims, std::string_view nonce,
                                       std::string_view sig);

}  // namespace antiphon::choria
