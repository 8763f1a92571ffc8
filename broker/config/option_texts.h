// Option values that are written as text and mean more than text: addresses, TLS names, tags.
//
// Both dialects use these once they have taken a text out of their own grammar.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/option_writer.h"

namespace antiphon {

struct ConfigText {
  std::string text;
  Place place;
};

struct ListenAddress {
  std::string host;  // without the brackets of an IPv6 address; may be empty
  int64_t port = 0;
};

// `host:port`, `[::1]:port` or `:port`. Nothing when malformed or without a port.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

// Whether clients could be told to connect there: `host`, `host:port`, `[::1]:port`.
bool is_advertisable(std::string_view text);

// true, on, false, off, auto, auto_fallback in any case, or a duration.
std::optional<HandshakeFirst> parse_handshake_first(std::string_view text);

// info, warn, error, fatal, in any case.
std::optional<LogLevel> parse_log_level(std::string_view text);
std::string_view log_level_name(LogLevel level);

// Lower case, trimmed, each once; empty ones are left out.
std::vector<std::string> unique_tags(const std::vector<ConfigText>& texts);

// Checks the names of cipher suites or curves and writes them into the option.
void write_tls_names(const Option& option, const std::vector<ConfigText>& names, const Place& place,
                     OptionWriter& writer);

// As the reference server writes it: one leading slash, no `.`, `..` or doubled slashes.
std::string normalized_base_path(std::string_view path);

}  // namespace antiphon
