#include "protocol/choria/token_fault.h"

namespace antiphon::choria {

std::string_view token_fault_text(TokenFault fault) {
  switch (fault) {
    case TokenFault::kNone:
      return "token is valid";
    case TokenFault::kTooLarge:
      return "token is too large";
    case TokenFault::kNotCompact:
      return "token does not have three parts";
    case TokenFault::kBadBase64:
      return "token is not base64url";
    case TokenFault::kBadHeader:
      return "token has a malformed header";
    case TokenFault::kUnsupportedAlgorithm:
      return "token is signed with an unsupported algorithm";
    case TokenFault::kBadClaims:
      return "token has malformed claims";
    case TokenFault::kNoTrustedKey:
      return "no key is configured that could have signed the token";
    case TokenFault::kNoOrganization:
      return "token does not name an organization";
    case TokenFault::kUnknownOrganization:
      return "no issuer is configured for the token's organization";
    case TokenFault::kWrongKeyFamily:
      return "token's algorithm does not fit the key";
    case TokenFault::kBadSignature:
      return "token's signature is wrong";
    case TokenFault::kNoSignerMatches:
      return "token was not made by any of the configured signers";
    case TokenFault::kChainIncomplete:
      return "token lacks claims that a chain of trust needs";
    case TokenFault::kChainBadId:
      return "token's id is not a KSUID";
    case TokenFault::kChainIdNotOfIssueTime:
      return "token's id was not made when the token was issued";
    case TokenFault::kChainBadIssuer:
      return "token's issuer is malformed";
    case TokenFault::kChainBadSignatureText:
      return "token's trust chain signature is malformed";
    case TokenFault::kChainNotFromOrganization:
      return "token's issuer was not appointed by the organization";
    case TokenFault::kChainNotFromIssuer:
      return "token's trust chain was not signed by its issuer";
    case TokenFault::kChainNeedsEd25519:
      return "chain of trust needs an Ed25519 key";
    case TokenFault::kNotChained:
      return "token has a trust chain signature but no chain issuer";
    case TokenFault::kExpired:
      return "token is expired";
    case TokenFault::kIssuerExpired:
      return "token's issuer is expired";
    case TokenFault::kNotYetValid:
      return "token is not valid yet";
    case TokenFault::kIssuedInTheFuture:
      return "token was issued in the future";
    case TokenFault::kNotAClientToken:
      return "not a client token";
    case TokenFault::kNotAServerToken:
      return "not a server token";
    case TokenFault::kNotAProvisioningToken:
      return "not a provisioning token";
    case TokenFault::kNoCallerId:
      return "token has no caller id";
    case TokenFault::kNoIdentity:
      return "token has no identity";
    case TokenFault::kNoPublicKey:
      return "token has no public key";
    case TokenFault::kBadPublicKey:
      return "token's public key is malformed";
    case TokenFault::kBadNonceSignature:
      return "nonce was not signed by the token's holder";
  }
  return "unknown fault";
}

}  // namespace antiphon::choria
