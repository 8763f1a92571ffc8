#include "broker/config/choria_keys.h"

#include <algorithm>
#include <vector>

#include "broker/config/option_table.h"
#include "broker/config/suggestion.h"
#include "broker/config/unsupported_options.h"

namespace antiphon {
namespace {

// Keys that the broker reads besides those that are named in the option table.
constexpr std::string_view kSpecial[] = {
    "plugin.choria.broker_federation",
    "plugin.choria.broker_network",
    "plugin.choria.ssldir",
    "plugin.choria.stats_address",
    "plugin.security.choria.ca",
    "plugin.security.choria.certificate",
    "plugin.security.choria.key",
    "plugin.security.choria.trusted_signers",
    "plugin.security.provider",
};

// Sorted. Those of other programs; and of the broker's own those that have nothing to set: TLS is
// always required, it stops at once, and stream settings mean nothing without a stream store.
constexpr std::string_view kNoEffect[] = {
    "classesfile",
    "collectives",
    "color",
    "default_discovery_method",
    "default_discovery_options",
    "discovery_timeout",
    "libdir",
    "main_collective",
    "plugin.choria.agent_provider.mcorpc.agent_shim",
    "plugin.choria.agent_provider.mcorpc.config",
    "plugin.choria.agent_provider.mcorpc.libdir",
    "plugin.choria.discovery.broadcast.windowed_timeout",
    "plugin.choria.discovery.external.command",
    "plugin.choria.discovery.inventory.source",
    "plugin.choria.executor.enabled",
    "plugin.choria.executor.spool",
    "plugin.choria.federation.cluster",
    "plugin.choria.federation.collectives",
    "plugin.choria.federation_middleware_hosts",
    "plugin.choria.legacy_lifecycle_format",
    "plugin.choria.machine.http_port",
    "plugin.choria.machine.signing_key",
    "plugin.choria.machine.store",
    "plugin.choria.middleware_hosts",
    "plugin.choria.network.client_tls_force_required",
    "plugin.choria.network.connect_timeout",
    "plugin.choria.network.gateway_name",
    "plugin.choria.network.soft_shutdown_timeout",
    "plugin.choria.network.stream.advisory_replicas",
    "plugin.choria.network.stream.advisory_retention",
    "plugin.choria.network.stream.event_replicas",
    "plugin.choria.network.stream.event_retention",
    "plugin.choria.network.stream.executor_replicas",
    "plugin.choria.network.stream.executor_retention",
    "plugin.choria.network.stream.leader_election_replicas",
    "plugin.choria.network.stream.leader_election_ttl",
    "plugin.choria.network.stream.machine_replicas",
    "plugin.choria.network.stream.machine_retention",
    "plugin.choria.network.stream.manage_streams",
    "plugin.choria.prometheus_textfile_directory",
    "plugin.choria.puppetca_host",
    "plugin.choria.puppetca_port",
    "plugin.choria.puppetdb_host",
    "plugin.choria.puppetdb_port",
    "plugin.choria.puppetserver_host",
    "plugin.choria.puppetserver_port",
    "plugin.choria.registration.file_content.compression",
    "plugin.choria.registration.file_content.data",
    "plugin.choria.registration.file_content.target",
    "plugin.choria.registration.inventory_content.compression",
    "plugin.choria.registration.inventory_content.target",
    "plugin.choria.registration.size_interval",
    "plugin.choria.registration.size_trigger",
    "plugin.choria.require_client_filter",
    "plugin.choria.security.certname_whitelist",
    "plugin.choria.security.privileged_users",
    "plugin.choria.security.request_signer.seed_file",
    "plugin.choria.security.request_signer.service",
    "plugin.choria.security.request_signer.token_file",
    "plugin.choria.security.request_signer.url",
    "plugin.choria.security.server.seed_file",
    "plugin.choria.security.server.token_file",
    "plugin.choria.server.provision",
    "plugin.choria.server.provision.allow_update",
    "plugin.choria.services.registry.cache",
    "plugin.choria.services.registry.store",
    "plugin.choria.srv_domain",
    "plugin.choria.status_file_path",
    "plugin.choria.status_update_interval",
    "plugin.choria.submission.max_spool_size",
    "plugin.choria.submission.spool",
    "plugin.choria.use_srv",
    "plugin.login.aaasvc.login.url",
    "plugin.machines.bucket",
    "plugin.machines.check_interval",
    "plugin.machines.download",
    "plugin.machines.key",
    "plugin.machines.poll_interval",
    "plugin.machines.purge",
    "plugin.machines.signing_key",
    "plugin.nats.credentials",
    "plugin.nats.pass",
    "plugin.nats.user",
    "plugin.rpcaudit.logfile",
    "plugin.rpcaudit.logfile.group",
    "plugin.rpcaudit.logfile.mode",
    "plugin.scout.agent_disabled",
    "plugin.scout.goss.denied_local_resources",
    "plugin.scout.goss.denied_remote_resources",
    "plugin.scout.overrides",
    "plugin.scout.tags",
    "plugin.security.certmanager.alt_names",
    "plugin.security.certmanager.api_version",
    "plugin.security.certmanager.issuer",
    "plugin.security.certmanager.namespace",
    "plugin.security.certmanager.replace",
    "plugin.security.choria.seed_file",
    "plugin.security.choria.sign_replies",
    "plugin.security.choria.token_file",
    "plugin.security.pkcs11.driver_file",
    "plugin.security.pkcs11.slot",
    "plugin.security.support_legacy_certificates",
    "plugin.yaml",
    "registerinterval",
    "registration",
    "registration_collective",
    "registration_splay",
    "rpcaudit",
    "rpcauthorization",
    "rpcauthprovider",
    "rpclimitmethod",
    "soft_shutdown_timeout",
    "ttl",
};

// The first parts after `plugin.` that are Choria's own or ours, and no agent's.
constexpr std::string_view kChoriaNamespaces[] = {
    "antiphon", "choria", "login", "machines", "nats", "rpcaudit", "scout", "security", "yaml",
};

constexpr std::string_view kPluginPrefix = "plugin.";

// Read and checked where the federation tier runs (federation/relay/relay_keys.h).
constexpr std::string_view kFederationPrefix = "plugin.antiphon.federation.";

// The NAME of `plugin.NAME.anything`, or nothing.
std::string_view namespace_of(std::string_view key) {
  if (!key.starts_with(kPluginPrefix)) return {};
  const std::string_view rest = key.substr(kPluginPrefix.size());
  const size_t point = rest.find('.');
  if (point == std::string_view::npos || point + 1 == rest.size()) return {};
  return rest.substr(0, point);
}

template <typename Range>
bool contains(const Range& range, std::string_view text) {
  return std::find(std::begin(range), std::end(range), text) != std::end(range);
}

constexpr std::string_view kIssuerPrefix = "plugin.security.issuer.";
constexpr std::string_view kIssuerKeySuffix = ".public";

}  // namespace

std::string_view choria_issuer_of_key(std::string_view key) {
  if (!key.starts_with(kIssuerPrefix) || !key.ends_with(kIssuerKeySuffix)) return {};
  if (key.size() <= kIssuerPrefix.size() + kIssuerKeySuffix.size()) return {};
  key.remove_prefix(kIssuerPrefix.size());
  key.remove_suffix(kIssuerKeySuffix.size());
  return key;
}

ChoriaKeyUse use_of_choria_key(std::string_view key) {
  if (find_choria_option(key) != nullptr || contains(kSpecial, key) ||
      !choria_issuer_of_key(key).empty()) {
    return ChoriaKeyUse::kSet;
  }
  if (key.starts_with(kPluginPrefix) && find_unsupported_option(key) != nullptr) {
    return ChoriaKeyUse::kUnsupported;
  }
  if (contains(kNoEffect, key) || key.starts_with(kFederationPrefix)) {
    return ChoriaKeyUse::kNoEffect;
  }
  const std::string_view owner = namespace_of(key);
  if (owner.empty() || contains(kChoriaNamespaces, owner)) return ChoriaKeyUse::kUnknown;
  return nearest_name(owner, kChoriaNamespaces).empty() ? ChoriaKeyUse::kFree
                                                        : ChoriaKeyUse::kUnknown;
}

bool is_choria_key(std::string_view key) {
  if (contains(kChoriaNamespaces, namespace_of(key))) return true;
  const ChoriaKeyUse use = use_of_choria_key(key);
  return use != ChoriaKeyUse::kFree && use != ChoriaKeyUse::kUnknown;
}

std::string nearest_choria_key(std::string_view key) {
  static const auto& known = *new std::vector<std::string_view>([] {
    std::vector<std::string_view> keys(std::begin(kNoEffect), std::end(kNoEffect));
    keys.insert(keys.end(), std::begin(kSpecial), std::end(kSpecial));
    for (const Option& option : option_table()) {
      if (!option.choria.empty()) keys.push_back(option.choria);
    }
    for (const UnsupportedOption& option : unsupported_options()) {
      if (option.name.starts_with(kPluginPrefix)) keys.push_back(option.name);
    }
    return keys;
  }());
  const std::string_view nearest = nearest_name(key, known);
  if (!nearest.empty()) return std::string(nearest);
  const std::string_view owner = namespace_of(key);
  const std::string_view meant = nearest_name(owner, kChoriaNamespaces);
  if (meant.empty() || meant == owner) return "";
  return std::string(kPluginPrefix) + std::string(meant) +
         std::string(key.substr(kPluginPrefix.size() + owner.size()));
}

std::span<const std::string_view> choria_keys_without_effect() {
  return kNoEffect;
}

}  // namespace antiphon
