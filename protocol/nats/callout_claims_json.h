// Reads what an account's JWT says about the service that decides who its users are.
#pragma once

#include "protocol/nats/claims.h"
#include "protocol/nats/claims_json.h"

namespace antiphon {

[[nodiscard]] bool read_callout_claims(claims_json::element authorization, CalloutClaims& callout);

}  // namespace antiphon
