// Which service of the server a subject names, and of which account.
//
// FORMAT: `$SYS.REQ.SERVER.PING[.X]`, `$SYS.REQ.SERVER.ID.X`, `$SYS.REQ.ACCOUNT.A.X` for the system account;
// `$SYS.REQ.ACCOUNT.PING.STATZ`, `$SYS.REQ.ACCOUNT.NSUBS`, `$SYS.REQ.ACCOUNT.A.CLAIMS.X`,
// `$SYS.REQ.CLAIMS.X` and `$SYS.DEBUG.SUBSCRIBERS` too. For any other,
// about itself alone: `$SYS.REQ.SERVER.PING.CONNZ`, `$SYS.REQ.ACCOUNT.PING.CONNZ` and `....PING.STATZ`.
// SOURCE: nats-server 2.15.2.
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
  kAccountStatz,
  kAccountConns,
  kNsubs,
  kSubscribers,
  kExpvarz,
  // Of features that are not there.
  kRoutez,
  kGatewayz,
  kLeafz,
  kJsz,
  kRaftz,
  kIpqueuesz,
  kProfilez,
  // Deeds, each asked of one server by its id.
  kReload,
  kKick,
  kLameDuck,
  // The JWTs of accounts; of operator mode with a folder.
  kClaimsUpdate,
  kClaimsLookup,
  kClaimsList,
  kClaimsDelete,
  kClaimsPack,
};
inline bool is_deed(SystemService service) {
  return service >= SystemService::kReload && service <= SystemService::kLameDuck;
}
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
