// Reads one value of a NATS configuration as the type that its option has.
//
// ERRORS: a value of another kind is reported at its place; a secret's text is never shown.
#pragma once

#include <string>
#include <string_view>

#include "broker/config/config_value.h"
#include "broker/config/option_writer.h"

namespace antiphon {

// Writes `value` into the option. REQUIRES: the type is none of kBlock, kUsers, kPermissions, kAccounts.
void apply_value(const Option& option, const ConfigValue& value, OptionWriter& writer);

// Puts the text into `out`; false, with a report, when the value is no text.
bool read_text(const Option& option, const ConfigValue& value, OptionWriter& writer,
               std::string& out);

// "NAME needs EXPECTED, found KIND"; nothing for a value that was reported before.
void report_kind(const Option& option, const ConfigValue& value, std::string_view expected,
                 OptionWriter& writer);

}  // namespace antiphon
