// JSON strings as Go's encoding/json writes them, and quoted strings as Go's %q prints them.
//
// WHY: peers compare and parse what nats-server and Choria print; both are Go programs.
#pragma once

#include <string>
#include <string_view>

namespace antiphon {

// Appends `text` as a JSON string with its quotes. `<`, `>`, `&`, U+2028 and U+2029 are escaped;
// bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// Appends `text` in double quotes, as fmt's %q: printable ASCII as is, `\n`-style escapes, `\x..`
// for bytes that are not UTF-8. Nothing that could break a line ever reaches the output.
void append_go_quoted(std::string& out, std::string_view text);

}  // namespace antiphon
