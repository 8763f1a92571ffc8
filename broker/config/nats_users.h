// Reads what only users of a NATS configuration have: nkeys, kinds of connection.
//
// ERRORS: reported at their place; the value is left alone then.
#pragma once

#include <string>

#include "broker/config/config_value.h"
#include "broker/config/option_writer.h"
#include "protocol/nats/connection_kind.h"

namespace antiphon {

// The public key of a user: `U...`.
void read_user_nkey(const Option& option, const ConfigValue& value, OptionWriter& writer,
                    std::string& nkey);

// A word or a list of words, in any case.
void read_connection_kinds(const Option& option, const ConfigValue& value, OptionWriter& writer,
                           ConnectionKinds& kinds);

}  // namespace antiphon
