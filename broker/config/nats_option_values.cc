#include "broker/config/nats_option_values.h"

#include <algorithm>
#include <vector>

#include "broker/config/config_text.h"
#include "broker/config/nats_resolver.h"
#include "broker/config/option_texts.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

void apply_bool(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  const auto* boolean = value.get<bool>();
  if (boolean == nullptr) return report_kind(option, value, "true or false", writer);
  writer.write(option, *boolean, value.place);
}

void apply_number(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  const auto* number = value.get<int64_t>();
  if (number == nullptr) return report_kind(option, value, "a whole number", writer);
  writer.write_number(option, *number, value.place);
}

void apply_text(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  std::string text;
  if (read_text(option, value, writer, text)) {
    writer.write_text(option, std::move(text), value.place);
  }
}

// A bare number is seconds, as in old configurations. `2m` without quotes is two million of them.
void apply_duration(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  std::optional<Duration> duration;
  if (const auto* text = value.get<std::string>()) {
    duration = parse_go_duration(*text);
    if (!duration) {
      return writer.error(
          value.place,
          std::string(option.name) + " is no duration: write it as \"2m\", \"1.5s\" or \"50ms\"");
    }
  } else if (const auto* seconds = value.get<int64_t>()) {
    duration = duration_of_seconds(static_cast<double>(*seconds));
    if (option.type == OptionType::kDuration || value.has_unit) {
      writer.warning(value.place, std::string(option.name) + " is a number and so means seconds, " +
                                      std::to_string(*seconds) +
                                      " of them; write a duration like \"2m\", in quotes");
    }
  } else if (const auto* fraction = value.get<double>();
             fraction != nullptr && option.type == OptionType::kTimeout) {
    duration = duration_of_seconds(*fraction);
  } else {
    return report_kind(option, value, "a duration like \"2m\"", writer);
  }
  if (!duration) return writer.error(value.place, std::string(option.name) + " is too long");
  writer.write_duration(option, *duration, value.place);
}

// Writes the host, if any, and the port of an address into the options they belong to.
void apply_address(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  const bool clients = option.name == "listen";
  const Option& host = *find_option(clients ? "host" : "http");
  const Option& port = *find_option(clients                  ? "port"
                                    : option.name == "https" ? "https_port"
                                                             : "http_port");
  if (const auto* number = value.get<int64_t>()) {
    return writer.write_number(port, *number, value.place);
  }
  const auto* text = value.get<std::string>();
  if (text == nullptr) return report_kind(option, value, "host:port or a port", writer);
  const std::optional<ListenAddress> address = parse_listen_address(*text);
  if (!address) {
    return writer.error(value.place, std::string(option.name) +
                                         " needs host:port or a port; an IPv6 host stands in []");
  }
  if (!address->host.empty()) writer.write_text(host, address->host, value.place);
  writer.write_number(port, address->port, value.place);
}

// The texts of a list; false, with a report, when it is no list of texts.
bool read_text_list(const Option& option, const ConfigValue& value, OptionWriter& writer,
                    std::vector<ConfigText>& texts) {
  const auto* list = value.get<ConfigArray>();
  if (list == nullptr) {
    report_kind(option, value, "a list of texts", writer);
    return false;
  }
  bool all_text = true;
  for (const ConfigValue& item : *list) {
    ConfigText text{"", item.place};
    all_text = read_text(option, item, writer, text.text) && all_text;
    texts.push_back(std::move(text));
  }
  return all_text;
}

void apply_tags(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  std::vector<ConfigText> texts;
  if (const auto* text = value.get<std::string>()) {
    texts.push_back({*text, value.place});
  } else if (!read_text_list(option, value, writer, texts)) {
    return;
  }
  writer.write(option, unique_tags(texts), value.place);
}

// Sorted, so that their order means nothing to a reload.
void apply_pinned_certs(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  constexpr size_t kHashLetters = 64;
  std::vector<ConfigText> texts;
  if (!read_text_list(option, value, writer, texts)) return;
  std::vector<std::string> hashes;
  for (const ConfigText& text : texts) {
    std::string hash = lower_case(text.text);
    if (hash.size() != kHashLetters ||
        hash.find_first_not_of("0123456789abcdef") != std::string::npos) {
      writer.error(text.place, "a pinned certificate is the SHA-256 of its public key: 64 "
                               "hexadecimal digits");
      continue;
    }
    hashes.push_back(std::move(hash));
  }
  std::sort(hashes.begin(), hashes.end());
  writer.write(option, std::move(hashes), value.place);
}

void apply_texts(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  std::vector<ConfigText> texts;
  if (const auto* text = value.get<std::string>()) {
    texts.push_back({*text, value.place});
  } else if (!read_text_list(option, value, writer, texts)) {
    return;
  }
  std::vector<std::string> plain;
  for (ConfigText& text : texts) plain.push_back(std::move(text.text));
  writer.write(option, std::move(plain), value.place);
}

void apply_text_map(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  const auto* map = value.get<ConfigMap>();
  if (map == nullptr) return report_kind(option, value, "a block of names and texts", writer);
  std::map<std::string, std::string> texts;
  for (const ConfigEntry& entry : map->entries) {
    std::string text;
    if (read_text(option, entry.value, writer, text)) texts[entry.key] = std::move(text);
  }
  writer.write(option, std::move(texts), value.place);
}

void apply_handshake_first(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  if (const auto* boolean = value.get<bool>()) {
    return writer.write(option, HandshakeFirst{*boolean, {}}, value.place);
  }
  const auto* text = value.get<std::string>();
  if (text == nullptr) {
    return report_kind(option, value, "true, false, \"auto\" or a duration", writer);
  }
  const std::optional<HandshakeFirst> parsed = parse_handshake_first(*text);
  if (!parsed) {
    return writer.error(value.place, "tls.handshake_first is true, false, \"auto\" or a duration");
  }
  writer.write(option, *parsed, value.place);
}

void apply_tls_version(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  const auto* text = value.get<std::string>();
  if (text != nullptr && *text == "1.2") {
    return writer.write(option, TlsVersion::kTls12, value.place);
  }
  if (text != nullptr && *text == "1.3") {
    return writer.write(option, TlsVersion::kTls13, value.place);
  }
  if (value.get<ConfigInvalid>() == nullptr) {
    writer.error(value.place, "tls.min_version is \"1.2\" or \"1.3\", in quotes");
  }
}

void apply_tls_names(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  std::vector<ConfigText> names;
  if (read_text_list(option, value, writer, names)) {
    write_tls_names(option, names, value.place, writer);
  }
}

void apply_log_file(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  std::string file;
  if (!read_text(option, value, writer, file)) return;
  LogDestination destination;
  if (!file.empty()) destination = {LogTarget::kFile, std::move(file)};
  writer.write(option, std::move(destination), value.place);
}

void apply_log_level(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  std::string text;
  if (!read_text(option, value, writer, text)) return;
  const std::optional<LogLevel> level = parse_log_level(text);
  if (!level) return writer.error(value.place, "the log level is info, warn, error or fatal");
  writer.write(option, *level, value.place);
}

}  // namespace

void report_kind(const Option& option, const ConfigValue& value, std::string_view expected,
                 OptionWriter& writer) {
  if (value.get<ConfigInvalid>() != nullptr) return;
  writer.error(value.place, std::string(option.name) + " needs " + std::string(expected) +
                                ", found " + std::string(kind_of(value)));
}

bool read_text(const Option& option, const ConfigValue& value, OptionWriter& writer,
               std::string& out) {
  const auto* text = value.get<std::string>();
  if (text != nullptr) {
    out = *text;
    return true;
  }
  const bool needs_quotes =
      value.get<ConfigArray>() == nullptr && value.get<ConfigMap>() == nullptr;
  report_kind(option, value, needs_quotes ? "text: put it in quotes" : "text", writer);
  return false;
}

void apply_value(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  switch (option.type) {
    case OptionType::kBool:
      return apply_bool(option, value, writer);
    case OptionType::kNumber:
    case OptionType::kBytes:
    case OptionType::kPort:
      return apply_number(option, value, writer);
    case OptionType::kText:
    case OptionType::kPath:
    case OptionType::kSecret:
      return apply_text(option, value, writer);
    case OptionType::kDuration:
    case OptionType::kTimeout:
      return apply_duration(option, value, writer);
    case OptionType::kAddress:
      return apply_address(option, value, writer);
    case OptionType::kTags:
      return apply_tags(option, value, writer);
    case OptionType::kPinnedCerts:
      return apply_pinned_certs(option, value, writer);
    case OptionType::kTexts:
      return apply_texts(option, value, writer);
    case OptionType::kResolver:
      return apply_resolver(option, value, writer);
    case OptionType::kTextMap:
      return apply_text_map(option, value, writer);
    case OptionType::kHandshakeFirst:
      return apply_handshake_first(option, value, writer);
    case OptionType::kTlsVersion:
      return apply_tls_version(option, value, writer);
    case OptionType::kCipherSuites:
    case OptionType::kCurves:
      return apply_tls_names(option, value, writer);
    case OptionType::kLogFile:
      return apply_log_file(option, value, writer);
    case OptionType::kLogLevel:
      return apply_log_level(option, value, writer);
    case OptionType::kTextList:
    case OptionType::kAddressList:
    case OptionType::kUsers:
    case OptionType::kPermissions:
    case OptionType::kAccounts:
    case OptionType::kExports:
    case OptionType::kImports:
    case OptionType::kMappings:
    case OptionType::kAccountLimits:
    case OptionType::kConnectionKinds:
    case OptionType::kBlock:
      return;
  }
}

}  // namespace antiphon
