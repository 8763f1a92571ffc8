// The names of what a token or certificate grants, for records and explanations: not subjects, and
// never a secret.
//
// MODEL: a flag of a token that has no effect (a governor without streams, say) is not named.
#pragma once

#include <string_view>
#include <vector>

#include "broker/auth/choria_grants.h"
#include "protocol/choria/token_claims.h"

namespace antiphon {

using GrantedNames = std::vector<std::string_view>;

inline constexpr std::string_view kGrantedEverything = "everything";
inline constexpr std::string_view kGrantedNothing = "nothing";
inline constexpr std::string_view kGrantedServer = "server";
inline constexpr std::string_view kGrantedMessaging = "messaging";
inline constexpr std::string_view kGrantedUnprovisioned = "unprovisioned";

GrantedNames granted_to_client(const choria::ClientClaims& claims, ChoriaAccount account);
GrantedNames granted_to_server(const choria::ServerClaims& claims,
                               const ChoriaGrantSettings& settings);

}  // namespace antiphon
