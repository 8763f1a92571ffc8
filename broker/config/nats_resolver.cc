#include "broker/config/nats_resolver.h"

#include <optional>

#include "broker/config/config_text.h"
#include "broker/config/duration.h"
#include "broker/config/nats_option_values.h"

namespace antiphon {
namespace {

bool is_memory(std::string_view type) {
  return equals_ignore_case(type, "MEMORY") || equals_ignore_case(type, "MEM");
}

// Returns whether it is one; reports what is wrong with it.
bool read_flag(const ConfigEntry& entry, OptionWriter& writer, bool& flag) {
  const auto* value = entry.value.get<bool>();
  if (value == nullptr) {
    writer.error(entry.value.place, entry.key + " of resolver is true or false");
    return false;
  }
  flag = *value;
  return true;
}

// Only a cache forgets; 0 is the same as nothing.
bool is_time_to_live(const std::string& key, const ConfigValue& value) {
  if (key != "ttl") return false;
  const auto* text = value.get<std::string>();
  return text == nullptr || parse_go_duration(*text) != Duration::zero();
}

void apply_block(const Option& option, const ConfigMap& block, const Place& place,
                 OptionWriter& writer) {
  ResolverOptions resolver;
  std::string type;
  bool may_delete = false;
  std::optional<bool> for_good;
  const ConfigEntry* time_to_live = nullptr;
  for (const ConfigEntry& entry : block.entries) {
    const std::string key = lower_case(entry.key);
    if (key == "type") {
      if (!read_text(option, entry.value, writer, type)) return;
    } else if (key == "dir") {
      if (!read_text(option, entry.value, writer, resolver.directory)) return;
    } else if (key == "allow_delete") {
      if (!read_flag(entry, writer, may_delete)) return;
    } else if (key == "hard_delete") {
      if (!read_flag(entry, writer, for_good.emplace())) return;
    } else if (const Option* without_effect = find_option("resolver." + key)) {
      apply_value(*without_effect, entry.value, writer);
      if (is_time_to_live(key, entry.value)) time_to_live = &entry;
    } else if (!entry.used_as_variable) {
      writer.error(entry.key_place, "unknown field " + in_quotes(entry.key) + " of resolver");
    }
  }
  if (is_memory(type)) {
    return writer.write(option, ResolverOptions{ResolverKind::kMemory, {}, {}}, place);
  }
  if (equals_ignore_case(type, "cache")) {
    return writer.error(place, "not supported yet: resolvers that ask other servers; use full");
  }
  if (!equals_ignore_case(type, "full")) {
    return writer.error(place, "resolver needs a type: full or memory");
  }
  if (time_to_live != nullptr) {
    return writer.error(time_to_live->key_place,
                        "ttl of resolver is for a cache, and a full one keeps everything: remove it");
  }
  if (resolver.directory.empty()) {
    return writer.error(place, "resolver needs dir, a folder with the JWTs of accounts");
  }
  if (for_good && !may_delete) {
    return writer.error(place, "hard_delete of resolver needs allow_delete: set it to true");
  }
  resolver.kind = ResolverKind::kFull;
  if (may_delete) {
    resolver.deletion = for_good.value_or(false) ? AccountDeletion::kForGood : AccountDeletion::kKept;
  }
  writer.write(option, std::move(resolver), place);
}

}  // namespace

void apply_resolver(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  if (const auto* block = value.get<ConfigMap>()) {
    return apply_block(option, *block, value.place, writer);
  }
  const auto* word = value.get<std::string>();
  if (word == nullptr) return report_kind(option, value, "MEMORY or a block {}", writer);
  if (is_memory(*word)) {
    return writer.write(option, ResolverOptions{ResolverKind::kMemory, {}, {}}, value.place);
  }
  writer.error(value.place,
               equals_ignore_case(std::string_view(*word).substr(0, 3), "URL")
                   ? "not supported yet: resolvers over HTTP; use MEMORY or a folder"
                   : "resolver is MEMORY or a block with type and dir");
}

}  // namespace antiphon
