// The keys of a federation broker's configuration, and what each of them sets.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker/config/choria_conf.h"
#include "broker/config/diagnostics.h"
#include "federation/relay/load_relay.h"
#include "federation/relay/security_keys.h"

namespace antiphon::federation {

inline constexpr std::string_view kOwnPrefix = "plugin.antiphon.federation.";

// What load_relay() keeps in mind while it reads the settings one by one.
struct RelayDraft {
  LoadedRelay& loaded;
  Diagnostics& diagnostics;
  const ConfigInputs& inputs;
  bool enabled = false;
  Place enabled_place;
  SecurityKeys security;
  bool use_srv = true;
  std::string srv_domain;
  // plugin.antiphon.federation.inside, where it is set: a side, or none.
  struct Inside {
    std::optional<Side> side;
    Place place;
  };
  std::optional<Inside> inside;
};

// True if the key is one of ours; what is wrong with its value is reported then.
bool apply_relay_key(const ChoriaSetting& setting, RelayDraft& draft);

// For "did you mean": all names below kOwnPrefix.
std::span<const std::string_view> own_keys();

}  // namespace antiphon::federation
