#include "federation/relay/load_relay.h"

#include "broker/config/choria_files.h"
#include "broker/config/choria_options.h"
#include "broker/config/config_digest.h"
#include "broker/config/config_text.h"
#include "broker/config/option_writer.h"
#include "broker/config/suggestion.h"
#include "broker/config/tls_files.h"
#include "broker/net/tls_context.h"
#include "federation/names/find_servers.h"
#include "federation/relay/inside_side.h"
#include "federation/relay/relay_keys.h"
#include "federation/relay/side_subjects.h"
#include "protocol/bytes/check.h"
#include "protocol/subject/subject.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kNetworkPrefix = "plugin.choria.network.";
constexpr std::string_view kNetworkKey = "plugin.choria.broker_network";
constexpr std::string_view kClientKey = "plugin.choria.federation.collectives";
constexpr const char* kCollectiveDefault = "puppet:4222";
// The reference's names, the newer before the older.
constexpr const char* kFederationServices[] = {"_mcollective-federation_server._tcp",
                                               "_x-puppet-mcollective_federation._tcp"};
constexpr const char* kCollectiveServices[] = {"_mcollective-server._tcp",
                                               "_x-puppet-mcollective._tcp"};
// A broker whose host has died says nothing; until that is seen, messages are lost that other
// federation brokers could have passed on.
constexpr int64_t kPingIntervalMs = 10'000;

Place whole_file(const std::string& path) {
  return {std::make_shared<const SourceFile>(SourceFile{path, 0}), 0, 0};
}

void report_unknown(const ChoriaSetting& setting, Diagnostics& diagnostics) {
  std::string message = "unknown key " + in_quotes(setting.key);
  const std::string_view name = std::string_view(setting.key).substr(kOwnPrefix.size());
  if (const std::string_view meant = nearest_name(name, own_keys()); !meant.empty()) {
    message += "; did you mean " + in_quotes(std::string(kOwnPrefix) + std::string(meant)) + "?";
  }
  diagnostics.error(setting.key_place, std::move(message));
}

struct SplitSettings {
  std::vector<ChoriaSetting> ours;
  // What a network broker would read of the file, and nothing that only it is concerned with.
  std::vector<ChoriaSetting> rest;
};

SplitSettings take_ours(std::vector<ChoriaSetting> settings, RelayDraft& draft) {
  SplitSettings split;
  for (ChoriaSetting& setting : settings) {
    if (apply_relay_key(setting, draft)) {
      split.ours.push_back(std::move(setting));
    } else if (setting.key.starts_with(kOwnPrefix)) {
      report_unknown(setting, draft.diagnostics);
    } else if (setting.key == kClientKey) {
      draft.diagnostics.warning(
          setting.key_place,
          "is a client's setting and has no effect here; in Choria's own federation broker it "
          "would turn the collective's side to the federation's brokers");
    } else if (setting.key != kNetworkKey && !setting.key.starts_with(kNetworkPrefix)) {
      split.rest.push_back(std::move(setting));
    }
  }
  return split;
}

// Where SRV records are looked for: what the file says, else the domain that the host is in.
std::string srv_domain(const RelayDraft& draft, const std::string& identity) {
  if (!draft.srv_domain.empty()) return draft.srv_domain;
  const size_t dot = identity.find('.');
  return dot == std::string::npos ? "" : identity.substr(dot + 1);
}

void add_services(const RelayDraft& draft, const std::string& identity,
                  std::span<const char* const> services, ServerNames& names) {
  const std::string domain = srv_domain(draft, identity);
  if (!names.urls.empty() || !draft.use_srv || domain.empty()) return;
  for (const char* service : services) names.services.push_back(service + ("." + domain));
}

void finish_names(const Place& file, RelayDraft& draft) {
  LoadedRelay& loaded = draft.loaded;
  const std::string& identity = loaded.options.choria.identity;
  ServerNames& federation = loaded.side(Side::kFederation).names;
  ServerNames& collective = loaded.side(Side::kCollective).names;
  add_services(draft, identity, kFederationServices, federation);
  add_services(draft, identity, kCollectiveServices, collective);
  if (collective.urls.empty()) collective.otherwise = {kCollectiveDefault};
  if (loaded.inside) loaded.side(*loaded.inside).names = {};
  if (!federation.empty() || loaded.inside == Side::kFederation) return;
  draft.diagnostics.error(
      file, draft.use_srv
                ? "set plugin.choria.federation_middleware_hosts to the brokers that clients connect "
                  "to, or plugin.choria.srv_domain to the domain of their SRV records"
                : "set plugin.choria.federation_middleware_hosts to the brokers that clients connect "
                  "to (plugin.choria.use_srv is off)");
}

// What is listened to is refused as a target.
void warn_of_heard_targets(const Place& file, const RelaySettings& settings,
                           Diagnostics& diagnostics) {
  const std::vector<std::string> targets = settings.targets.patterns();
  for (const std::string& heard : heard_targets(settings)) {
    for (const std::string& target : targets) {
      if (!subject_covers(heard, target)) continue;
      diagnostics.warning(file, in_quotes(heard) +
                                    ", which is listened to for events or signs of life, takes in "
                                    "all of the targets " + in_quotes(target) +
                                    ": requests to them will be refused");
    }
  }
}

void check_whole(const Place& file, RelayDraft& draft) {
  LoadedRelay& loaded = draft.loaded;
  if (!draft.enabled) {
    draft.diagnostics.error(draft.enabled_place,
                            "nothing to run: set plugin.choria.broker_federation = true");
  }
  const fleet::Credentials& user = loaded.settings.side(Side::kFederation).credentials;
  if (!user.password.empty() && user.user.empty()) {
    draft.diagnostics.error(file, "plugin.nats.pass needs plugin.nats.user");
  }
  const RelaySettings& settings = loaded.settings;
  if (settings.ledger.placement == PlacementMode::kOff &&
      (settings.hears_lifecycle || !settings.registrations.empty())) {
    draft.diagnostics.warning(
        file, "placement_lifecycle and placement_registration have no effect without "
              "plugin.antiphon.federation.placement");
  }
  warn_of_heard_targets(file, settings, draft.diagnostics);
}

absl::StatusOr<std::shared_ptr<const TlsContext>> tls_context(const LoadedSide& side) {
  TlsSettings tls;
  tls.cert_file = side.tls.cert_file;
  tls.key_file = side.tls.key_file;
  tls.ca_file = side.tls.ca_file;
  tls.insecure = side.unchecked;
  return TlsContext::client(tls);
}

std::string digest_of(const std::vector<ChoriaSetting>& ours, const LoadedRelay& loaded,
                      const ConfigInputs& inputs) {
  ConfigMap digested;
  const auto add = [&digested](std::string key, std::string value) {
    ConfigEntry& entry = digested.entries.emplace_back();
    entry.key = std::move(key);
    entry.value.data = std::move(value);
  };
  for (const ChoriaSetting& setting : last_of_each(ours)) add(setting.key, setting.value);
  add("identity", loaded.settings.identity);
  // Those that are read at the start only: tokens, and what a border signs with, are read again.
  std::vector<std::string> files = {loaded.border.policy_file, loaded.border.near_ca_file};
  for (const Side which : {Side::kFederation, Side::kCollective}) {
    const LoadedSide& side = loaded.sides[static_cast<size_t>(which)];
    // The provider says whether they count.
    add(std::string("token ") + side_name(which), loaded.settings.side(which).token.token);
    files.insert(files.end(), {side.tls.cert_file, side.tls.key_file, side.tls.ca_file});
  }
  for (const std::string& file : files) {
    if (!file.empty()) add("file " + file, inputs.read_file(file).value_or(""));
  }
  return config_digest(digested);
}

}  // namespace

LoadedRelay load_relay(const std::string& path, const ConfigInputs& inputs) {
  const absl::StatusOr<std::string> text = inputs.read_file(path);
  if (text.ok()) return load_relay_text(path, *text, inputs);
  LoadedRelay unread;
  unread.errors.push_back({whole_file(path), "cannot read the configuration: " +
                                                 std::string(to_std(text.status().message()))});
  return unread;
}

LoadedRelay load_relay_text(const std::string& path, std::string_view text,
                            const ConfigInputs& inputs) {
  LoadedRelay loaded;
  Diagnostics diagnostics;
  const Place file = whole_file(path);
  RelayDraft draft{loaded, diagnostics, inputs, false, file, {}, true, {}, {}};
  const SplitSettings split =
      take_ours(read_choria_files(path, text, inputs, diagnostics), draft);
  refuse_inside(draft);
  check_whole(file, draft);
  check_border(loaded.border, file, diagnostics);
  OptionWriter writer(loaded.options, diagnostics);
  const bool complete =
      apply_choria_settings(split.rest, file, inputs, writer, ChoriaRole::kClient);
  loaded.settings.identity = loaded.options.choria.identity;
  finish_names(file, draft);
  if (complete) {
    for (const OptionProblem& problem : tls_file_errors(loaded.options.tls, inputs.read_file)) {
      const Place* place = writer.place_of(problem.option);
      diagnostics.error(place != nullptr ? *place : file, problem.message);
    }
    finish_security(draft.security, file, inputs, loaded, diagnostics);
  }
  loaded.digest = digest_of(split.ours, loaded, inputs);
  loaded.errors = diagnostics.errors();
  loaded.warnings = diagnostics.warnings();
  return loaded;
}

LoadedRelay load_relay_beside(const std::string& path, const ConfigInputs& inputs,
                              const BrokerOptions& broker) {
  LoadedRelay loaded;
  Diagnostics diagnostics;
  const Place file = whole_file(path);
  RelayDraft draft{loaded, diagnostics, inputs, false, file, {}, true, {}, {}};
  const absl::StatusOr<std::string> text = inputs.read_file(path);
  if (!text.ok()) {
    diagnostics.error(file, "cannot read the configuration: " +
                                std::string(to_std(text.status().message())));
  } else {
    const SplitSettings split =
        take_ours(read_choria_files(path, *text, inputs, diagnostics), draft);
    loaded.options = broker;
    loaded.settings.identity = broker.choria.identity;
    choose_inside(broker, draft);
    check_whole(file, draft);
    check_border(loaded.border, file, diagnostics);
    finish_names(file, draft);
    finish_security(draft.security, file, inputs, loaded, diagnostics);
    loaded.digest = digest_of(split.ours, loaded, inputs);
  }
  loaded.errors = diagnostics.errors();
  loaded.warnings = diagnostics.warnings();
  return loaded;
}

absl::StatusOr<RelaySettings> connect_settings(const LoadedRelay& loaded,
                                               const std::optional<fleet::ServerEndpoint>& inside) {
  RelaySettings settings = loaded.settings;
  for (const Side which : {Side::kFederation, Side::kCollective}) {
    SideSettings& out = settings.side(which);
    if (loaded.inside == which) {
      AP_CHECK(inside.has_value());
      out.servers = {*inside};
      continue;
    }
    const LoadedSide& side = loaded.sides[static_cast<size_t>(which)];
    out.names = side.names;
    if (!side.names.urls.empty()) {
      absl::StatusOr<std::vector<fleet::ServerEndpoint>> servers =
          servers_without_names(side.names.urls);
      if (!servers.ok()) return servers.status();
      out.servers = *std::move(servers);
    }
    absl::StatusOr<std::shared_ptr<const TlsContext>> context = tls_context(side);
    if (!context.ok()) return context.status();
    out.tls = *std::move(context);
  }
  settings.client.tls_wanted = true;
  settings.client.ping_interval_ms = kPingIntervalMs;
  return settings;
}

}  // namespace antiphon::federation
