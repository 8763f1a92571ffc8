#include "federation/relay/security_keys.h"

#include <string>

#include "broker/config/choria_values.h"
#include "broker/config/config_text.h"
#include "broker/config/secret_files.h"
#include "broker/config/tls_files.h"
#include "federation/relay/load_relay.h"
#include "federation/relay/relay_keys.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kProvider = "plugin.security.provider";
constexpr std::string_view kTokenProvider = "choria";

struct CommonKey {
  std::string_view key;
  std::optional<ConfigText> SecurityKeys::*file;
};
constexpr CommonKey kCommonKeys[] = {
    {"plugin.security.choria.token_file", &SecurityKeys::token},
    {"plugin.security.choria.seed_file", &SecurityKeys::seed},
    {"plugin.choria.security.request_signer.token_file", &SecurityKeys::signer_token},
    {"plugin.choria.security.request_signer.seed_file", &SecurityKeys::signer_seed},
};

struct SideKey {
  Side side;
  std::optional<ConfigText> SideSecurityKeys::*file;
};
constexpr std::string_view kSideKeyNames[] = {
    "collective_ca",    "collective_certificate", "collective_key",
    "collective_seed_file", "collective_token_file", "federation_ca",
    "federation_certificate", "federation_key",   "federation_seed_file",
    "federation_token_file"};
constexpr SideKey kSideKeys[] = {
    {Side::kCollective, &SideSecurityKeys::authority},
    {Side::kCollective, &SideSecurityKeys::certificate},
    {Side::kCollective, &SideSecurityKeys::key},
    {Side::kCollective, &SideSecurityKeys::seed},
    {Side::kCollective, &SideSecurityKeys::token},
    {Side::kFederation, &SideSecurityKeys::authority},
    {Side::kFederation, &SideSecurityKeys::certificate},
    {Side::kFederation, &SideSecurityKeys::key},
    {Side::kFederation, &SideSecurityKeys::seed},
    {Side::kFederation, &SideSecurityKeys::token},
};
static_assert(std::size(kSideKeyNames) == std::size(kSideKeys));

std::optional<ConfigText>* find_key(std::string_view key, SecurityKeys& keys) {
  for (const CommonKey& common : kCommonKeys) {
    if (common.key == key) return &(keys.*common.file);
  }
  if (!key.starts_with(kOwnPrefix)) return nullptr;
  for (size_t i = 0; i < std::size(kSideKeys); ++i) {
    if (key.substr(kOwnPrefix.size()) != kSideKeyNames[i]) continue;
    return &(keys.sides[static_cast<size_t>(kSideKeys[i].side)].*kSideKeys[i].file);
  }
  return nullptr;
}

std::string text_of(const std::optional<ConfigText>& file) {
  return file ? file->text : std::string();
}

std::string own_key(Side side, const char* name) {
  return std::string(kOwnPrefix) + side_name(side) + "_" + name;
}

// The rules for one side.
class SideSecurity {
 public:
  SideSecurity(Side side, const SecurityKeys& keys, const LoadedRelay& loaded,
               Diagnostics& diagnostics)
      : side_(side),
        all_(keys),
        own_(keys.sides[static_cast<size_t>(side)]),
        loaded_(loaded),
        diagnostics_(diagnostics) {}

  TlsOptions tls() const {
    TlsOptions tls;
    tls.enabled = true;
    const TlsOptions& common = loaded_.options.tls;
    tls.ca_file = own_.authority ? own_.authority->text : common.ca_file;
    if (own_.certificate || own_.key) {
      belong_together(own_.certificate, "certificate", own_.key, "key");
      tls.cert_file = text_of(own_.certificate);
      tls.key_file = text_of(own_.key);
    } else if (!own_.token) {  // who is known by a token there is not known by our certificate
      tls.cert_file = common.cert_file;
      tls.key_file = common.key_file;
    }
    return tls;
  }

  TokenFiles token(const Place& file) const {
    if (own_.token) return with_seed(own_.token->text, own_.seed, std::nullopt);
    if (own_.seed) belong_together(own_.token, "token_file", own_.seed, "seed_file");
    if (loaded_.options.choria.security_provider != kTokenProvider) return {};
    if (all_.token) return with_seed(all_.token->text, all_.seed, all_.signer_seed);
    if (all_.signer_token) return with_seed(all_.signer_token->text, all_.seed, all_.signer_seed);
    diagnostics_.error(all_.provider.value_or(file),
                       "the security provider choria needs plugin.security.choria.token_file, or " +
                           own_key(side_, "token_file") + ", to log in on the " +
                           side_name(side_) + " side");
    return {};
  }

 private:
  static TokenFiles with_seed(const std::string& token, const std::optional<ConfigText>& first,
                              const std::optional<ConfigText>& second) {
    if (first) return {token, first->text};
    if (second) return {token, second->text};
    return {token, seed_beside(token)};
  }

  void belong_together(const std::optional<ConfigText>& one, const char* one_name,
                       const std::optional<ConfigText>& other, const char* other_name) const {
    if (one && other) return;
    diagnostics_.error((one ? one : other)->place, own_key(side_, one_name) + " and " +
                                                       own_key(side_, other_name) +
                                                       " belong together");
  }

  const Side side_;
  const SecurityKeys& all_;
  const SideSecurityKeys& own_;
  const LoadedRelay& loaded_;
  Diagnostics& diagnostics_;
};

const Place& place_of_own_files(const SideSecurityKeys& own) {
  return (own.certificate ? own.certificate : own.authority)->place;
}

}  // namespace

bool apply_security_key(const ChoriaSetting& setting, const ConfigInputs& inputs,
                        SecurityKeys& keys, Diagnostics& diagnostics) {
  if (setting.key == kProvider) {
    keys.provider = setting.value_place;
    return false;  // it has more to say
  }
  std::optional<ConfigText>* const file = find_key(setting.key, keys);
  if (file == nullptr) return false;
  const std::optional<std::string> path = expand_home(setting.value, inputs.environment);
  if (!path) diagnostics.error(setting.value_place, "~ has no meaning without HOME");
  *file = ConfigText{path.value_or(""), setting.value_place};
  return true;
}

std::span<const std::string_view> side_security_keys() {
  return kSideKeyNames;
}

void finish_security(const SecurityKeys& keys, const Place& file, const ConfigInputs& inputs,
                     LoadedRelay& loaded, Diagnostics& diagnostics) {
  for (const Side which : {Side::kFederation, Side::kCollective}) {
    if (loaded.inside == which) continue;  // there is no login
    const SideSecurity security(which, keys, loaded, diagnostics);
    LoadedSide& side = loaded.side(which);
    side.tls = security.tls();
    loaded.settings.side(which).token = security.token(file);
    side.unchecked = side.tls.ca_file.empty();
    if (side.unchecked) {
      diagnostics.warning(keys.provider.value_or(file),
                          std::string("the certificates of the ") + side_name(which) +
                              " side's brokers are not checked: set plugin.security.choria.ca");
    }
    const SideSecurityKeys& own = keys.sides[static_cast<size_t>(which)];
    if (!own.certificate && !own.authority) continue;
    for (const OptionProblem& problem : tls_file_errors(side.tls, inputs.read_file)) {
      diagnostics.error(place_of_own_files(own), problem.message);
    }
  }
}

}  // namespace antiphon::federation
