// Which service of the server a subject names, and of which account.
//
// FORMAT: `$SYS.REQ.SERVER.PING[.X]`, `$SYS.REQ.SERVER.ID.X`, `$SYS.REQ.ACCOUNT.A.X` for the system account;
// `$SYS.REQ.ACCOUNT.A.CLAIMS.X` and `$SYS.REQ.CLAIMS.X` too. `$SYS.REQ.SERVER.PING.CONNZ` and `$SYS.REQ.ACCOUNT.PING.CONNZ` for any other, about itself alone.
// nats.md section 11.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace antiphon {

enum class SystemService : uint8_t {
  kIdz,
  kStatsz,
  kVarz,
  kConnz,
  kSubsz,
  kHealthz,
  kAccountz,
  kAccountInfo,
  // The JWTs of accounts; of operator mode with a folder.
  kClaimsUpdate,
  kClaimsLookup,
  kClaimsList,
  kClaimsDelete,
};
inline bool is_about_claims(SystemService service) {
  return service >= SystemService::kClaimsUpdate;
}

struct ServiceAddress {
  SystemService service;
  std::string account;  // empty: the whole server, or the one that a JWT names
};

// Nothing: no service of this server, or not for this account.
std::optional<ServiceAddress> service_address(std::string_view subject, std::string_view server_id,
                                              std::string_view account, bool is_system_account);

}  // namespace antiphon
