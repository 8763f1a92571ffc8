#include "broker/config/choria_values.h"

#include <charconv>

#include "broker/config/choria_keys.h"
#include "broker/config/config_text.h"
#include "protocol/bytes/address_list.h"
#include "protocol/bytes/check.h"
#include "protocol/choria/token_key.h"

namespace antiphon {
namespace {

constexpr Duration kHandshakeTimeMax = std::chrono::seconds(60);  // Choria's own limit

// As Go's Atoi: digits with an optional sign.
std::optional<int64_t> parse_int(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(text.starts_with("+-") ? 0 : 1);
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

void report(const ChoriaSetting& setting, std::string_view expected, OptionWriter& writer) {
  writer.error(setting.value_place, setting.key + " needs " + std::string(expected));
}

void apply_number(const Option& option, const ChoriaSetting& setting, OptionWriter& writer) {
  const std::optional<int64_t> number = parse_int(setting.value);
  if (!number) return report(setting, "a whole number and nothing behind it", writer);
  writer.write_number(option, *number, setting.value_place);
}

void apply_duration(const Option& option, const ChoriaSetting& setting, OptionWriter& writer) {
  const std::optional<Duration> duration = parse_choria_duration(setting.value);
  if (!duration) {
    return report(setting, "seconds or a duration like 2s, 1m30s or 1d, and nothing behind it",
                  writer);
  }
  if (option.type == OptionType::kTimeout && *duration > kHandshakeTimeMax) {
    return report(setting, "at most 60s", writer);
  }
  writer.write_duration(option, *duration, setting.value_place);
}

void apply_path(const Option& option, const ChoriaSetting& setting, const ConfigInputs& inputs,
                OptionWriter& writer) {
  std::optional<std::string> path = expand_home(setting.value, inputs.environment);
  if (!path) return report(setting, "a path; ~ has no meaning without HOME", writer);
  writer.write_text(option, std::move(*path), setting.value_place);
}

void apply_log_file(const Option& option, const ChoriaSetting& setting, const ConfigInputs& inputs,
                    OptionWriter& writer) {
  LogDestination destination;
  if (equals_ignore_case(setting.value, "stdout")) {
    destination.target = LogTarget::kStdout;
  } else if (equals_ignore_case(setting.value, "discard")) {
    destination.target = LogTarget::kDiscard;
  } else if (!equals_ignore_case(setting.value, "stderr")) {
    const std::optional<std::string> path = expand_home(setting.value, inputs.environment);
    if (!path) return report(setting, "a path; ~ has no meaning without HOME", writer);
    destination = {LogTarget::kFile, *path};
  }
  writer.write(option, std::move(destination), setting.value_place);
}

void apply_log_level(const Option& option, const ChoriaSetting& setting, OptionWriter& writer) {
  const bool debug = equals_ignore_case(setting.value, "debug");
  const std::optional<LogLevel> level = debug ? LogLevel::kInfo : parse_log_level(setting.value);
  if (!level) return report(setting, "debug, info, warn, error or fatal", writer);
  writer.options().logging.debug = debug;
  writer.write(option, *level, setting.value_place);
}

void apply_bool(const Option& option, const ChoriaSetting& setting, OptionWriter& writer) {
  const std::optional<bool> value = parse_choria_bool(setting.value);
  if (!value) return report(setting, "true or false", writer);
  writer.write(option, *value, setting.value_place);
}

void apply_list(const Option& option, const ChoriaSetting& setting, OptionWriter& writer) {
  std::vector<std::string> items;
  for (ConfigText& item : split_at_commas(setting)) {
    AddressList one;
    if (item.text.empty()) {
      writer.error(item.place, setting.key + " has an empty item");
    } else if (option.type == OptionType::kAddressList && !one.add(item.text)) {
      writer.error(item.place, in_quotes(item.text) +
                                   " is no address and no network like 192.0.2.0/24");
    } else {
      items.push_back(std::move(item.text));
    }
  }
  writer.write(option, std::move(items), setting.value_place);
}

// One of several keys, each with the name of its organization in it.
void apply_issuer_key(const Option& option, const ChoriaSetting& setting, OptionWriter& writer) {
  if (!choria::ed25519_from_hex(setting.value)) {
    return report(setting, "the 64 hexadecimal digits of an Ed25519 public key", writer);
  }
  using Texts = std::map<std::string, std::string>;
  Texts issuers = std::get<FieldOf<Texts>>(option.field)(writer.options());
  issuers[std::string(choria_issuer_of_key(setting.key))] = setting.value;
  writer.allow_repeats(true);
  writer.write(option, std::move(issuers), setting.value_place);
  writer.allow_repeats(false);
}

}  // namespace

std::optional<bool> parse_choria_bool(std::string_view text) {
  for (std::string_view word : {"1", "yes", "true", "y", "t"}) {
    if (equals_ignore_case(text, word)) return true;
  }
  for (std::string_view word : {"0", "no", "false", "n", "f"}) {
    if (equals_ignore_case(text, word)) return false;
  }
  return std::nullopt;
}

std::vector<ConfigText> split_at_commas(const ChoriaSetting& setting) {
  std::vector<ConfigText> items;
  const std::string_view whole = setting.value;
  for (size_t begin = 0; begin <= whole.size();) {
    const size_t end = std::min(whole.find(',', begin), whole.size());
    const std::string_view item = trimmed(whole.substr(begin, end - begin));
    Place place = setting.value_place;
    if (!item.empty()) place.column += static_cast<uint32_t>(item.data() - whole.data());
    items.push_back({std::string(item), std::move(place)});
    begin = end + 1;
  }
  return items;
}

std::optional<std::string> expand_home(std::string_view path, const Environment& environment) {
  if (!path.starts_with('~')) return std::string(path);
  const std::optional<std::string> home = environment("HOME");
  if (!home || home->empty()) return std::nullopt;
  return *home + std::string(path.substr(1));
}

void apply_choria_value(const Option& option, const ChoriaSetting& setting,
                        const ConfigInputs& inputs, OptionWriter& writer) {
  switch (option.type) {
    case OptionType::kPort:
    case OptionType::kNumber:
      return apply_number(option, setting, writer);
    case OptionType::kDuration:
    case OptionType::kTimeout:
      return apply_duration(option, setting, writer);
    case OptionType::kPath:
      return apply_path(option, setting, inputs, writer);
    case OptionType::kBool:
      return apply_bool(option, setting, writer);
    case OptionType::kTextList:
    case OptionType::kAddressList:
      return apply_list(option, setting, writer);
    case OptionType::kTextMap:
      return apply_issuer_key(option, setting, writer);
    case OptionType::kText:
    case OptionType::kSecret:
      return writer.write_text(option, setting.value, setting.value_place);
    case OptionType::kCipherSuites:
    case OptionType::kCurves:
      return write_tls_names(option, split_at_commas(setting), setting.value_place, writer);
    case OptionType::kLogFile:
      return apply_log_file(option, setting, inputs, writer);
    case OptionType::kLogLevel:
      return apply_log_level(option, setting, writer);
    default:
      AP_CHECK(false && "an option with a Choria key has a type without a Choria form");
  }
}

}  // namespace antiphon
