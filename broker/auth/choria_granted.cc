#include "broker/auth/choria_granted.h"

namespace antiphon {
namespace {

template <typename Permissions>
struct Flag {
  bool Permissions::*member;
  std::string_view name;
};

using Client = choria::ClientPermissions;
constexpr Flag<Client> kClientFlags[] = {
    {&Client::events_viewer, "events_viewer"},
    {&Client::election_user, "election_user"},
    {&Client::fleet_management, "fleet_management"},
    {&Client::signed_fleet_management, "signed_fleet_management"},
};
constexpr Flag<Client> kClientStreamFlags[] = {
    {&Client::streams_admin, "streams_admin"},
    {&Client::streams_user, "streams_user"},
};

using Server = choria::ServerPermissions;
constexpr Flag<Server> kServerFlags[] = {
    {&Server::submission, "submission"},
    {&Server::streams, "streams"},
    {&Server::service_host, "service_host"},
};

constexpr std::string_view kOwnReplies = "own_replies";
constexpr std::string_view kGovernor = "governor";
constexpr std::string_view kTokenSubjects = "token_subjects";

template <typename Permissions, size_t N>
void add_flags(const Permissions& may, const Flag<Permissions> (&flags)[N], GrantedNames& names) {
  for (const Flag<Permissions>& flag : flags) {
    if (may.*flag.member) names.push_back(flag.name);
  }
}

}  // namespace

GrantedNames granted_to_client(const choria::ClientClaims& claims, ChoriaAccount account) {
  const Client may = claims.permissions.value_or(Client{});
  if (may.org_admin) return {"org_admin"};
  GrantedNames names = {kOwnReplies};
  add_flags(may, kClientFlags, names);
  if (account == ChoriaAccount::kChoria) {
    add_flags(may, kClientStreamFlags, names);
    if (may.governor && (may.streams_user || may.streams_admin)) names.push_back(kGovernor);
  }
  if (!claims.publish_subjects.empty() || !claims.subscribe_subjects.empty()) {
    names.push_back(kTokenSubjects);
  }
  return names;
}

GrantedNames granted_to_server(const choria::ServerClaims& claims,
                               const ChoriaGrantSettings& settings) {
  if (settings.deny_server_connections || claims.collectives.empty()) return {kGrantedNothing};
  const Server may = claims.permissions.value_or(Server{});
  GrantedNames names = {kGrantedServer};
  add_flags(may, kServerFlags, names);
  if (may.governor && may.streams) names.push_back(kGovernor);
  if (!claims.publish_subjects.empty()) names.push_back(kTokenSubjects);
  return names;
}

}  // namespace antiphon
