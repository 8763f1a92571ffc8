// Reads `resolver` of a NATS configuration: `MEMORY`, or a block with a type and a folder.
#pragma once

#include "broker/config/config_value.h"
#include "broker/config/option_writer.h"

namespace antiphon {

void apply_resolver(const Option& option, const ConfigValue& value, OptionWriter& writer);

}  // namespace antiphon
