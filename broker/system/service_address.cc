#include "broker/system/service_address.h"

#include <array>
#include <utility>

namespace antiphon {
namespace {

constexpr std::string_view kServer = "$SYS.REQ.SERVER.";
constexpr std::string_view kAccount = "$SYS.REQ.ACCOUNT.";
constexpr std::string_view kClaims = "$SYS.REQ.CLAIMS.";
constexpr std::string_view kNsubs = "$SYS.REQ.ACCOUNT.NSUBS";
constexpr std::string_view kSubscribers = "$SYS.DEBUG.SUBSCRIBERS";
constexpr std::string_view kPing = "PING";

using Named = std::pair<std::string_view, SystemService>;
constexpr std::array<Named, 15> kOfServer = {{{"IDZ", SystemService::kIdz},
                                              {"STATSZ", SystemService::kStatsz},
                                              {"VARZ", SystemService::kVarz},
                                              {"CONNZ", SystemService::kConnz},
                                              {"SUBSZ", SystemService::kSubsz},
                                              {"HEALTHZ", SystemService::kHealthz},
                                              {"ACCOUNTZ", SystemService::kAccountz},
                                              {"ROUTEZ", SystemService::kRoutez},
                                              {"GATEWAYZ", SystemService::kGatewayz},
                                              {"LEAFZ", SystemService::kLeafz},
                                              {"JSZ", SystemService::kJsz},
                                              {"RAFTZ", SystemService::kRaftz},
                                              {"IPQUEUESZ", SystemService::kIpqueuesz},
                                              {"EXPVARZ", SystemService::kExpvarz},
                                              {"PROFILEZ", SystemService::kProfilez}}};
constexpr std::array<Named, 3> kDeeds = {{{"RELOAD", SystemService::kReload},
                                          {"KICK", SystemService::kKick},
                                          {"LDM", SystemService::kLameDuck}}};
constexpr std::array<Named, 4> kOfClaims = {{{"UPDATE", SystemService::kClaimsUpdate},
                                             {"PACK", SystemService::kClaimsPack},
                                             {"LIST", SystemService::kClaimsList},
                                             {"DELETE", SystemService::kClaimsDelete}}};
constexpr std::array<Named, 7> kOfAccount = {{{"CONNZ", SystemService::kConnz},
                                              {"SUBSZ", SystemService::kSubsz},
                                              {"STATZ", SystemService::kAccountStatz},
                                              {"CONNS", SystemService::kAccountConns},
                                              {"LEAFZ", SystemService::kLeafz},
                                              {"JSZ", SystemService::kJsz},
                                              {"INFO", SystemService::kAccountInfo}}};

template <size_t N>
std::optional<SystemService> named(const std::array<Named, N>& services, std::string_view name) {
  for (const auto& [known, service] : services) {
    if (known == name) return service;
  }
  return std::nullopt;
}

std::optional<ServiceAddress> of_server(std::string_view rest, std::string_view server_id) {
  if (rest == kPing) return ServiceAddress{SystemService::kStatsz, {}};
  const size_t dot = rest.find('.');
  if (dot == rest.npos) return std::nullopt;
  const std::string_view whom = rest.substr(0, dot);
  if (whom != kPing && whom != server_id) return std::nullopt;
  auto service = named(kOfServer, rest.substr(dot + 1));
  if (!service && whom == server_id) service = named(kDeeds, rest.substr(dot + 1));
  if (!service) return std::nullopt;
  return ServiceAddress{*service, {}};
}

// `rest` is "A.X", or "A.CLAIMS.X".
std::optional<ServiceAddress> of_account(std::string_view rest) {
  for (const auto& [ending, service] :
       {Named{".CLAIMS.UPDATE", SystemService::kClaimsUpdate},
        Named{".CLAIMS.LOOKUP", SystemService::kClaimsLookup}}) {
    if (!rest.ends_with(ending)) continue;
    const std::string_view account = rest.substr(0, rest.size() - ending.size());
    if (account.empty() || account.find('.') != account.npos) return std::nullopt;
    return ServiceAddress{service, std::string(account)};
  }
  const size_t dot = rest.rfind('.');
  if (dot == rest.npos || rest.find('.') != dot || dot == 0) return std::nullopt;
  const auto service = named(kOfAccount, rest.substr(dot + 1));
  if (!service) return std::nullopt;
  // For all others that is the name of an account which is not there.
  if (rest.substr(0, dot) == kPing && *service == SystemService::kAccountStatz) {
    return ServiceAddress{*service, {}};
  }
  return ServiceAddress{*service, std::string(rest.substr(0, dot))};
}

// What any account may ask about itself.
std::optional<SystemService> of_itself(std::string_view subject) {
  if (subject == "$SYS.REQ.SERVER.PING.CONNZ" || subject == "$SYS.REQ.ACCOUNT.PING.CONNZ") {
    return SystemService::kConnz;
  }
  if (subject == "$SYS.REQ.ACCOUNT.PING.STATZ") return SystemService::kAccountStatz;
  return std::nullopt;
}

}  // namespace

std::optional<ServiceAddress> service_address(std::string_view subject, std::string_view server_id,
                                              std::string_view account, bool is_system_account) {
  if (!is_system_account) {
    const auto service = of_itself(subject);
    if (!service) return std::nullopt;
    return ServiceAddress{*service, std::string(account)};
  }
  if (subject == kNsubs) return ServiceAddress{SystemService::kNsubs, {}};
  if (subject == kSubscribers) return ServiceAddress{SystemService::kSubscribers, {}};
  if (subject.starts_with(kServer)) return of_server(subject.substr(kServer.size()), server_id);
  if (subject.starts_with(kClaims)) {
    const auto service = named(kOfClaims, subject.substr(kClaims.size()));
    if (!service) return std::nullopt;
    return ServiceAddress{*service, {}};
  }
  if (subject.starts_with(kAccount)) return of_account(subject.substr(kAccount.size()));
  return std::nullopt;
}

}  // namespace antiphon
