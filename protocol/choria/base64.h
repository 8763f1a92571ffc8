// Standard base64 with padding, as Choria carries bytes inside JSON.
//
// Reading follows the reference exactly: line ends inside the text are skipped, padding is
// demanded, unused bits of the last letter are ignored. The URL alphabet is refused.
#pragma once

#include <string>
#include <string_view>

namespace antiphon::choria {

void append_base64(std::string_view bytes, std::string& out);
std::string base64(std::string_view bytes);

// False if text is not base64; out is then unspecified.
[[nodiscard]] bool decode_base64(std::string_view text, std::string& out);

}  // namespace antiphon::choria
