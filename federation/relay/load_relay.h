// Reads a federation broker's configuration from a file in Choria's format.
//
// MODEL: the keys are the reference's (go-choria 0.29.4), what it lacks stands under
// `plugin.antiphon.federation.`. Identity, security, log and statistics mean what they mean to a
// network broker and are read as it reads them (choria_options.h); its other keys have no effect
// here, so one file may serve both. Beside a network broker in one process these are the broker's,
// and one side may be that broker itself. SECURITY: what the file says counts for both sides; where they
// are of different organizations each can be given its own certificate, authority and token. ERRORS: all
// at once, each with its place.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_options.h"
#include "broker/config/config_inputs.h"
#include "broker/config/diagnostics.h"
#include "federation/border/border_keys.h"
#include "federation/relay/relay_counts.h"
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
  // The side that is the network broker of the same process, and has no names.
  std::optional<Side> inside;
  BrokerOptions options;  // log, TLS files, statistics
  // Of all that a tier was started with, files of certificates and a border's policy included: if
  // it is the same, a reload has nothing to change.
  std::string digest;
  std::vector<Diagnostic> errors;
  std::vector<Diagnostic> warnings;
  [[nodiscard]] bool ok() const { return errors.empty(); }
};

LoadedRelay load_relay(const std::string& path, const ConfigInputs& inputs);
LoadedRelay load_relay_text(const std::string& path, std::string_view text,
                            const ConfigInputs& inputs);

// Of a tier that runs in the process of the network broker whose options were read from that file.
LoadedRelay load_relay_beside(const std::string& path, const ConfigInputs& inputs,
                              const BrokerOptions& broker);

// Reads the certificates. `inside` is the network broker of
// the same process, if a side is that. The error names what is wrong.
absl::StatusOr<RelaySettings> connect_settings(
    const LoadedRelay& loaded, const std::optional<fleet::ServerEndpoint>& inside = std::nullopt);

}  // namespace antiphon::federation
