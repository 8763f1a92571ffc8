#include "broker/config/option_texts.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "broker/config/config_text.h"
#include "broker/config/tls_names.h"

namespace antiphon {
namespace {

constexpr std::string_view kLogLevels[] = {"info", "warn", "error", "fatal"};  // as the enum

constexpr size_t kPortCharactersMax = 6;

// Reports a name that cannot be used. False when it is to be left out.
bool check_tls_name(const Option& option, const ConfigText& name, OptionWriter& writer) {
  const bool is_curve = option.type == OptionType::kCurves;
  const std::string shown = (is_curve ? "curve " : "cipher suite ") + in_quotes(name.text);
  switch (is_curve ? curve_kind(name.text) : cipher_suite_kind(name.text)) {
    case TlsNameKind::kKnown:
    case TlsNameKind::kInsecure:
      return true;
    case TlsNameKind::kUnavailable:
      writer.warning(name.place, shown + " is not provided by OpenSSL 3.0 and is left out");
      return false;
    case TlsNameKind::kUnknown:
      writer.error(name.place, "unknown " + shown);
      return false;
  }
  return false;
}

}  // namespace

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return std::nullopt;
  }
  ListenAddress address{std::string(host), 0};
  if (port.empty() || port.size() > kPortCharactersMax) return std::nullopt;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size()) return std::nullopt;
  return address;
}

bool is_advertisable(std::string_view text) {
  if (text.find_first_of(" \t\r\n\"") != std::string_view::npos) return false;
  if (const auto address = parse_listen_address(text)) {
    return !address->host.empty() && address->port >= kRandomPort && address->port <= 65535;
  }
  return !text.empty() && text.find_first_of(":[]") == std::string_view::npos;
}

std::optional<HandshakeFirst> parse_handshake_first(std::string_view text) {
  if (equals_ignore_case(text, "true") || equals_ignore_case(text, "on")) {
    return HandshakeFirst{true, {}};
  }
  if (equals_ignore_case(text, "false") || equals_ignore_case(text, "off")) {
    return HandshakeFirst{false, {}};
  }
  if (equals_ignore_case(text, "auto") || equals_ignore_case(text, "auto_fallback")) {
    return HandshakeFirst{true, kHandshakeFallbackDelay};
  }
  const std::optional<Duration> delay = parse_go_duration(text);
  if (!delay || delay->count() < 0) return std::nullopt;
  return HandshakeFirst{true, *delay};
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
  for (size_t i = 0; i < std::size(kLogLevels); ++i) {
    if (equals_ignore_case(text, kLogLevels[i])) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

std::string_view log_level_name(LogLevel level) {
  return kLogLevels[static_cast<size_t>(level)];
}

std::vector<std::string> unique_tags(const std::vector<ConfigText>& texts) {
  std::vector<std::string> tags;
  for (const ConfigText& text : texts) {
    std::string tag = lower_case(trimmed(text.text));
    if (!tag.empty() && std::find(tags.begin(), tags.end(), tag) == tags.end()) {
      tags.push_back(std::move(tag));
    }
  }
  return tags;
}

void write_tls_names(const Option& option, const std::vector<ConfigText>& names, const Place& place,
                     OptionWriter& writer) {
  if (names.empty()) {
    return writer.error(place, std::string(option.name) + " is empty: name one or leave it out");
  }
  std::vector<std::string> list;
  for (const ConfigText& name : names) {
    if (check_tls_name(option, name, writer)) list.push_back(name.text);
  }
  if (list.empty())
    return writer.error(place, "none of " + std::string(option.name) + " is usable");
  writer.write(option, std::move(list), place);
}

std::string normalized_base_path(std::string_view path) {
  std::string absolute = "/";
  absolute += path;
  std::string clean = std::filesystem::path(absolute).lexically_normal().string();
  // std::filesystem keeps two leading slashes and a last one.
  const size_t first = clean.find_first_not_of('/');
  if (first == std::string::npos) return "/";
  clean = "/" + clean.substr(first);
  while (clean.size() > 1 && clean.back() == '/') clean.pop_back();
  return clean;
}

}  // namespace antiphon
