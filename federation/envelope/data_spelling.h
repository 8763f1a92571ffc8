// The one spelling of base64 as it stands in a message's JSON.
//
// WHY: decoders pass over line ends (`\n`, `\r`) and over the bits of the last letter that belong to
// no byte, so the same data can be written in many ways, and whoever sends a request again can
// choose another one.
#pragma once

#include <string>
#include <string_view>

namespace antiphon::federation {

// data itself where it is so spelled, as that of every encoder without line ends; else scratch,
// which has then been written. REQUIRES: data was read by JsonCursor::read_base64.
std::string_view one_spelling(std::string_view data, std::string& scratch);

}  // namespace antiphon::federation
