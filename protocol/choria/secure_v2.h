// The envelope around a version 2 request: what was signed, by whom, and who vouches for him.
//
// INVARIANTS: the signature covers the exact bytes of `request`. Never write a request anew before
// checking it. SOURCE: go-choria 0.29.4. LIMITS: kPayloadBytesMax, kTokenBytesMax.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes/ed25519.h"
#include "protocol/choria/problem.h"
#include "protocol/choria/request_v2.h"
#include "protocol/choria/token_trust.h"

namespace antiphon::choria {

inline constexpr std::string_view kSecureRequestProtocolV2 =
    "io.choria.protocol.v2.secure_request";

struct SecureRequestV2 {
  std::string request;    // JSON, decoded
  std::string signature;  // raw bytes of an Ed25519 signature over it
  std::string caller;     // the caller's token
  std::string signer;     // the delegator's, if one signed; empty otherwise
  bool operator==(const SecureRequestV2&) const = default;
};

Problem parse_secure_request_v2(std::string_view text, SecureRequestV2& out);
void append_secure_request_v2(const SecureRequestV2& secure, std::string& out);

enum class VerdictV2 : uint8_t {
  kAccepted,
  kBadToken,           // the caller's token is not to be believed
  kBadSignerToken,     // the delegator's is not
  kOtherOrganization,  // caller and delegator are not of one
  kNoFleetPermission,
  kNeedsDelegator,  // its requests must be signed for it
  kNotADelegator,
  kCallerMismatch,  // the token is another caller's
  kBadSignature,
};
std::string_view verdict_text(VerdictV2 verdict);

// The verdict of a version 2 node. request must be what parse_request_v2 made of secure.request.
// Checks who signed it, not when: see is_fresh for that. With a delegator, which may name any caller,
// the caller in the request need not be that of the token, as in the reference.
[[nodiscard]] VerdictV2 verify_request_v2(const SecureRequestV2& secure, const RequestV2& request,
                                          const TokenTrust& trust, int64_t now_unix_s);

}  // namespace antiphon::choria
