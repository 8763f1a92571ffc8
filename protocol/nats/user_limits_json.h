// Reads what JWTs of users, and templates in those of accounts, say about permissions and limits.
#pragma once

#include "protocol/nats/claims.h"
#include "protocol/nats/claims_json.h"

namespace antiphon {

[[nodiscard]] bool read_jwt_permissions(claims_json::element value, JwtPermissions& permissions);
// The fields may stand beside others.
[[nodiscard]] bool read_user_limits(claims_json::element value, UserLimits& limits);

}  // namespace antiphon
