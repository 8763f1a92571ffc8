#include "fleet/emulator/fleet_profile.h"

#include <absl/strings/str_cat.h>

#include <array>

#include "protocol/bytes/text.h"
#include "protocol/choria/subjects.h"

namespace antiphon::fleet {
namespace {

// What a node without further plugins has, in the order it subscribes; then what sites install
// first.
constexpr std::array<std::string_view, 12> kAgents = {
    "discovery", "rpcutil", "choria_util", "scout",   "package", "puppet",
    "service",   "filemgr", "shell",       "nettest", "process", "executor"};

constexpr std::array<std::string_view, 4> kRoles = {"web", "app", "db", "cache"};
constexpr uint32_t kSites = 9;  // has no factor in common with the roles: every pair exists

std::string_view role_of(uint32_t number) {
  return kRoles[number % kRoles.size()];
}

void append_subscription(std::string_view subject, size_t sid, std::string& out) {
  out.append("SUB ").append(subject).append(" ").append(std::to_string(sid)).append("\r\n");
}

std::string all_tokens(const std::vector<std::string>& names, std::string_view what) {
  for (const std::string& name : names) {
    if (choria::is_subject_token(name)) continue;
    return absl::StrCat(to_absl(what), " \"", name, "\" cannot stand in a subject");
  }
  return {};
}

}  // namespace

std::vector<std::string> agent_names(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) {
    names.push_back(i < kAgents.size() ? std::string(kAgents[i]) : absl::StrCat("agent", i + 1));
  }
  return names;
}

std::string profile_error(const FleetProfile& profile) {
  if (profile.nodes == 0) return "there must be at least one node";
  if (UINT32_MAX - profile.first_number < profile.nodes) return "the node numbers are too large";
  if (profile.identity_pattern.find(kNumberMark) == std::string::npos) {
    return "the identity pattern has no {n}, so all nodes would have the same name";
  }
  if (!choria::is_subject_tokens(node_identity(profile, profile.first_number))) {
    return "the identity pattern makes names that cannot stand in a subject";
  }
  if (profile.collectives.empty() || profile.collectives.size() > kCollectivesMax) {
    return absl::StrCat("there must be 1 to ", kCollectivesMax, " collectives");
  }
  if (profile.agents.empty() || profile.agents.size() > kAgentsMax) {
    return absl::StrCat("there must be 1 to ", kAgentsMax, " agents");
  }
  return all_tokens(profile.collectives, "collective");
}

std::string node_identity(const FleetProfile& profile, uint32_t number) {
  std::string identity = profile.identity_pattern;
  identity.replace(identity.find(kNumberMark), kNumberMark.size(), std::to_string(number));
  return identity;
}

void append_subscriptions(const FleetProfile& profile, std::string_view identity,
                          std::string& out) {
  size_t sid = 0;
  for (const std::string& agent : profile.agents) {
    for (const std::string& collective : profile.collectives) {
      append_subscription(choria::broadcast_subject(collective, agent), ++sid, out);
    }
  }
  for (const std::string& collective : profile.collectives) {
    append_subscription(choria::node_subject(collective, identity), ++sid, out);
  }
}

size_t subscriptions_per_node(const FleetProfile& profile) {
  return (profile.agents.size() + 1) * profile.collectives.size();
}

std::string node_facts(uint32_t number) {
  return absl::StrCat(R"({"emulated":true,"number":)", number, R"(,"role":")",
                      to_absl(role_of(number)), R"(","site":"site)", number % kSites,
                      R"(","os":{"family":"Debian","name":"Debian","release":{"major":"12"}}})");
}

const std::vector<std::string>& node_classes(uint32_t number) {
  static const auto* const kClasses = [] {
    auto* classes = new std::array<std::vector<std::string>, kRoles.size()>;
    for (size_t i = 0; i < kRoles.size(); ++i) {
      (*classes)[i] = {"emulated", absl::StrCat("role::", to_absl(kRoles[i]))};
    }
    return classes;
  }();
  return (*kClasses)[number % kRoles.size()];
}

}  // namespace antiphon::fleet
