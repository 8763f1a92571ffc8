// Why a token is refused.
#pragma once

#include <cstdint>
#include <string_view>

namespace antiphon::choria {

enum class TokenFault : uint8_t {
  kNone,
  // The text.
  kTooLarge,
  kNotCompact,
  kBadBase64,
  kBadHeader,
  kUnsupportedAlgorithm,
  kBadClaims,
  // The key.
  kNoTrustedKey,
  kNoOrganization,
  kUnknownOrganization,
  kWrongKeyFamily,
  kBadSignature,
  kNoSignerMatches,
  // The chain between the organization's issuer and this token.
  kChainIncomplete,
  kChainBadId,
  kChainIdNotOfIssueTime,
  kChainBadIssuer,
  kChainBadSignatureText,
  kChainNotFromOrganization,
  kChainNotFromIssuer,
  kChainNeedsEd25519,
  kNotChained,
  // Time.
  kExpired,
  kIssuerExpired,
  kNotYetValid,
  kIssuedInTheFuture,
  // What it is for, and who holds it.
  kNotAClientToken,
  kNotAServerToken,
  kNotAProvisioningToken,
  kNoCallerId,
  kNoIdentity,
  kNoPublicKey,
  kBadPublicKey,
  kBadNonceSignature,
};

// A sentence for logs; it never holds anything of the token.
std::string_view token_fault_text(TokenFault fault);

}  // namespace antiphon::choria
