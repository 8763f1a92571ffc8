// Any bytes as a configuration in NATS's grammar: parsed, digested, applied and described.
#include <algorithm>

#include "broker/config/config_digest.h"
#include "broker/config/load_config.h"
#include "broker/config/nats_options.h"
#include "broker/config/nats_parser.h"
#include "broker/config/option_diff.h"
#include "tests/fuzz/config_fuzz_inputs.h"

using namespace antiphon;

namespace {

bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '&';
}

bool is_plain_key(const std::string& key) {
  return std::all_of(key.begin(), key.end(),
                     [](char c) { return is_plain(c) && c != '"' && c != '\\'; });
}

bool is_plain_text(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_plain(c) || c == '\n' || c == '\r' || c == '\t'; });
}

bool reads_back(const ConfigMap& map);

// Whether the value's JSON is also this grammar: no \u escapes, no exponents, no escapes in keys.
bool reads_back(const ConfigValue& value) {
  if (const auto* text = value.get<std::string>()) return is_plain_text(*text);
  if (const auto* map = value.get<ConfigMap>()) return reads_back(*map);
  if (const auto* list = value.get<ConfigArray>()) {
    return std::all_of(list->begin(), list->end(),
                       [](const ConfigValue& item) { return reads_back(item); });
  }
  return value.get<double>() == nullptr && value.get<ConfigInvalid>() == nullptr;
}

bool reads_back(const ConfigMap& map) {
  return std::all_of(map.entries.begin(), map.entries.end(), [](const ConfigEntry& entry) {
    return is_plain_key(entry.key) && reads_back(entry.value);
  });
}

// A tree written as JSON is itself a configuration, and means the same.
void check_json_reads_back(const ConfigMap& root, const ConfigInputs& inputs) {
  const std::string json = config_json(root);
  Diagnostics diagnostics;
  const ParsedNatsConfig again = parse_nats_config("json", json, inputs, diagnostics);
  AP_CHECK(again.complete);
  AP_CHECK(config_json(again.root) == json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ConfigInputs inputs = fuzz_config_inputs(text);
  Diagnostics diagnostics;
  const ParsedNatsConfig parsed = parse_nats_config("fuzz.conf", text, inputs, diagnostics);
  AP_CHECK(parsed.complete || diagnostics.has_errors());
  if (parsed.complete && reads_back(parsed.root)) check_json_reads_back(parsed.root, inputs);

  BrokerOptions options;
  OptionWriter writer(options, diagnostics);
  apply_nats_config(parsed.root, writer);
  (void)option_changes({}, options);

  const LoadedConfig loaded = load_config_text("fuzz.conf", text, inputs);
  for (const Diagnostic& error : loaded.errors) {
    AP_CHECK(!error.message.empty());
    AP_CHECK(to_string(error).find('\n') == std::string::npos);
  }
  return 0;
}
