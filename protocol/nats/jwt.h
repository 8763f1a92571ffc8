// The outside of a NATS JWT: what makes operators, accounts and users known to a server.
//
// FORMAT: `header.claims.signature`, base64url without padding; the header says type JWT and
// algorithm ed25519-nkey; the claims name the key that signed as an nkey in `iss`. Of version 1, which
// tools made until 2020 and servers still take, the algorithm is ed25519, and the claims are signed
// without the header.
// INVARIANTS: one text for one token: no padding, line ends or stray bits, no field of the header
// twice. A header that demands extensions is refused.
// LIMITS: kJwtBytesMax.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes/ed25519.h"

namespace antiphon {

inline constexpr size_t kJwtBytesMax = 64 * 1024;

enum class JwtFault : uint8_t {
  kNone,
  kTooLarge,
  kNotThreeParts,
  kBadBase64,
  kBadHeader,
  kWrongAlgorithm,
  kBadClaims,      // no JSON object, a field of the wrong type, twice, or in other letter case
  kWrongType,      // claims of another kind, or of another version
  kBadIssuer,      // not a key that may issue this kind
  kBadSubject,     // not a key of this kind
  kBadSignature,
};
// For people: "the JWT ...".
std::string_view jwt_fault_text(JwtFault fault);

struct Jwt {
  int version = 2;
  std::string signed_text;
  std::string claims;     // JSON
  std::string signature;  // raw bytes
};

// Checks form and header only. jwt is unspecified after a fault.
[[nodiscard]] JwtFault open_jwt(std::string_view text, Jwt& jwt);

// The token inside a file of nats-tools: the line between two lines that begin and end with dashes,
// whatever stands between those, or the text itself without the blanks around it.
std::string_view undecorated_jwt(std::string_view text);

}  // namespace antiphon
