// The outside of a token: JSON Web Signature in compact form, `header.claims.signature`.
//
// INVARIANTS: one text for one token: base64url without padding, line ends or stray bits; a known
// header field appears once. `none` and every algorithm not in TokenAlgorithm are refused, and so
// is a header that demands extensions (`crit`).
// LIMITS: kTokenBytesMax.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "protocol/choria/token_fault.h"
#include "protocol/choria/token_key.h"

namespace antiphon::choria {

struct Token {
  TokenAlgorithm algorithm = TokenAlgorithm::kEdDsa;
  std::string signed_text;  // what the signature covers
  std::string claims;       // JSON
  std::string signature;    // raw bytes
};

// Checks form only: not who signed. token is unspecified after a fault.
[[nodiscard]] TokenFault parse_token(std::string_view text, Token& token);

// Signs claims, a JSON object.
absl::StatusOr<std::string> make_token(std::string_view claims_json, const TokenSigningKey& key);

}  // namespace antiphon::choria
