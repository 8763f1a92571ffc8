// The keys that say with what a federation broker logs in, and what follows from them for each side.
//
// MODEL: as Choria's clients read them (go-choria 0.29.4): the security provider `choria` means a
// token and its seed. `plugin.antiphon.federation.SIDE_...` stands in place of what the file says
// for both, file by file; but a certificate and its key, and a token and its seed, go together.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "broker/config/choria_conf.h"
#include "broker/config/config_inputs.h"
#include "broker/config/diagnostics.h"
#include "broker/config/option_texts.h"
#include "federation/relay/relay_counts.h"

namespace antiphon::federation {

struct LoadedRelay;

struct SideSecurityKeys {
  std::optional<ConfigText> certificate, key, authority, token, seed;
};

struct SecurityKeys {
  std::array<SideSecurityKeys, kSides> sides;
  std::optional<ConfigText> token, seed;                // of the provider choria
  std::optional<ConfigText> signer_token, signer_seed;  // for want of those
  std::optional<Place> provider;
};

// True if the key is one of these.
bool apply_security_key(const ChoriaSetting& setting, const ConfigInputs& inputs,
                        SecurityKeys& keys, Diagnostics& diagnostics);

// What is ours among them, without the common prefix.
std::span<const std::string_view> side_security_keys();

// Once loaded.options are complete: fills in both sides, and reports what does not fit together.
void finish_security(const SecurityKeys& keys, const Place& file, const ConfigInputs& inputs,
                     LoadedRelay& loaded, Diagnostics& diagnostics);

}  // namespace antiphon::federation
