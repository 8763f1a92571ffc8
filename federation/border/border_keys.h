// The keys of a federation broker's configuration that set up a border.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/choria_conf.h"
#include "broker/config/config_inputs.h"
#include "broker/config/diagnostics.h"
#include "federation/border/border_signer.h"
#include "protocol/choria/token_trust.h"
#include "protocol/choria/trust.h"

namespace antiphon::federation {

struct LoadedBorder {
  bool on = false;
  std::string policy_file;
  std::string audit_file;  // empty: the log
  std::string near_ca_file;
  choria::CallerRules near_callers;  // names that the near side's certificates may bear
  choria::TokenIssuers near_issuers;
  BorderFiles files;
  std::optional<Place> place;  // of the first key
};

// True if the key, with its prefix, is one of these; what is wrong with its value is reported then.
bool apply_border_key(const ChoriaSetting& setting, std::string_view prefix,
                      const ConfigInputs& inputs, LoadedBorder& border, Diagnostics& diagnostics);

// Without the prefix.
std::span<const std::string_view> border_keys();

// Reports what is missing.
void check_border(const LoadedBorder& border, const Place& file, Diagnostics& diagnostics);

}  // namespace antiphon::federation
