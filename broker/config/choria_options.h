// Gives the settings of a Choria broker.conf their meaning: options, or what is wrong.
//
// MODEL: Choria's own defaults are set first (all interfaces, 50000 clients, TLS with verified
// certificates, log lines on standard output); then the settings in order, so that the last one
// counts; then what follows from several of them (certificate paths, the advertised name). Programs
// that are clients of brokers have the same file: for them only identity, certificates, log and
// statistics count, and they may do without a certificate. ERRORS: reported one by one. The
// reference skips what it cannot convert and all it does not know.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/config/choria_conf.h"
#include "broker/config/config_inputs.h"
#include "broker/config/option_writer.h"

namespace antiphon {

enum class ChoriaRole : uint8_t { kNetworkBroker, kClient };

// False when a setting that others rest on is missing or wrong.
bool apply_choria_settings(const std::vector<ChoriaSetting>& settings, const Place& file,
                           const ConfigInputs& inputs, OptionWriter& writer,
                           ChoriaRole role = ChoriaRole::kNetworkBroker);

}  // namespace antiphon
