// The files of a Choria configuration: the main one and the drop-ins in plugin.d beside it.
//
// MODEL: the settings of plugin.d/NAME.cfg get the prefix `plugin.NAME.` and count after the main
// file's, in the order of the names. Only choria.cfg can set what the broker reads; the others are
// for agents. plugin.d is left out when the main file lies below the home folder. Source:
// go-choria 0.29.4.
// ERRORS: what Choria would pass over in silence is a warning: a drop-in named .conf, one for
// another of Choria's own namespaces, a plugin.d below the home folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/config/choria_conf.h"
#include "broker/config/config_inputs.h"

namespace antiphon {

inline constexpr size_t kChoriaDropInsMax = 1000;

// All settings in the order in which they count.
std::vector<ChoriaSetting> read_choria_files(const std::string& path, std::string_view text,
                                             const ConfigInputs& inputs, Diagnostics& diagnostics);

// The last setting of each key, sorted by key.
std::vector<ChoriaSetting> last_of_each(const std::vector<ChoriaSetting>& settings);

}  // namespace antiphon
