// Loads a broker's configuration: from a file in either dialect to BrokerOptions, or to the full
// list of what is wrong with it.
//
// MODEL: the dialect is told from the content (choria_conf.h). Everything is looked at before
// anything is reported: syntax, unknown keys, bad values, files that cannot be read, options that
// exclude each other. A command line may then change the options; it checks the result with
// option_errors() and tls_file_errors() again. ERRORS: with errors, `options` is what could be
// understood and must not be used to start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_options.h"
#include "broker/config/config_inputs.h"
#include "broker/config/diagnostics.h"

namespace antiphon {

enum class ConfigDialect : uint8_t { kNats, kChoria };

struct LoadedConfig {
  BrokerOptions options;
  ConfigDialect dialect = ConfigDialect::kNats;
  std::string digest;                // config_digest.h; in Choria's dialect of its settings
  std::vector<Diagnostic> errors;    // sorted by place
  std::vector<Diagnostic> warnings;  // sorted by place

  [[nodiscard]] bool ok() const { return errors.empty(); }
};

LoadedConfig load_config(const std::string& path, const ConfigInputs& inputs);

// As if `text` had been read from `path`; includes and plugin.d are looked for beside it.
LoadedConfig load_config_text(const std::string& path, std::string_view text,
                              const ConfigInputs& inputs);

}  // namespace antiphon
