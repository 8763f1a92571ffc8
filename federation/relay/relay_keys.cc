#include "federation/relay/relay_keys.h"

#include <absl/strings/str_cat.h>

#include <charconv>
#include <optional>

#include "broker/config/choria_values.h"
#include "broker/config/config_text.h"
#include "broker/config/duration.h"
#include "federation/memory/asked_requests.h"
#include "federation/names/find_servers.h"
#include "fleet/wire/server_endpoint.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/subjects.h"
#include "protocol/subject/subject.h"

namespace antiphon::federation {
namespace {

void report(const ChoriaSetting& setting, const std::string& needs, RelayDraft& draft) {
  draft.diagnostics.error(setting.value_place, setting.key + " needs " + needs);
}

// A number of [least, most]; false if it is none.
template <typename Number>
bool set_number(const ChoriaSetting& setting, uint64_t least, uint64_t most, Number& out,
                RelayDraft& draft) {
  uint64_t value = 0;
  const char* end = setting.value.data() + setting.value.size();
  const auto [stop, error] = std::from_chars(setting.value.data(), end, value);
  if (error != std::errc() || stop != end || value < least || value > most) {
    report(setting, absl::StrCat("a whole number from ", least, " to ", most), draft);
    return false;
  }
  out = static_cast<Number>(value);
  return true;
}

void set_duration(const ChoriaSetting& setting, int64_t& out_ms, RelayDraft& draft) {
  constexpr std::chrono::hours kMost(24);
  const std::optional<Duration> duration = parse_choria_duration(setting.value);
  if (!duration || duration->count() < 0 || *duration > kMost) {
    return report(setting, "seconds, or a duration like 2s or 1m30s, of at most one day", draft);
  }
  out_ms = std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
}

void set_servers(const ChoriaSetting& setting, Side side, RelayDraft& draft) {
  std::vector<std::string>& out = draft.loaded.side(side).names.urls;
  out.clear();
  for (const ConfigText& item : split_at_commas(setting)) {
    if (item.text.empty()) continue;
    if (const auto endpoint = fleet::parse_server_url(item.text); !endpoint.ok()) {
      draft.diagnostics.error(item.place, std::string(to_std(endpoint.status().message())));
    }
    out.push_back(item.text);
  }
  if (out.empty()) report(setting, "one host:port at least", draft);
}

void set_subjects(const ChoriaSetting& setting, SubjectRules& out, RelayDraft& draft) {
  std::vector<std::string> patterns;
  for (const ConfigText& item : split_at_commas(setting)) patterns.push_back(item.text);
  absl::StatusOr<SubjectRules> rules = SubjectRules::from(patterns);
  if (!rules.ok()) {
    draft.diagnostics.error(setting.value_place, std::string(to_std(rules.status().message())));
    return;
  }
  out = *std::move(rules);
}

// A rate a second; 0: no limit.
void set_rate(const ChoriaSetting& setting, double& out, RelayDraft& draft) {
  constexpr uint64_t kMost = 100'000'000;
  uint64_t whole = 0;
  if (set_number(setting, 0, kMost, whole, draft)) out = static_cast<double>(whole);
}

void set_bool(const ChoriaSetting& setting, bool& out, RelayDraft& draft) {
  const std::optional<bool> on = parse_choria_bool(setting.value);
  if (!on) return report(setting, "true or false", draft);
  out = *on;
}

void set_placement(const ChoriaSetting& setting, RelayDraft& draft) {
  for (const PlacementMode mode : {PlacementMode::kOff, PlacementMode::kWatch, PlacementMode::kOn}) {
    if (setting.value != placement_name(mode)) continue;
    draft.loaded.settings.ledger.placement = mode;
    return;
  }
  report(setting, "off, watch or on", draft);
}

// Of one more pattern of the collective's side to listen to.
std::string pattern_problem(const std::string& pattern, const std::vector<std::string>& others) {
  if (!is_valid_subject(pattern)) return "is no subject";
  if (pattern.starts_with('$') || subjects_overlap(pattern, "choria.federation.>") ||
      subjects_overlap(pattern, "*.reply.>")) {
    return "takes in subjects of brokers, federation brokers or replies, which are nobody else's";
  }
  for (const std::string& other : others) {
    if (subjects_overlap(pattern, other)) {
      return "has subjects in common with \"" + other + "\": they would be taken twice";
    }
  }
  return others.size() < kSubjectPatternsMax ? "" : "is one pattern too many";
}

void set_patterns(const ChoriaSetting& setting, std::vector<std::string>& out, RelayDraft& draft) {
  std::vector<std::string> all;
  for (const ConfigText& item : split_at_commas(setting)) {
    if (item.text.empty()) continue;
    const std::string problem = pattern_problem(item.text, all);
    if (problem.empty()) {
      all.push_back(item.text);
    } else {
      draft.diagnostics.error(item.place, "\"" + item.text + "\" " + problem);
    }
  }
  out = std::move(all);
}

// A name, which may end in a dot.
void set_srv_domain(const ChoriaSetting& setting, RelayDraft& draft) {
  std::string_view domain = setting.value;
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (!domain.empty() && !is_valid_literal_subject(domain)) {
    return report(setting, "a domain such as example.net", draft);
  }
  draft.srv_domain = domain;
}

void set_dns_servers(const ChoriaSetting& setting, RelayDraft& draft) {
  std::string& out = draft.loaded.settings.dns_servers;
  out.clear();
  for (const ConfigText& item : split_at_commas(setting)) {
    const auto server = servers_without_names({item.text});
    if (!server.ok() || server->size() != 1 || item.text.find("//") != std::string::npos) {
      return report(setting, "addresses with ports, as 192.0.2.53:53", draft);
    }
    out += (out.empty() ? "" : ",") + item.text;
  }
}

void set_unasked_replies(const ChoriaSetting& setting, RelayDraft& draft) {
  const bool pass = setting.value == "pass";
  if (!pass && setting.value != "refuse") return report(setting, "refuse or pass", draft);
  draft.loaded.settings.unasked_replies = pass ? UnaskedReplies::kPass : UnaskedReplies::kRefuse;
}

void set_inside(const ChoriaSetting& setting, RelayDraft& draft) {
  RelayDraft::Inside inside{std::nullopt, setting.key_place};
  for (const Side side : {Side::kCollective, Side::kFederation}) {
    if (setting.value == side_name(side)) inside.side = side;
  }
  if (!inside.side && setting.value != "none") {
    return report(setting, "collective, federation or none", draft);
  }
  draft.inside = std::move(inside);
}

void set_cluster(const ChoriaSetting& setting, RelayDraft& draft) {
  if (!choria::is_subject_token(setting.value)) {
    return report(setting, "one token of a subject: no dots, blanks or wildcards", draft);
  }
  draft.loaded.settings.cluster = setting.value;
}

void set_enabled(const ChoriaSetting& setting, RelayDraft& draft) {
  const std::optional<bool> on = parse_choria_bool(setting.value);
  if (!on) report(setting, "true or false", draft);
  draft.enabled = on.value_or(true);
  draft.enabled_place = setting.value_place;
}

using Apply = void (*)(const ChoriaSetting&, RelayDraft&);
struct RelayKey {
  std::string_view key;
  Apply apply;
};

constexpr uint64_t kMessageBytesMost = choria::kPayloadBytesMax;
constexpr uint64_t kQueueBytesMost = uint64_t{64} << 30;
constexpr uint64_t kReplayEntriesMost = 1 << 26;
constexpr uint64_t kNodesMost = 1 << 22;
constexpr uint64_t kRequestsMost = 4096;

constexpr RelayKey kKeys[] = {
    {"plugin.choria.broker_federation", set_enabled},
    {"plugin.choria.federation.cluster", set_cluster},
    {"plugin.choria.federation_middleware_hosts",
     [](const ChoriaSetting& s, RelayDraft& d) { set_servers(s, Side::kFederation, d); }},
    {"plugin.choria.middleware_hosts",
     [](const ChoriaSetting& s, RelayDraft& d) { set_servers(s, Side::kCollective, d); }},
    {"plugin.choria.use_srv",
     [](const ChoriaSetting& s, RelayDraft& d) { set_bool(s, d.use_srv, d); }},
    {"plugin.choria.srv_domain", set_srv_domain},
    {"plugin.nats.user",
     [](const ChoriaSetting& s, RelayDraft& d) {
       for (SideSettings& side : d.loaded.settings.sides) side.credentials.user = s.value;
     }},
    {"plugin.nats.pass",
     [](const ChoriaSetting& s, RelayDraft& d) {
       for (SideSettings& side : d.loaded.settings.sides) side.credentials.password = s.value;
     }},
};

// Sorted.
constexpr RelayKey kOwnKeys[] = {
    {"asked_entries",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_number(s, AskedRequests::kPerBucket, kReplayEntriesMost, d.loaded.settings.asked_entries, d);
     }},
    {"dns_servers", set_dns_servers},
    {"error_replies", [](const ChoriaSetting& s,
                         RelayDraft& d) { set_bool(s, d.loaded.settings.error_replies, d); }},
    {"events", [](const ChoriaSetting& s,
                  RelayDraft& d) { set_patterns(s, d.loaded.settings.events, d); }},
    {"events_rate", [](const ChoriaSetting& s,
                       RelayDraft& d) { set_rate(s, d.loaded.settings.events_per_s, d); }},
    {"hops_max",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_number(s, 1, choria::kHopsMax, d.loaded.settings.limits.hops_max, d);
     }},
    {"inside", set_inside},
    {"message_bytes_max",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_number(s, 1024, kMessageBytesMost, d.loaded.settings.limits.message_bytes_max, d);
     }},
    {"nodes_max",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_number(s, 1, kNodesMost, d.loaded.settings.ledger.nodes_max, d);
     }},
    {"pause_max", [](const ChoriaSetting& s,
                     RelayDraft& d) { set_duration(s, d.loaded.settings.pause_ms_max, d); }},
    {"placement", set_placement},
    {"placement_entries",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_number(s, 1, kReplayEntriesMost, d.loaded.settings.ledger.absences, d);
     }},
    {"placement_expiry",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_duration(s, d.loaded.settings.ledger.absence_ms, d);
     }},
    {"placement_lifecycle", [](const ChoriaSetting& s, RelayDraft& d) {
       set_bool(s, d.loaded.settings.hears_lifecycle, d);
     }},
    {"placement_registration", [](const ChoriaSetting& s, RelayDraft& d) {
       set_patterns(s, d.loaded.settings.registrations, d);
     }},
    {"placement_settle",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_duration(s, d.loaded.settings.ledger.settle_ms, d);
     }},
    {"queue_bytes_max",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_number(s, 1 << 20, kQueueBytesMost, d.loaded.settings.queue_bytes_max, d);
     }},
    {"replay_entries",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_number(s, 0, kReplayEntriesMost, d.loaded.settings.replay_entries, d);
     }},
    {"replay_window",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_duration(s, d.loaded.settings.replay_window_ms, d);
     }},
    {"replies", [](const ChoriaSetting& s,
                   RelayDraft& d) { set_subjects(s, d.loaded.settings.replies, d); }},
    {"requests_kept",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_number(s, 0, kRequestsMost, d.loaded.settings.ledger.requests, d);
     }},
    {"requests_rate", [](const ChoriaSetting& s,
                         RelayDraft& d) { set_rate(s, d.loaded.settings.requests_per_s, d); }},
    {"targets", [](const ChoriaSetting& s,
                   RelayDraft& d) { set_subjects(s, d.loaded.settings.targets, d); }},
    {"targets_max",
     [](const ChoriaSetting& s, RelayDraft& d) {
       set_number(s, 1, choria::kFederationTargetsMax, d.loaded.settings.limits.targets_max, d);
     }},
    {"targets_rate", [](const ChoriaSetting& s,
                        RelayDraft& d) { set_rate(s, d.loaded.settings.targets_per_s, d); }},
    {"unasked_replies", set_unasked_replies},
};

}  // namespace

bool apply_relay_key(const ChoriaSetting& setting, RelayDraft& draft) {
  for (const RelayKey& key : kKeys) {
    if (key.key == setting.key) return key.apply(setting, draft), true;
  }
  if (apply_security_key(setting, draft.inputs, draft.security, draft.diagnostics)) return true;
  if (!setting.key.starts_with(kOwnPrefix)) return false;
  LoadedRelay& loaded = draft.loaded;
  if (apply_border_key(setting, kOwnPrefix, draft.inputs, loaded.border, draft.diagnostics)) {
    return true;
  }
  for (const RelayKey& key : kOwnKeys) {
    if (setting.key.substr(kOwnPrefix.size()) == key.key) return key.apply(setting, draft), true;
  }
  return false;
}

std::span<const std::string_view> own_keys() {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const RelayKey& key : kOwnKeys) all.push_back(key.key);
    for (const std::string_view key : side_security_keys()) all.push_back(key);
    for (const std::string_view key : border_keys()) all.push_back(key);
    return all;
  }();
  return names;
}

}  // namespace antiphon::federation
