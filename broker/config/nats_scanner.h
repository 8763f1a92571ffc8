// Keys and single values of the NATS configuration grammar: text, numbers, booleans, dates.
//
// Source of the grammar: nats-server 2.15. Where the reference server wraps around, truncates or
// guesses, this scanner says what is wrong (the list of differences stands in nats_parser.h).
// ERRORS: a function that returns false has filled `error` and left the cursor anywhere.
#pragma once

#include <string>

#include "broker/config/config_value.h"
#include "broker/config/nats_cursor.h"

namespace antiphon {

struct SyntaxError {
  Place place;
  std::string message;
};

struct ScannedKey {
  std::string text;
  Place place;
  bool quoted = false;
};

// REQUIRES: the cursor stands on the key's first byte.
[[nodiscard]] bool scan_key(NatsCursor& cursor, ScannedKey& key, SyntaxError& error);

struct ScannedScalar {
  ConfigValue value;  // for a variable: its name, without the `$`
  bool is_variable = false;
  bool quoted = false;
};

// REQUIRES: the cursor stands on the value's first byte, which opens no list and no block.
[[nodiscard]] bool scan_scalar(NatsCursor& cursor, ScannedScalar& scalar, SyntaxError& error);

// The path after the word `include`. REQUIRES: blanks were skipped.
[[nodiscard]] bool scan_include_path(NatsCursor& cursor, std::string& path, SyntaxError& error);

}  // namespace antiphon
