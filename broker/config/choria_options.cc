#include "broker/config/choria_options.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "broker/config/choria_keys.h"
#include "broker/config/choria_login_options.h"
#include "broker/config/choria_values.h"
#include "broker/config/config_text.h"
#include "broker/config/unsupported_options.h"

namespace antiphon {
namespace {

constexpr int64_t kChoriaConnectionsMax = 50000;  // what Choria's own build allows
constexpr std::string_view kPuppetSslDirectory = "/etc/puppetlabs/puppet/ssl";

// What several settings decide together.
struct ChoriaSecurity {
  std::string provider = "puppet";
  bool provider_known = true;
  Place provider_place;
  std::string ssl_directory{kPuppetSslDirectory};
  Place ssl_directory_place;
  bool network_broker = false;
  Place network_broker_place;
  // Files of the provider choria, by what is missing without them.
  std::optional<ConfigText> certificate, key, authority;
  std::optional<Place> trusted_signers;
  bool has_request_signer = false;
};

void set_choria_defaults(BrokerOptions& options) {
  options.choria.enabled = true;
  options.listen.host = "::";
  options.limits.connections_max = kChoriaConnectionsMax;
  options.monitoring.host = "127.0.0.1";
  options.logging.destination.target = LogTarget::kStdout;
  options.tls.enabled = true;
}

void set_provider(const ChoriaSetting& setting, ChoriaSecurity& security, OptionWriter& writer) {
  const std::string& name = setting.value;
  security.provider = name;
  security.provider_place = setting.value_place;
  security.provider_known = name == "file" || name == "puppet" || name == "choria";
  if (security.provider_known) return;
  if (name == "pkcs11" || name == "certmanager") {
    writer.error(setting.value_place,
                 "not supported yet: the security provider " + name + "; use file, puppet or choria");
  } else {
    writer.error(setting.value_place, "unknown security provider: use file, puppet or choria");
  }
}

void set_provider_file(const ChoriaSetting& setting, const ConfigInputs& inputs,
                       ChoriaSecurity& security, OptionWriter& writer) {
  std::optional<std::string> path = expand_home(setting.value, inputs.environment);
  if (!path) writer.error(setting.value_place, "~ has no meaning without HOME");
  const ConfigText file{path.value_or(""), setting.value_place};
  if (setting.key == "plugin.security.choria.certificate") security.certificate = file;
  if (setting.key == "plugin.security.choria.key") security.key = file;
  if (setting.key == "plugin.security.choria.ca") security.authority = file;
}

void set_special(const ChoriaSetting& setting, const ConfigInputs& inputs, ChoriaSecurity& security,
                 OptionWriter& writer) {
  if (setting.key == "plugin.security.provider") {
    set_provider(setting, security, writer);
  } else if (setting.key == "plugin.choria.stats_address") {
    writer.write_text(*find_option("http"), setting.value, setting.value_place);
  } else if (setting.key == "plugin.choria.broker_federation") {
    const std::optional<bool> on = parse_choria_bool(setting.value);
    if (!on) writer.error(setting.value_place, setting.key + " needs true or false");
    writer.options().choria.federation = on.value_or(false);
  } else if (setting.key == "plugin.choria.broker_network") {
    const std::optional<bool> on = parse_choria_bool(setting.value);
    if (!on) writer.error(setting.value_place, setting.key + " needs true or false");
    security.network_broker = on.value_or(true);
    security.network_broker_place = setting.value_place;
  } else if (setting.key == "plugin.choria.ssldir") {
    const std::optional<std::string> path = expand_home(setting.value, inputs.environment);
    if (!path) writer.error(setting.value_place, "~ has no meaning without HOME");
    security.ssl_directory = path.value_or("");
    security.ssl_directory_place = setting.value_place;
  } else if (setting.key == "plugin.security.choria.trusted_signers") {
    security.trusted_signers = setting.key_place;
  } else {
    set_provider_file(setting, inputs, security, writer);
  }
}

void report_unknown(const ChoriaSetting& setting, OptionWriter& writer) {
  std::string message = "unknown key " + in_quotes(setting.key);
  if (writer.may_suggest()) {
    const std::string meant = nearest_choria_key(setting.key);
    if (!meant.empty()) message += "; did you mean " + in_quotes(meant) + "?";
  }
  writer.error(setting.key_place, std::move(message));
}

void apply_setting(const ChoriaSetting& setting, const ConfigInputs& inputs,
                   ChoriaSecurity& security, OptionWriter& writer) {
  switch (use_of_choria_key(setting.key)) {
    case ChoriaKeyUse::kSet: {
      const bool is_issuer = !choria_issuer_of_key(setting.key).empty();
      const Option* option = find_choria_option(is_issuer ? kChoriaIssuerKeys : setting.key);
      if (option == nullptr) return set_special(setting, inputs, security, writer);
      return apply_choria_value(*option, setting, inputs, writer);
    }
    case ChoriaKeyUse::kUnsupported: {
      const UnsupportedOption& option = *find_unsupported_option(setting.key);
      if (!leaves_feature_off(option, setting.value)) {
        writer.error(setting.key_place, "not supported yet: " + std::string(option.feature));
      }
      return;
    }
    case ChoriaKeyUse::kNoEffect:
      security.has_request_signer |= setting.key == "plugin.choria.security.request_signer.url" ||
                                     setting.key == "plugin.choria.security.request_signer.service";
      return;
    case ChoriaKeyUse::kFree:
      return;
    case ChoriaKeyUse::kUnknown:
      return report_unknown(setting, writer);
  }
}

// Puppet's layout below the SSL folder; the file provider's settings mean nothing then.
void use_puppet_files(const ChoriaSecurity& security, OptionWriter& writer) {
  const std::filesystem::path folder(security.ssl_directory);
  const std::string own = writer.options().choria.identity + ".pem";
  const Place& place = security.ssl_directory_place;
  writer.derive_text(*find_option("tls.cert_file"), (folder / "certs" / own).string(), place);
  writer.derive_text(*find_option("tls.key_file"), (folder / "private_keys" / own).string(), place);
  writer.derive_text(*find_option("tls.ca_file"), (folder / "certs" / "ca.pem").string(), place);
}

// True if what the provider cannot do without is there. Clients log in by token: a certificate is
// one more thing that they may have. What the file provider's settings name is not used, as in Choria:
// an authority that was left over would have clients asked for certificates.
bool use_choria_files(const ChoriaSecurity& security, ChoriaRole role, OptionWriter& writer) {
  const auto use = [&](const std::optional<ConfigText>& file, const char* option) {
    const ConfigText none{{}, security.provider_place};
    const ConfigText& used = file ? *file : none;
    writer.derive_text(*find_option(option), used.text, used.place);
    return file.has_value();
  };
  (void)use(security.authority, "tls.ca_file");
  const bool has_certificate = use(security.certificate, "tls.cert_file");
  const bool has_key = use(security.key, "tls.key_file");
  if (role == ChoriaRole::kClient && !has_certificate && !has_key) return true;
  for (const auto& [has, name] : {std::pair(has_certificate, "certificate"), {has_key, "key"}}) {
    if (has) continue;
    writer.error(security.provider_place, std::string("the security provider choria needs ") +
                                              "plugin.security.choria." + name);
  }
  return has_certificate && has_key;
}

bool require_file_settings(const Place& place, OptionWriter& writer) {
  bool complete = true;
  for (const char* name : {"tls.cert_file", "tls.key_file", "tls.ca_file"}) {
    if (writer.place_of(name) != nullptr) continue;
    complete = false;
    writer.error(place,
                 "the security provider file needs " + std::string(find_option(name)->choria));
  }
  return complete;
}

bool use_provider_files(const ChoriaSecurity& security, ChoriaRole role, OptionWriter& writer) {
  writer.options().choria.has_messaging_authority = security.authority.has_value();
  if (security.provider == "file") return require_file_settings(security.provider_place, writer);
  if (security.provider == "choria") return use_choria_files(security, role, writer);
  if (!security.provider_known) return false;
  use_puppet_files(security, writer);
  return true;
}

}  // namespace

bool apply_choria_settings(const std::vector<ChoriaSetting>& settings, const Place& file,
                           const ConfigInputs& inputs, OptionWriter& writer, ChoriaRole role) {
  BrokerOptions& options = writer.options();
  set_choria_defaults(options);
  ChoriaSecurity security;
  security.provider_place = security.ssl_directory_place = security.network_broker_place = file;
  for (const ChoriaSetting& setting : settings) apply_setting(setting, inputs, security, writer);

  if (role == ChoriaRole::kNetworkBroker && !security.network_broker) {
    writer.error(security.network_broker_place,
                 "nothing to run: set plugin.choria.broker_network = true");
  }
  if (options.identity.server_name.empty()) options.identity.server_name = inputs.host_name;
  options.choria.identity = options.identity.server_name;
  options.choria.security_provider = security.provider;
  if (options.listen.client_advertise.empty() && options.listen.port != kRandomPort) {
    options.listen.client_advertise =
        options.choria.identity + ":" + std::to_string(options.listen.port);
  }
  const bool complete = use_provider_files(security, role, writer);
  if (role == ChoriaRole::kClient) return complete;
  const ChoriaLoginPlaces places{security.provider_place, security.trusted_signers,
                                 security.has_request_signer};
  finish_choria_login(places, writer);
  return complete;
}

}  // namespace antiphon
