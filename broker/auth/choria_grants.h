// What a connection to a Choria broker may do, and in which account, once it is known who it is.
//
// MODEL: pure functions of claims and configuration. Tokens are those that TokenTrust has accepted;
// nothing is verified here.
// INVARIANTS: names of a token become tokens of subjects only if they cannot widen them: no
// wildcards, no blanks, and a collective or organization is one token. Else nothing is granted, and
// the connection must be refused; the reference would take such a name as it is.
// SHARD: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/nats/permission_settings.h"
#include "protocol/choria/token_claims.h"

namespace antiphon {

enum class ChoriaAccount : uint8_t { kChoria, kProvisioning, kSystem };
std::string_view choria_account_name(ChoriaAccount account);

struct ChoriaGrant {
  ChoriaAccount account = ChoriaAccount::kChoria;
  PermissionSettings permissions;
};

struct ChoriaGrantSettings {
  bool deny_server_connections = false;
  bool has_issuers = false;
  bool has_certificate_authority = false;  // beside issuers: for clients that only publish and read
  bool has_client_hosts = false;
};

// A connection that came without a token.
struct ChoriaTokenless {
  bool in_process = false;
  bool certificate_is_verified = false;
  // Its address is one of client_hosts. The reference never looks, so that there a list makes a
  // server of everybody without a token; here the listed ones are clients, as was meant.
  bool is_client_host = false;
};

// account says which wiring the client meets: kChoria, or kProvisioning for the provisioner's.
std::optional<ChoriaGrant> grant_client(const choria::ClientClaims& claims, ChoriaAccount account);
std::optional<ChoriaGrant> grant_server(const choria::ServerClaims& claims,
                                        const ChoriaGrantSettings& settings);
// Nothing if it must be refused.
std::optional<ChoriaGrant> grant_tokenless(const ChoriaTokenless& connection,
                                           const ChoriaGrantSettings& settings);

// A node that waits to be provisioned, with its provisioning token.
ChoriaGrant grant_unprovisioned();
ChoriaGrant grant_provisioner();
ChoriaGrant grant_system();

}  // namespace antiphon
