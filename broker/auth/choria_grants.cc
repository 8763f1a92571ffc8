#include "broker/auth/choria_grants.h"

#include <absl/strings/str_cat.h>

#include <array>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "protocol/bytes/text.h"
#include "protocol/choria/digest.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

using Subjects = std::span<const std::string_view>;

constexpr std::string_view kRequestSubjects[] = {"*.broadcast.agent.>", "*.broadcast.service.>",
                                                 "*.node.>", "choria.federation.*.federation"};
constexpr std::string_view kClientStreams[] = {"$JS.API.INFO",
                                               "$JS.API.STREAM.NAMES",
                                               "$JS.API.STREAM.LIST",
                                               "$JS.API.STREAM.INFO.*",
                                               "$JS.API.STREAM.MSG.GET.*",
                                               "$JS.API.STREAM.MSG.DELETE.*",
                                               "$JS.API.DIRECT.GET.*",
                                               "$JS.API.DIRECT.GET.*.>",
                                               "$JS.API.CONSUMER.CREATE.*",
                                               "$JS.API.CONSUMER.CREATE.*.>",
                                               "$JS.API.CONSUMER.DURABLE.CREATE.*.*",
                                               "$JS.API.CONSUMER.DELETE.*.*",
                                               "$JS.API.CONSUMER.NAMES.*",
                                               "$JS.API.CONSUMER.LIST.*",
                                               "$JS.API.CONSUMER.INFO.*.*",
                                               "$JS.API.CONSUMER.MSG.NEXT.*.*",
                                               "$JS.ACK.>",
                                               "$JS.FC.>",
                                               "$KV.>",
                                               "$O.>"};
// After the prefix of the API, which depends on the organization.
constexpr std::string_view kServerStreams[] = {"STREAM.INFO.*",       "STREAM.MSG.GET.*",
                                               "STREAM.MSG.DELETE.*", "DIRECT.GET.*",
                                               "DIRECT.GET.*.>",      "CONSUMER.CREATE.*",
                                               "CONSUMER.CREATE.*.>", "CONSUMER.DURABLE.CREATE.*.*",
                                               "CONSUMER.INFO.*.*",   "CONSUMER.MSG.NEXT.*.*"};

class Rules {
 public:
  void add(std::string subject) { rules_.push_back({std::move(subject), {}}); }
  void add(std::initializer_list<std::string_view> subjects) {
    add(Subjects(subjects.begin(), subjects.size()));
  }
  void add(Subjects subjects) {
    for (const std::string_view subject : subjects) add(std::string(subject));
  }
  void add(const std::vector<std::string>& subjects) {
    for (const std::string& subject : subjects) add(subject);
  }
  std::vector<SubjectRule> take() { return std::move(rules_); }

 private:
  std::vector<SubjectRule> rules_;
};

std::vector<SubjectRule> rules_of(Subjects subjects) {
  Rules rules;
  rules.add(subjects);
  return rules.take();
}

std::vector<SubjectRule> everything() {
  return rules_of(std::array<std::string_view, 1>{">"});
}

ChoriaGrant unrestricted(ChoriaAccount account) {
  return {account, {}};
}

ChoriaGrant allowed(ChoriaAccount account, Rules publish, Rules subscribe) {
  ChoriaGrant grant{account, {}};
  grant.permissions.publish_allow = publish.take();
  grant.permissions.subscribe_allow = subscribe.take();
  return grant;
}

ChoriaGrant nothing_allowed() {
  ChoriaGrant grant;
  grant.permissions.publish_allow.emplace();
  grant.permissions.subscribe_allow.emplace();
  grant.permissions.publish_deny = everything();
  grant.permissions.subscribe_deny = everything();
  return grant;
}

bool is_one_token(std::string_view name) {
  return is_valid_literal_subject(name) && name.find(kTokenSeparator) == std::string_view::npos;
}

bool are_subjects(const std::vector<std::string>& subjects) {
  for (const std::string& subject : subjects) {
    if (!is_valid_subject(subject)) return false;
  }
  return true;
}

// Where replies to a name come: under both digests, as peers use either. MD5 may be forbidden.
void add_replies(std::string_view collective, std::string_view name, Rules& subscribe) {
  for (const std::string& digest : {choria::md5_hex(name), choria::sha256_hex(name)}) {
    if (!digest.empty()) subscribe.add(absl::StrCat(to_absl(collective), ".reply.", digest, ".>"));
  }
}

void add_client_streams(const choria::ClientPermissions& may, std::string_view organization,
                        Rules& publish, Rules& subscribe) {
  if (may.streams_admin) {
    subscribe.add({"$JS.EVENT.>"});
    publish.add({"$JS.>"});
  }
  if (may.streams_user) {
    subscribe.add(absl::StrCat(to_absl(organization), ".republish.>"));
    publish.add(kClientStreams);
  }
  if (may.governor && (may.streams_user || may.streams_admin)) {
    publish.add({"*.governor.*", "choria.lifecycle.event.governor.>"});
  }
}

void add_client_events(const choria::ClientPermissions& may, ChoriaAccount account, Rules& publish,
                       Rules& subscribe) {
  const bool provisions = account == ChoriaAccount::kProvisioning;
  if (may.events_viewer && provisions) {
    subscribe.add({"choria.lifecycle.event.*.provision_mode_server"});
  } else if (may.events_viewer) {
    subscribe.add(
        {"choria.lifecycle.event.>", "choria.machine.watcher.>", "choria.machine.transition"});
  }
  if (may.election_user && provisions) {
    publish.add({"choria.streams.STREAM.INFO.KV_CHORIA_LEADER_ELECTION",
                 "$KV.CHORIA_LEADER_ELECTION.provisioner"});
  } else if (may.election_user) {
    publish.add({"$JS.API.STREAM.INFO.KV_CHORIA_LEADER_ELECTION", "$KV.CHORIA_LEADER_ELECTION.>"});
  }
}

void add_server_streams(const choria::ServerClaims& claims, Rules& publish, Rules& subscribe) {
  const bool is_default = claims.organization == choria::kDefaultOrganization;
  const std::string_view api = is_default ? "$JS.API." : "choria.streams.";
  subscribe.add(absl::StrCat(claims.organization, ".republish.>"));
  for (const std::string_view subject : kServerStreams) {
    publish.add(absl::StrCat(to_absl(api), to_absl(subject)));
  }
  publish.add({"$JS.ACK.>", "$JS.FC.>"});
}

void add_collective(const std::string& collective, const std::string& identity,
                    const choria::ServerPermissions& may, Rules& publish, Rules& subscribe) {
  publish.add(absl::StrCat(collective, ".reply.>"));
  publish.add(absl::StrCat(collective, ".broadcast.agent.registration"));
  publish.add(absl::StrCat("choria.federation.", collective, ".collective"));
  subscribe.add(absl::StrCat(collective, ".broadcast.agent.>"));
  subscribe.add(absl::StrCat(collective, ".node.", identity));
  add_replies(collective, identity, subscribe);
  if (may.service_host) subscribe.add(absl::StrCat(collective, ".broadcast.service.>"));
  if (may.submission) publish.add(absl::StrCat(collective, ".submission.in.>"));
  if (may.governor && may.streams) publish.add(absl::StrCat(collective, ".governor.*"));
}

// A certificate alone, where only some addresses are for clients.
ChoriaGrant grant_certificate_server(const ChoriaGrantSettings& settings) {
  if (settings.deny_server_connections) return nothing_allowed();
  ChoriaGrant grant;
  grant.permissions.publish_allow = everything();
  grant.permissions.publish_deny = rules_of(kRequestSubjects);
  constexpr std::string_view kNotForServers[] = {"*.reply.>", "choria.federation.>",
                                                 "choria.lifecycle.>"};
  grant.permissions.subscribe_deny = rules_of(kNotForServers);
  return grant;
}

// A certificate beside issuers: programs that use the broker, but not Choria's own subjects.
ChoriaGrant grant_messaging_client() {
  constexpr std::string_view kChorias[] = {"*.broadcast.>",      "*.node.>",
                                           "*.reply.>",          "choria.federation.>",
                                           "choria.lifecycle.>", "choria.machine.>"};
  ChoriaGrant grant;
  grant.permissions.publish_allow = everything();
  grant.permissions.subscribe_allow = everything();
  grant.permissions.publish_deny = rules_of(kChorias);
  grant.permissions.subscribe_deny = rules_of(kChorias);
  return grant;
}

}  // namespace

std::string_view choria_account_name(ChoriaAccount account) {
  switch (account) {
    case ChoriaAccount::kChoria:
      return "choria";
    case ChoriaAccount::kProvisioning:
      return "provisioning";
    case ChoriaAccount::kSystem:
      return "system";
  }
  return "unknown";
}

std::optional<ChoriaGrant> grant_client(const choria::ClientClaims& claims, ChoriaAccount account) {
  if (claims.caller_id.empty()) return std::nullopt;
  if (!are_subjects(claims.publish_subjects) || !are_subjects(claims.subscribe_subjects)) {
    return std::nullopt;
  }
  const choria::ClientPermissions may = claims.permissions.value_or(choria::ClientPermissions{});
  Rules publish, subscribe;
  if (may.org_admin) {
    publish.add({">"});
    subscribe.add({">"});
    return allowed(account, std::move(publish), std::move(subscribe));
  }
  if (may.streams_user && !is_one_token(claims.organization)) return std::nullopt;
  add_replies("*", claims.caller_id, subscribe);
  subscribe.add(claims.subscribe_subjects);
  publish.add({"$SYS.REQ.USER.INFO"});
  publish.add(claims.publish_subjects);
  if (account == ChoriaAccount::kChoria) {
    add_client_streams(may, claims.organization, publish, subscribe);
  }
  add_client_events(may, account, publish, subscribe);
  if (may.fleet_management || may.signed_fleet_management) publish.add(kRequestSubjects);
  return allowed(account, std::move(publish), std::move(subscribe));
}

std::optional<ChoriaGrant> grant_server(const choria::ServerClaims& claims,
                                        const ChoriaGrantSettings& settings) {
  if (settings.deny_server_connections || claims.collectives.empty()) return nothing_allowed();
  if (!is_valid_literal_subject(claims.identity) || !are_subjects(claims.publish_subjects)) {
    return std::nullopt;
  }
  const choria::ServerPermissions may = claims.permissions.value_or(choria::ServerPermissions{});
  if (may.streams && !is_one_token(claims.organization)) return std::nullopt;
  Rules publish, subscribe;
  publish.add({"choria.lifecycle.>", "choria.machine.transition", "choria.machine.watcher.>"});
  publish.add(claims.publish_subjects);
  for (const std::string& collective : claims.collectives) {
    if (!is_one_token(collective)) return std::nullopt;
    add_collective(collective, claims.identity, may, publish, subscribe);
  }
  if (may.streams) add_server_streams(claims, publish, subscribe);
  return allowed(ChoriaAccount::kChoria, std::move(publish), std::move(subscribe));
}

std::optional<ChoriaGrant> grant_tokenless(const ChoriaTokenless& connection,
                                           const ChoriaGrantSettings& settings) {
  if (connection.in_process) return unrestricted(ChoriaAccount::kChoria);
  if (!connection.certificate_is_verified) return std::nullopt;
  if (settings.has_client_hosts && !connection.is_client_host) {
    return grant_certificate_server(settings);
  }
  if (!settings.has_issuers) return unrestricted(ChoriaAccount::kChoria);
  if (!settings.has_certificate_authority) return std::nullopt;
  return grant_messaging_client();
}

ChoriaGrant grant_unprovisioned() {
  Rules publish, subscribe;
  publish.add({"choria.lifecycle.>", "provisioning.reply.>", "provisioning.registration.>"});
  subscribe.add({"provisioning.node.>", "provisioning.broadcast.agent.discovery",
                 "provisioning.broadcast.agent.rpcutil", "provisioning.broadcast.agent.choria_util",
                 "provisioning.broadcast.agent.choria_provision"});
  return allowed(ChoriaAccount::kProvisioning, std::move(publish), std::move(subscribe));
}

ChoriaGrant grant_provisioner() {
  return unrestricted(ChoriaAccount::kProvisioning);
}

ChoriaGrant grant_system() {
  return unrestricted(ChoriaAccount::kSystem);
}

}  // namespace antiphon
