// The one table of all options: names in both dialects, type, bounds, default, meaning, reload.
//
// WHY: parsing, bounds, reload and the documentation read the same rows, so they cannot disagree.
// MODEL: a name is the path in the NATS grammar, blocks joined by points: `tls.cert_file`. A row's
// field says where the value lives in BrokerOptions; the default is what a BrokerOptions begins
// with. ADDING an option: a field in broker_options.h and a row in the option_rows_*.cc of its
// section; a new type also needs its case in nats_options.cc. What is known to the reference
// servers but not done here has its row in unsupported_options.cc instead.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "broker/config/broker_options.h"

namespace antiphon {

enum class OptionType : uint8_t {
  kBool,
  kNumber,
  kBytes,
  kPort,
  kText,
  kPath,
  kSecret,
  kDuration,        // "2m"; a number is seconds, with a warning
  kTimeout,         // "2s"; a number is seconds, fractions too
  kAddress,         // host:port or a port alone; writes into two other options
  kTags,            // a text or a list of texts
  kTextList,        // in Choria's dialect only
  kAddressList,     // addresses and networks; in Choria's dialect only
  kTextMap,         // a block of texts
  kUsers,           // a list of blocks
  kPermissions,     // a block
  kAccounts,        // a block of accounts by name, or a list of names
  kExports,         // a list of blocks
  kImports,         // a list of blocks
  kMappings,        // a block of subjects and destinations
  kAccountLimits,   // a block
  kConnectionKinds,  // a word or a list of words
  kPinnedCerts,     // a list of hashes
  kTexts,           // a text or a list of texts, as they are
  kResolver,        // a word or a block
  kHandshakeFirst,  // a boolean, "auto" or a duration
  kTlsVersion,
  kCipherSuites,
  kCurves,
  kLogFile,
  kLogLevel,
  kBlock,  // holds other options
};

template <typename T>
using FieldOf = T& (*)(BrokerOptions&);

using OptionField =
    std::variant<std::monostate, FieldOf<bool>, FieldOf<int64_t>, FieldOf<std::string>,
                 FieldOf<Duration>, FieldOf<std::vector<std::string>>,
                 FieldOf<std::map<std::string, std::string>>, FieldOf<std::vector<UserOptions>>,
                 FieldOf<std::optional<PermissionSettings>>,
                 FieldOf<std::vector<AccountOptions>>, FieldOf<std::vector<MappingSettings>>,
                 FieldOf<ResolverOptions>, FieldOf<HandshakeFirst>, FieldOf<TlsVersion>, FieldOf<LogDestination>,
                 FieldOf<LogLevel>>;

// Of numbers; of durations in nanoseconds; of the length of texts.
struct OptionBounds {
  int64_t min = 0;
  int64_t max = std::numeric_limits<int64_t>::max();
  bool zero_is_default = false;  // zero or empty text means the default, as in nats-server
};

struct Option {
  std::string_view name;
  std::string_view aliases;  // other last parts of the name, separated by spaces
  std::string_view choria;   // Choria's key of the same meaning, or empty; the name itself where
                             // the NATS grammar has no such option
  OptionType type;
  OptionField field;
  OptionBounds bounds;
  bool reloadable;
  std::string_view default_note;  // replaces the default's text where it depends on something
  std::string_view sentence;
};

std::span<const Option> option_table();

// Whether only Choria's dialect has it.
inline bool is_only_chorias(const Option& option) {
  return option.name == option.choria;
}

// By name or alias in the NATS grammar, in lower case; null when there is none.
const Option* find_option(std::string_view name);

// By Choria's key; null when there is none.
const Option* find_choria_option(std::string_view key);

// The value of an option in `options`, as a configuration would write it. Never shows a secret.
std::string option_value_text(const Option& option, const BrokerOptions& options);

// What the documentation calls a type: "number", "duration" ...
std::string_view option_type_name(OptionType type);

}  // namespace antiphon
