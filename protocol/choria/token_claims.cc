#include "protocol/choria/token_claims.h"

#include <algorithm>

namespace antiphon::choria {

TokenPurpose token_purpose(const StandardClaims& claims) {
  if (claims.purpose == kClientPurpose) return TokenPurpose::kClient;
  if (claims.purpose == kServerPurpose) return TokenPurpose::kServer;
  if (claims.purpose == kProvisioningPurpose) return TokenPurpose::kProvisioning;
  const bool is_old = claims.purpose.empty() && claims.subject == kProvisioningPurpose;
  return is_old ? TokenPurpose::kProvisioning : TokenPurpose::kUnknown;
}

std::optional<int64_t> effective_expiry(const StandardClaims& claims) {
  if (!claims.issuer_expires_at) return claims.expires_at;
  if (!claims.expires_at) return claims.issuer_expires_at;
  return std::min(*claims.expires_at, *claims.issuer_expires_at);
}

}  // namespace antiphon::choria
