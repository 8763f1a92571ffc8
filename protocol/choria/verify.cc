#include "protocol/choria/verify.h"

#include <utility>

#include "protocol/bytes/base64.h"
#include "protocol/choria/caller.h"

namespace antiphon::choria {
namespace {

Verdict verify_caller(const Certificate& certificate, std::string_view certname,
                      const CallerTrust& trust, int64_t now_unix_s) {
  if (!trust.chain_is_good(certificate, now_unix_s)) return Verdict::kUntrustedChain;
  if (trust.is_privileged(certificate)) return Verdict::kAccepted;
  if (!certificate.carries_name(certname)) return Verdict::kNameMismatch;
  return trust.is_allowed(certname) ? Verdict::kAccepted : Verdict::kNotAllowed;
}

}  // namespace

std::string_view verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAccepted:
      return "accepted";
    case Verdict::kBadCallerId:
      return "caller id has no name in it";
    case Verdict::kBadCertificate:
      return "caller's certificate cannot be read";
    case Verdict::kNotRsa:
      return "caller's key is not a usable RSA key";
    case Verdict::kUntrustedChain:
      return "caller's certificate is not from a trusted authority";
    case Verdict::kNameMismatch:
      return "caller's certificate carries another name";
    case Verdict::kNotAllowed:
      return "caller's name is not allowed";
    case Verdict::kBadSignature:
      return "signature does not fit the request";
  }
  return "unknown verdict";
}

absl::StatusOr<SecureRequest> sign_request(std::string request_json, const RsaKey& key,
                                           std::string_view pubcert) {
  auto signature = key.sign(request_json);
  if (!signature.ok()) return signature.status();
  return SecureRequest{std::move(request_json), base64(*signature), std::string(pubcert)};
}

Verdict verify_request(const SecureRequest& secure, const Request& request,
                       const CallerTrust& trust, int64_t now_unix_s) {
  const auto certname = certname_of_caller(request.caller_id);
  if (!certname) return Verdict::kBadCallerId;
  const auto certificate = Certificate::from_pem(secure.pubcert);
  if (!certificate) return Verdict::kBadCertificate;
  if (!certificate->has_rsa_key()) return Verdict::kNotRsa;
  const Verdict caller = verify_caller(*certificate, *certname, trust, now_unix_s);
  if (caller != Verdict::kAccepted) return caller;
  const auto signature = decode_base64(secure.signature);
  const bool right = signature && certificate->verify(secure.message, *signature);
  return right ? Verdict::kAccepted : Verdict::kBadSignature;
}

}  // namespace antiphon::choria
