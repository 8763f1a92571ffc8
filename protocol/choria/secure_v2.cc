#include "protocol/choria/secure_v2.h"

#include <array>

#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr std::array<std::string_view, 5> kFields = {"protocol", "request", "signature", "caller",
                                                     "signer"};
constexpr uint32_t kRequired = 0b01111;

// Clients send a token as it stands in its file.
std::string_view without_line_end(std::string_view token) {
  while (token.ends_with('\n') || token.ends_with('\r')) token.remove_suffix(1);
  return token;
}

bool holds_signature_of(const StandardClaims& claims, const SecureRequestV2& secure) {
  const auto key = ed25519_from_hex(claims.public_key);
  return key && ed25519_verify(*key, secure.request, secure.signature);
}

VerdictV2 verify_caller(const SecureRequestV2& secure, const RequestV2& request,
                        const ClientClaims& caller) {
  const ClientPermissions may = caller.permissions.value_or(ClientPermissions{});
  if (may.signed_fleet_management) return VerdictV2::kNeedsDelegator;
  if (!may.fleet_management) return VerdictV2::kNoFleetPermission;
  if (!holds_signature_of(caller.standard, secure)) return VerdictV2::kBadSignature;
  return request.caller == caller.caller_id ? VerdictV2::kAccepted : VerdictV2::kCallerMismatch;
}

VerdictV2 verify_delegated(const SecureRequestV2& secure, const ClientClaims& caller,
                           const TokenTrust& trust, int64_t now_unix_s) {
  ClientClaims signer;
  if (trust.verify_client(without_line_end(secure.signer), now_unix_s, signer) != TokenFault::kNone) {
    return VerdictV2::kBadSignerToken;
  }
  // Both must be of the same issuer, which their organization says.
  if (signer.organization != caller.organization) return VerdictV2::kOtherOrganization;
  if (!signer.permissions || !signer.permissions->authentication_delegator) {
    return VerdictV2::kNotADelegator;
  }
  const ClientPermissions may = caller.permissions.value_or(ClientPermissions{});
  if (!may.fleet_management && !may.signed_fleet_management) return VerdictV2::kNoFleetPermission;
  return holds_signature_of(signer.standard, secure) ? VerdictV2::kAccepted
                                                     : VerdictV2::kBadSignature;
}

}  // namespace

Problem parse_secure_request_v2(std::string_view text, SecureRequestV2& out) {
  out.signer.clear();
  return parse_fields(text, kFields, kRequired, [&](JsonCursor& json, size_t field) {
    switch (field) {
      case 0: return read_protocol(json, kSecureRequestProtocolV2);
      case 1: return read_bytes(json, out.request, kPayloadBytesMax);
      case 2: return read_bytes(json, out.signature, kSignatureTextBytesMax);
      case 3: return json.read_filled(out.caller, kTokenBytesMax);
      default: return json.read_string(out.signer, kTokenBytesMax);
    }
  });
}

void append_secure_request_v2(const SecureRequestV2& secure, std::string& out) {
  out.append(R"({"protocol":"io.choria.protocol.v2.secure_request")");
  append_bytes_member(R"(,"request":)", secure.request, out);
  append_bytes_member(R"(,"signature":)", secure.signature, out);
  append_member(R"(,"caller":)", secure.caller, out);
  if (!secure.signer.empty()) append_member(R"(,"signer":)", secure.signer, out);
  out.push_back('}');
}

std::string_view verdict_text(VerdictV2 verdict) {
  switch (verdict) {
    case VerdictV2::kAccepted: return "accepted";
    case VerdictV2::kBadToken: return "the caller's token is not from a trusted issuer, or has ended";
    case VerdictV2::kBadSignerToken:
      return "the delegator's token is not from a trusted issuer, or has ended";
    case VerdictV2::kOtherOrganization: return "caller and delegator are of two organizations";
    case VerdictV2::kNoFleetPermission: return "the caller's token has no fleet management";
    case VerdictV2::kNeedsDelegator: return "the caller's requests must be signed by a delegator";
    case VerdictV2::kNotADelegator: return "who signed for the caller is no delegator";
    case VerdictV2::kCallerMismatch: return "the token is another caller's";
    case VerdictV2::kBadSignature: return "signature does not fit the request";
  }
  return "unknown verdict";
}

VerdictV2 verify_request_v2(const SecureRequestV2& secure, const RequestV2& request,
                            const TokenTrust& trust, int64_t now_unix_s) {
  ClientClaims caller;
  if (trust.verify_client(without_line_end(secure.caller), now_unix_s, caller) != TokenFault::kNone) {
    return VerdictV2::kBadToken;
  }
  return secure.signer.empty() ? verify_caller(secure, request, caller)
                               : verify_delegated(secure, caller, trust, now_unix_s);
}

}  // namespace antiphon::choria
