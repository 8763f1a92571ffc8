// Reads a federation broker's configuration from a file in Choria's format.
//
// MODEL: the keys are the reference's (choria-wire.md 6.1), what it lacks stands under
// `plugin.antiphon.federation.`. Identity, security, log and statistics mean what they mean to a
// network broker and are read as it reads them (choria_options.h); its other keys have no effect
// here, so one file may serve both. SECURITY: what the file says counts for both sides; where they
// are of different organizations each can be given its own certificate, authority and token. ERRORS: all at once, each with its place.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_options.h"
#include "broker/config/config_inputs.h"
#include "broker/config/diagnostics.h"
#include "federation/border/border_keys.h"
#include "federation/relay/relay_settings.h"

namespace antiphon::federation {

// How one side is reached, as the file says it.
struct LoadedSide {
  ServerNames names;
  TlsOptions tls;          // files only
  bool unchecked = false;  // there is nothing that its brokers' certificates could be checked with
};

struct LoadedRelay {
  RelaySettings settings;  // but for `client` and what is in `sides`, see connect_settings()
  std::array<LoadedSide, kSides> sides;
  LoadedSide& side(Side which) { return sides[static_cast<size_t>(which)]; }
  LoadedBorder border;
  BrokerOptions options;  // log, TLS files, statistics
  std::vector<Diagnostic> errors;
  std::vector<Diagnostic> warnings;
  [[nodiscard]] bool ok() const { return errors.empty(); }
};

LoadedRelay load_relay(const std::string& path, const ConfigInputs& inputs);
LoadedRelay load_relay_text(const std::string& path, std::string_view text,
                            const ConfigInputs& inputs);

// Reads the certificates. The error names what is wrong.
absl::StatusOr<RelaySettings> connect_settings(const LoadedRelay& loaded);

}  // namespace antiphon::federation
