// Base64 in the two alphabets the protocols use (RFC 4648): standard with padding, and URL without.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace antiphon {

// The letters of the standard alphabet by their values.
inline constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr size_t base64_bytes(size_t raw_bytes) { return (raw_bytes + 2) / 3 * 4; }

// Appends the standard encoding with padding.
void append_base64(std::string& out, std::string_view raw);
// Writes base64_bytes(raw.size()) characters at `out`; returns one past the last.
char* write_base64(char* out, std::string_view raw);

std::string base64(std::string_view raw);

// Appends the URL-safe encoding without padding.
void append_base64url(std::string& out, std::string_view raw);

// Strict decoding: padding required, nothing but the alphabet (CR and LF are skipped, as Go's
// decoder does), unused bits may be anything. Nothing when malformed.
std::optional<std::string> decode_base64(std::string_view text);

// Strict decoding of the URL-safe alphabet without padding.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace antiphon
