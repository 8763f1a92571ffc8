// What a token says: the claims of Choria's client, server and provisioning tokens.
//
// FORMAT: JSON as the reference writes it, field for field. A known claim given twice, or in other
// letter case, is refused; unknown claims are skipped; null is as if absent. Times are whole unix
// seconds. `aud` is not looked at, as in the reference.
// LIMITS: kTokenEntriesMax, kTokenTextBytesMax.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/choria/problem.h"

namespace antiphon::choria {

inline constexpr std::string_view kClientPurpose = "choria_client_id";
inline constexpr std::string_view kServerPurpose = "choria_server";
inline constexpr std::string_view kProvisioningPurpose = "choria_provisioning";
inline constexpr std::string_view kDefaultOrganization = "choria";

enum class TokenPurpose : uint8_t { kUnknown, kClient, kServer, kProvisioning };

struct StandardClaims {
  std::string purpose;
  std::string chain_signature;               // tcs
  std::string public_key;                    // of the holder, hexadecimal
  std::optional<int64_t> issuer_expires_at;  // issexp
  std::string issuer;
  std::string subject;
  std::optional<int64_t> expires_at;
  std::optional<int64_t> not_before;
  std::optional<int64_t> issued_at;
  std::string id;

  bool operator==(const StandardClaims&) const = default;
};

struct ClientPermissions {
  bool streams_admin = false;
  bool streams_user = false;
  bool events_viewer = false;
  bool election_user = false;
  bool system_user = false;
  bool governor = false;
  bool org_admin = false;
  bool fleet_management = false;
  bool signed_fleet_management = false;
  bool service = false;  // may live longer than the usual limit
  bool authentication_delegator = false;
  bool provisioner = false;

  bool operator==(const ClientPermissions&) const = default;
};

struct ClientClaims {
  std::string caller_id;
  std::vector<std::string> agents;
  std::string organization;
  std::vector<std::pair<std::string, std::string>> user_properties;
  std::string opa_policy;
  std::optional<ClientPermissions> permissions;
  std::vector<std::string> publish_subjects;
  std::vector<std::string> subscribe_subjects;
  StandardClaims standard;

  bool operator==(const ClientClaims&) const = default;
};

struct ServerPermissions {
  bool submission = false;
  bool streams = false;
  bool governor = false;
  bool service_host = false;

  bool operator==(const ServerPermissions&) const = default;
};

struct ServerClaims {
  std::string identity;
  std::vector<std::string> collectives;
  std::optional<ServerPermissions> permissions;
  std::string organization;
  std::vector<std::string> publish_subjects;
  StandardClaims standard;

  bool operator==(const ServerClaims&) const = default;
};

// SECRETS: token and password are never shown.
struct ProvisioningClaims {
  std::string token;
  bool secure = false;
  std::string urls;
  std::string srv_domain;
  bool by_default = false;
  std::string registration_file;
  std::string facts_file;
  std::string user;
  std::string password;
  std::string extensions_json;  // an object, or empty
  std::string organization;     // once verified kDefaultOrganization if the token names none
  bool protocol_v2 = false;
  bool allow_update = false;
  StandardClaims standard;

  bool operator==(const ProvisioningClaims&) const = default;
};

[[nodiscard]] Problem parse_standard_claims(std::string_view json, StandardClaims& claims);
[[nodiscard]] Problem parse_client_claims(std::string_view json, ClientClaims& claims);
[[nodiscard]] Problem parse_server_claims(std::string_view json, ServerClaims& claims);
[[nodiscard]] Problem parse_provisioning_claims(std::string_view json, ProvisioningClaims& claims);

// Replaces out with the JSON the reference would write.
void write_client_claims(const ClientClaims& claims, std::string& out);
void write_server_claims(const ServerClaims& claims, std::string& out);
void write_provisioning_claims(const ProvisioningClaims& claims, std::string& out);

// A provisioning token from before purposes is known by its subject.
TokenPurpose token_purpose(const StandardClaims& claims);
// The earlier of the token's own end and its chain issuer's; nothing if it has neither.
std::optional<int64_t> effective_expiry(const StandardClaims& claims);

}  // namespace antiphon::choria
