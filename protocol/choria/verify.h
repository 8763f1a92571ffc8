// Decides whether a signed request really comes from the caller it names.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/certificate.h"
#include "protocol/choria/request.h"
#include "protocol/choria/secure.h"
#include "protocol/choria/trust.h"

namespace antiphon::choria {

enum class Verdict : uint8_t {
  kAccepted,
  kBadCallerId,     // no certname in it
  kBadCertificate,  // pubcert is not a certificate
  kNotRsa,          // its key cannot sign version 1 requests
  kUntrustedChain,  // not from the authority, not valid now, or not for clients
  kNameMismatch,    // the certificate does not carry the caller's name
  kNotAllowed,      // the caller's name matches none of the allowed patterns
  kBadSignature,
};
std::string_view verdict_text(Verdict verdict);

// Signs a request with the caller's key. pubcert is the caller's certificate in PEM.
absl::StatusOr<SecureRequest> sign_request(std::string request_json, const RsaKey& key,
                                           std::string_view pubcert);

// request must be what parse_request made of secure.message. Checks who signed it, not when: see
// is_fresh for that.
[[nodiscard]] Verdict verify_request(const SecureRequest& secure, const Request& request,
                                     const CallerTrust& trust, int64_t now_unix_s);

}  // namespace antiphon::choria
