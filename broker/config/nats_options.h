// Gives the entries of a parsed NATS configuration their meaning: options, or what is wrong.
//
// MODEL: each key is looked up by its path in lower case, first in the option table, then among
// what is not supported yet. A key that is neither is an error, unless it was used as a variable.
// ERRORS: reported one by one; a wrong value leaves its option as it was.
#pragma once

#include "broker/config/config_value.h"
#include "broker/config/option_writer.h"

namespace antiphon {

void apply_nats_config(const ConfigMap& root, OptionWriter& writer);

}  // namespace antiphon
