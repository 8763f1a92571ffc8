// Values of the NATS configuration grammar that begin with a digit or a minus sign.
//
// MODEL: `4222`, `-1`, `64k` (1000), `64kb` `64ki` `64kib` (1024), `1.5`, `2016-05-04T18:53:41Z`.
// What begins like a number but goes on otherwise is text: `30s`, `10.0.0.1:4222`, `1e5`.
#pragma once

#include "broker/config/nats_scanner.h"

namespace antiphon {

enum class NumberScan : uint8_t { kDone, kIsText, kError };

// kIsText: nothing was taken, the value is to be read as bare text.
[[nodiscard]] NumberScan scan_number(NatsCursor& cursor, ConfigValue& value, SyntaxError& error);

}  // namespace antiphon
