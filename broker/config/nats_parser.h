// Reads a configuration in NATS's own grammar into a tree of values with their places.
//
// MODEL: a superset of JSON: `key = value`, `key: value`, `key value` and `key { }`; entries end at
// a newline, `;` or `,`; comments begin with # or //; text needs no quotes; `$NAME` stands for a
// value set before in this or an enclosing block, else for an environment variable, whose text is
// read as a value; `include "path"` puts another file's entries here. Source: nats-server 2.15.
// DIFFERENCES from the reference server (conf/lex.go, conf/parse.go), all on the strict side but
// the last three:
//   - a value that is missing (`a =` at the end, `a: ;`, `{a: }`) is an error, not empty text;
//   - blocks and braces left open are errors; a `}` too many is a warning;
//   - keys without quotes hold none of { } [ ] ( ) , ; nor begin with /, quoted ones hold no
//   newline;
//   - numbers that overflow with their unit, and units such as `kbb`, are errors;
//   - a key set twice in one file is a warning (the last one counts, as there);
//   - NUL bytes, include cycles and everything beyond the limits below are errors;
//   - the text of an environment variable must be one value;
//   - $2b$, $2x$ and $2y$ hashes need no quotes, as $2a$;
//   - an include path that begins with / is absolute (there it is taken below the file's folder);
//   - a number or path without quotes may be the last in a list: [1], [/a].
// LIMITS: the constants below and kConfigValuesMax, kConfigFileBytesMax.
// ERRORS: a syntax error ends its file; what was read before it is kept, and the including file
// goes on. Unknown variables and unreadable includes give an invalid value or nothing, and go on.
#pragma once

#include <string>
#include <string_view>

#include "broker/config/config_inputs.h"
#include "broker/config/config_value.h"
#include "broker/config/diagnostics.h"

namespace antiphon {

inline constexpr uint32_t kConfigNestingMax = 64;      // blocks and lists inside each other
inline constexpr size_t kConfigIncludeDepthMax = 10;   // files that include each other
inline constexpr size_t kConfigIncludesMax = 1000;     // files in all
inline constexpr size_t kConfigBytesMax = 64 << 20;    // of all files together
inline constexpr size_t kConfigVariableDepthMax = 10;  // environment variables in each other

struct ParsedNatsConfig {
  ConfigMap root;
  bool complete = true;  // false: a syntax error or an unreadable include, so keys may be missing
};

// `name` is the path that places show and that includes are relative to.
ParsedNatsConfig parse_nats_config(const std::string& name, std::string_view text,
                                   const ConfigInputs& inputs, Diagnostics& diagnostics);

}  // namespace antiphon
