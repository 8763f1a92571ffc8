// How the value of an option is shown to people: in the documentation and when a reload changes it.
#include <type_traits>

#include "broker/config/hidden_seeds.h"
#include "broker/config/option_table.h"
#include "broker/config/option_texts.h"

namespace antiphon {
namespace {

constexpr std::string_view kNothing = "none";

std::string bytes_text(int64_t bytes) {
  constexpr int64_t kKibi = 1024;
  if (bytes == 0) return "0";
  if (bytes % (kKibi * kKibi) == 0) return std::to_string(bytes / (kKibi * kKibi)) + "MB";
  if (bytes % kKibi == 0) return std::to_string(bytes / kKibi) + "KB";
  return std::to_string(bytes);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string result;
  for (const std::string& text : texts) {
    if (!result.empty()) result += ", ";
    result += text;
  }
  return result.empty() ? std::string(kNothing) : result;
}

struct ShowValue {
  OptionType type;

  std::string operator()(bool value) const {
    if (type == OptionType::kBlock) return value ? "set" : std::string(kNothing);
    return value ? "true" : "false";
  }
  std::string operator()(int64_t value) const {
    return type == OptionType::kBytes ? bytes_text(value) : std::to_string(value);
  }
  std::string operator()(const std::string& value) const {
    if (value.empty()) return std::string(kNothing);
    return type == OptionType::kSecret ? "set" : value;
  }
  std::string operator()(Duration value) const { return duration_text(value); }
  std::string operator()(const std::vector<std::string>& value) const {
    // Operators' JWTs are long.
    if (type == OptionType::kTexts && !value.empty()) return std::to_string(value.size());
    return joined(value);
  }
  std::string operator()(const ResolverOptions& value) const {
    if (value.kind == ResolverKind::kNone) return std::string(kNothing);
    return value.kind == ResolverKind::kMemory ? "MEMORY" : value.directory;
  }
  std::string operator()(const std::map<std::string, std::string>& value) const {
    return value.empty() ? std::string(kNothing) : std::to_string(value.size()) + " names";
  }
  std::string operator()(const std::vector<UserOptions>& value) const {
    return value.empty() ? std::string(kNothing) : std::to_string(value.size()) + " users";
  }
  std::string operator()(const std::vector<MappingSettings>& value) const {
    return value.empty() ? std::string(kNothing) : std::to_string(value.size()) + " subjects";
  }
  std::string operator()(const std::vector<AccountOptions>& value) const {
    return value.empty() ? std::string(kNothing) : std::to_string(value.size()) + " accounts";
  }
  std::string operator()(const std::optional<PermissionSettings>& value) const {
    return value ? "set" : std::string(kNothing);
  }
  std::string operator()(const HandshakeFirst& value) const {
    if (value.on && value.fallback_delay.count() > 0) return duration_text(value.fallback_delay);
    return value.on ? "true" : "false";
  }
  std::string operator()(TlsVersion value) const {
    return value == TlsVersion::kTls13 ? "1.3" : "1.2";
  }
  std::string operator()(LogLevel value) const { return std::string(log_level_name(value)); }
  std::string operator()(const LogDestination& value) const {
    switch (value.target) {
      case LogTarget::kStderr:
        return "standard error";
      case LogTarget::kStdout:
        return "standard output";
      case LogTarget::kDiscard:
        return "nowhere";
      case LogTarget::kFile:
        break;
    }
    return value.file;
  }
};

}  // namespace

std::string option_value_text(const Option& option, const BrokerOptions& options) {
  return std::visit(
      [&](auto field) -> std::string {
        if constexpr (std::is_same_v<decltype(field), std::monostate>) {
          return std::string(kNothing);
        } else {
          BrokerOptions copy = options;
          return without_seeds(ShowValue{option.type}(field(copy)));
        }
      },
      option.field);
}

std::string_view option_type_name(OptionType type) {
  switch (type) {
    case OptionType::kBool:
      return "boolean";
    case OptionType::kNumber:
      return "number";
    case OptionType::kBytes:
      return "bytes";
    case OptionType::kPort:
      return "port";
    case OptionType::kText:
      return "text";
    case OptionType::kPath:
    case OptionType::kLogFile:
      return "path";
    case OptionType::kLogLevel:
      return "word";
    case OptionType::kSecret:
      return "secret";
    case OptionType::kDuration:
    case OptionType::kTimeout:
      return "duration";
    case OptionType::kAddress:
      return "address";
    case OptionType::kTags:
      return "text or list";
    case OptionType::kTextList:
      return "list of texts";
    case OptionType::kAddressList:
      return "list of addresses";
    case OptionType::kTextMap:
      return "block of texts";
    case OptionType::kUsers:
      return "list of blocks";
    case OptionType::kPermissions:
      return "permissions";
    case OptionType::kAccounts:
      return "block of blocks";
    case OptionType::kExports:
    case OptionType::kImports:
      return "list of blocks";
    case OptionType::kMappings:
    case OptionType::kAccountLimits:
      return "block";
    case OptionType::kConnectionKinds:
      return "word or list";
    case OptionType::kPinnedCerts:
      return "list of texts";
    case OptionType::kTexts:
      return "text or list";
    case OptionType::kResolver:
      return "word or block";
    case OptionType::kHandshakeFirst:
      return "boolean or duration";
    case OptionType::kTlsVersion:
      return "version";
    case OptionType::kCipherSuites:
    case OptionType::kCurves:
      return "list of names";
    case OptionType::kBlock:
      return "block";
  }
  return "";
}

}  // namespace antiphon
