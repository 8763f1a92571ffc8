// The names that Choria's tokens give the permissions of clients and servers.
//
// FORMAT: as the reference writes them, in its order; reading and writing share these tables.
#pragma once

#include <array>
#include <string_view>

#include "protocol/choria/token_claims.h"

namespace antiphon::choria {

template <typename Permissions>
struct PermissionName {
  std::string_view name;
  bool Permissions::*member;
};
inline constexpr std::array<PermissionName<ClientPermissions>, 12> kClientPermissionNames = {{
    {"streams_admin", &ClientPermissions::streams_admin},
    {"streams_user", &ClientPermissions::streams_user},
    {"events_viewer", &ClientPermissions::events_viewer},
    {"election_user", &ClientPermissions::election_user},
    {"system_user", &ClientPermissions::system_user},
    {"governor", &ClientPermissions::governor},
    {"org_admin", &ClientPermissions::org_admin},
    {"fleet_management", &ClientPermissions::fleet_management},
    {"signed_fleet_management", &ClientPermissions::signed_fleet_management},
    {"service", &ClientPermissions::service},
    {"authentication_delegator", &ClientPermissions::authentication_delegator},
    {"provisioner", &ClientPermissions::provisioner},
}};
inline constexpr std::array<PermissionName<ServerPermissions>, 4> kServerPermissionNames = {{
    {"submission", &ServerPermissions::submission},
    {"streams", &ServerPermissions::streams},
    {"governor", &ServerPermissions::governor},
    {"service_host", &ServerPermissions::service_host},
}};

}  // namespace antiphon::choria
