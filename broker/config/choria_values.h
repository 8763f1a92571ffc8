// Reads one value of a Choria configuration as the type that its option has.
//
// MODEL: booleans are 1 yes true y t and 0 no false n f in any case; durations see duration.h;
// lists are split at commas; a path may begin with ~ for the home folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "broker/config/choria_conf.h"
#include "broker/config/config_inputs.h"
#include "broker/config/option_texts.h"
#include "broker/config/option_writer.h"

namespace antiphon {

std::optional<bool> parse_choria_bool(std::string_view text);

// Items without the blanks around them; text without a comma is one item.
std::vector<ConfigText> split_at_commas(const ChoriaSetting& setting);

// Nothing when it begins with ~ and there is no home.
std::optional<std::string> expand_home(std::string_view path, const Environment& environment);

// Writes the setting into the option that has its key. REQUIRES: there is such an option, of a type
// that a single text can be read as.
void apply_choria_value(const Option& option, const ChoriaSetting& setting,
                        const ConfigInputs& inputs, OptionWriter& writer);

}  // namespace antiphon
