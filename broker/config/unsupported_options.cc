#include "broker/config/unsupported_options.h"

#include <algorithm>

#include "broker/config/config_text.h"

namespace antiphon {
namespace {

// clang-format off
constexpr UnsupportedOption kUnsupported[] = {
    // nats-server
    {"accounts.jetstream", "JetStream", "disable disabled"},
    {"accounts.msg_trace", "message tracing"},
    {"accounts.nkey", "nkeys of accounts"},
    {"accounts.trace_dest", "message tracing"},
    {"authorization.proxy_required", "proxies that vouch for clients"},
    {"authorization.users.proxy_required", "proxies that vouch for clients"},
    {"cluster", "clusters"},
    {"default_js_domain", "JetStream"},
    {"feature_flags", "feature flags"},
    {"gateway", "gateways"},
    {"jetstream", "JetStream", "disable disabled"},
    {"leaf", "leaf nodes"},
    {"leafnodes", "leaf nodes"},
    {"mqtt", "MQTT"},
    {"no_fast_producer_stall", "a choice about fast publishers"},
    {"ocsp", "OCSP", "never"},
    {"ocsp_cache", "OCSP"},
    {"prof_block_rate", "profiling over HTTP"},
    {"prof_port", "profiling over HTTP"},
    {"proxies", "proxies that vouch for clients"},
    {"proxy_protocol", "the PROXY protocol"},
    {"remote_syslog", "logging to syslog"},
    {"resolver_tls", "account resolvers over HTTP"},
    {"store_dir", "JetStream"},
    {"storedir", "JetStream"},
    {"syslog", "logging to syslog"},
    {"tls.ca_certs_match", "certificate stores"},
    {"tls.cert_match", "certificate stores"},
    {"tls.cert_match_by", "certificate stores"},
    {"tls.cert_match_skip_invalid", "certificate stores"},
    {"tls.cert_store", "certificate stores"},
    {"tls.certificates", "several certificates"},
    {"tls.certs", "several certificates"},
    {"tls.connection_rate_limit", "a limit on the rate of TLS connections"},
    {"tls.ocsp_peer", "OCSP"},
    {"tls.verify_cert_and_check_known_urls", "checks of servers' certificates"},
    {"websocket", "websockets"},
    {"write_timeout", "retries after the write deadline", "default close"},
    {"ws", "websockets"},
    // Choria
    {"plugin.choria.adapter.*", "data adapters"},
    {"plugin.choria.adapters", "data adapters"},
    {"plugin.choria.network.gateway_port", "gateways"},
    {"plugin.choria.network.gateway_remote.*", "gateways"},
    {"plugin.choria.network.gateway_remotes", "gateways"},
    {"plugin.choria.network.leafnode_port", "leaf nodes"},
    {"plugin.choria.network.leafnode_remote.*", "leaf nodes"},
    {"plugin.choria.network.leafnode_remotes", "leaf nodes"},
    {"plugin.choria.network.mapping.*", "subject mappings"},
    {"plugin.choria.network.peer_password", "clusters"},
    {"plugin.choria.network.peer_port", "clusters"},
    {"plugin.choria.network.peer_user", "clusters"},
    {"plugin.choria.network.peers", "clusters"},
    {"plugin.choria.network.pprof_port", "profiling over HTTP"},
    {"plugin.choria.network.stream.store", "Choria Streams"},
    {"plugin.choria.network.websocket_advertise", "websockets"},
    {"plugin.choria.network.websocket_port", "websockets"},
};
// clang-format on

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.ends_with(".*")) {
    pattern.remove_suffix(1);
    return name.size() > pattern.size() && name.starts_with(pattern);
  }
  return name == pattern;
}

bool is_one_of(std::string_view words, std::string_view text) {
  while (!words.empty()) {
    if (equals_ignore_case(take_word(words), text)) return true;
  }
  return false;
}

}  // namespace

std::span<const UnsupportedOption> unsupported_options() {
  return kUnsupported;
}

const UnsupportedOption* find_unsupported_option(std::string_view name) {
  for (const UnsupportedOption& option : kUnsupported) {
    if (matches(option.name, name)) return &option;
  }
  return nullptr;
}

bool leaves_feature_off(const UnsupportedOption& option, std::string_view text) {
  constexpr std::string_view kOffWords = "0 false no off n f";
  return text.empty() || is_one_of(kOffWords, text) || is_one_of(option.harmless_words, text);
}

namespace {

// `enabled: false` or `mode: never`, whatever else stands there; or nothing at all.
bool block_leaves_feature_off(const UnsupportedOption& option, const ConfigMap& block) {
  return block.entries.empty() ||
         std::any_of(block.entries.begin(), block.entries.end(), [&](const ConfigEntry& entry) {
           return is_one_of("enable enabled mode", entry.key) &&
                  leaves_feature_off(option, entry.value);
         });
}

}  // namespace

bool leaves_feature_off(const UnsupportedOption& option, const ConfigValue& value) {
  if (const auto* boolean = value.get<bool>()) return !*boolean;
  if (const auto* number = value.get<int64_t>()) return *number == 0;
  if (const auto* text = value.get<std::string>()) return leaves_feature_off(option, *text);
  if (const auto* list = value.get<ConfigArray>()) return list->empty();
  if (const auto* block = value.get<ConfigMap>()) return block_leaves_feature_off(option, *block);
  return value.get<ConfigInvalid>() != nullptr;
}

}  // namespace antiphon
