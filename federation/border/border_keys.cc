#include "federation/border/border_keys.h"

#include "broker/config/choria_values.h"
#include "broker/config/config_text.h"

namespace antiphon::federation {
namespace {

struct Setting {
  const ChoriaSetting& setting;
  const ConfigInputs& inputs;
  LoadedBorder& border;
  Diagnostics& diagnostics;

  void report(const std::string& needs) const {
    diagnostics.error(setting.value_place, setting.key + " needs " + needs);
  }
};

void set_on(const Setting& s) {
  const std::optional<bool> on = parse_choria_bool(s.setting.value);
  if (!on) return s.report("true or false");
  s.border.on = *on;
}

void set_file(const Setting& s, std::string& out) {
  const std::optional<std::string> path = expand_home(s.setting.value, s.inputs.environment);
  if (!path) s.diagnostics.error(s.setting.value_place, "~ has no meaning without HOME");
  out = path.value_or("");
}

// ORGANIZATION:KEY, ...
void set_issuers(const Setting& s) {
  for (const ConfigText& item : split_at_commas(s.setting)) {
    const size_t colon = item.text.find(':');
    const auto key = colon == std::string::npos
                         ? std::nullopt
                         : choria::ed25519_from_hex(item.text.substr(colon + 1));
    if (!key || colon == 0) return s.report("organizations with their issuers' keys, as org:KEY");
    s.border.near_issuers[item.text.substr(0, colon)] = *key;
  }
}

void set_patterns(const Setting& s, std::vector<std::string>& out) {
  out.clear();
  for (const ConfigText& item : split_at_commas(s.setting)) out.push_back(item.text);
}


// Sorted.
constexpr std::string_view kNames[] = {
    "border",           "border_audit_file", "border_caller_token_file", "border_certificate",
    "border_key",       "border_near_ca",    "border_near_callers",      "border_near_issuers",
    "border_near_privileged", "border_policy_file", "border_seed_file",  "border_token_file"};
constexpr void (*kApply[])(const Setting&) = {
    set_on,
    [](const Setting& s) { set_file(s, s.border.audit_file); },
    [](const Setting& s) { set_file(s, s.border.files.caller_token); },
    [](const Setting& s) { set_file(s, s.border.files.certificate); },
    [](const Setting& s) { set_file(s, s.border.files.key); },
    [](const Setting& s) { set_file(s, s.border.near_ca_file); },
    [](const Setting& s) { set_patterns(s, s.border.near_callers.allowed); },
    set_issuers,
    [](const Setting& s) { set_patterns(s, s.border.near_callers.privileged); },
    [](const Setting& s) { set_file(s, s.border.policy_file); },
    [](const Setting& s) { set_file(s, s.border.files.seed); },
    [](const Setting& s) { set_file(s, s.border.files.token); },
};
static_assert(std::size(kNames) == std::size(kApply));

}  // namespace

bool apply_border_key(const ChoriaSetting& setting, std::string_view prefix,
                      const ConfigInputs& inputs, LoadedBorder& border, Diagnostics& diagnostics) {
  if (!setting.key.starts_with(prefix)) return false;
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (setting.key.substr(prefix.size()) != kNames[i]) continue;
    if (!border.place) border.place = setting.key_place;
    kApply[i]({setting, inputs, border, diagnostics});
    return true;
  }
  return false;
}

std::span<const std::string_view> border_keys() {
  return kNames;
}

void check_border(const LoadedBorder& border, const Place& file, Diagnostics& diagnostics) {
  if (!border.on) return;
  const Place& place = border.place.value_or(file);
  const auto need = [&](bool has, const char* what) {
    if (!has) diagnostics.error(place, std::string("a border needs ") + what);
  };
  const BorderFiles& files = border.files;
  need(!border.policy_file.empty(), "border_policy_file");
  need(files.certificate.empty() == files.key.empty(), "border_certificate and border_key together");
  const bool all = !files.token.empty() && !files.seed.empty() && !files.caller_token.empty();
  need(all || (files.token.empty() && files.seed.empty() && files.caller_token.empty()),
       "border_token_file, border_seed_file and border_caller_token_file together");
  need(files.signs_v1() || files.signs_v2(),
       "something to sign with: border_certificate and border_key for version 1, border_token_file "
       "and its kin for version 2");
  need(!files.signs_v1() || !border.near_ca_file.empty(),
       "border_near_ca, the authority of those who ask in version 1");
  need(!files.signs_v2() || !border.near_issuers.empty(),
       "border_near_issuers, the organizations of those who ask in version 2");
}

}  // namespace antiphon::federation
