#include "protocol/nats/operator_trust.h"

namespace antiphon {

void OperatorTrust::add(const OperatorClaims& claims) {
  if (!claims.strict_signing_keys) keys_.insert(claims.standard.subject);
  keys_.insert(claims.signing_keys.begin(), claims.signing_keys.end());
  if (claims.strict_signing_keys) {
    strict_.insert(claims.signing_keys.begin(), claims.signing_keys.end());
  }
}

}  // namespace antiphon
