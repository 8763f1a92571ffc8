// What the subcommands that make tokens share: standard claims, and writing the signed token; and
// what they share with the check: whether a broker can grant what a token says.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_key.h"

namespace antiphon::jwt {

int64_t now_unix_s();

// Claims that begin now. validity is a duration as Choria writes them: 90m, 8760h, 30d, 1y.
absl::StatusOr<choria::StandardClaims> new_claims(std::string_view purpose,
                                                  const std::string& validity);

// Whether a broker that believes these claims lets their holder in; else what keeps it from that.
absl::Status grantable(const choria::ClientClaims& claims);
absl::Status grantable(const choria::ServerClaims& claims);

// Signs claims, writes the token to path and says so, as JSON with the claims if wanted. Returns
// the exit status.
int save_token(const std::string& path, const std::string& claims_json,
               const choria::TokenSigningKey& key, bool as_json);

}  // namespace antiphon::jwt
