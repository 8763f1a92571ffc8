#include "broker/config/nats_options.h"

#include <vector>

#include "broker/config/config_text.h"
#include "broker/config/nats_option_values.h"
#include "broker/config/nats_permissions.h"
#include "broker/config/suggestion.h"
#include "broker/config/unsupported_options.h"

namespace antiphon {
namespace {

// The known key of the same block that is nearest to `key`, or nothing.
std::string_view nearest_key(std::string_view block, std::string_view key) {
  std::vector<std::string_view> keys;
  for (const Option& option : option_table()) {
    if (!option.name.starts_with(block)) continue;
    const std::string_view last = option.name.substr(block.size());
    if (last.find('.') == std::string_view::npos) keys.push_back(last);
  }
  return nearest_name(key, keys);
}

void report_unknown(const ConfigEntry& entry, std::string_view block, OptionWriter& writer) {
  if (entry.key_hidden) {
    return writer.error(
        entry.key_place,
        "unknown field after a secret on the same line; the secret may need quotes");
  }
  std::string message = "unknown field " + in_quotes(entry.key);
  if (writer.may_suggest()) {
    const std::string_view meant = nearest_key(block, lower_case(entry.key));
    if (!meant.empty()) message += "; did you mean " + in_quotes(meant) + "?";
  }
  writer.error(entry.key_place, std::move(message));
}

void apply_block(const ConfigMap& map, const std::string& block, OptionWriter& writer);

void apply_user_field(const ConfigEntry& entry, UserOptions& user, OptionWriter& writer) {
  constexpr std::string_view kBlock = "authorization.users.";
  const std::string name = std::string(kBlock) + lower_case(entry.key);
  const Option* option = find_option(name);
  if (option == nullptr) {
    const UnsupportedOption* unsupported = find_unsupported_option(name);
    if (unsupported != nullptr) {
      if (!leaves_feature_off(*unsupported, entry.value)) {
        writer.error(entry.key_place, "not supported yet: " + std::string(unsupported->feature));
      }
    } else if (!entry.used_as_variable) {
      report_unknown(entry, kBlock, writer);
    }
    return;
  }
  if (option->type == OptionType::kPermissions) {
    user.permissions = read_permissions(entry.value, writer);
    return;
  }
  std::string* field = option->type == OptionType::kSecret ? &user.password : &user.name;
  read_text(*option, entry.value, writer, *field);
}

void apply_users(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  const auto* list = value.get<ConfigArray>();
  if (list == nullptr) return report_kind(option, value, "a list of users", writer);
  if (list->empty()) {
    return writer.error(value.place, "authorization.users is empty: name a user or leave it out");
  }
  std::vector<UserOptions> users;
  for (const ConfigValue& item : *list) {
    const auto* fields = item.get<ConfigMap>();
    if (fields == nullptr) {
      report_kind(option, item, "a block with user and password", writer);
      continue;
    }
    UserOptions user;
    for (const ConfigEntry& entry : fields->entries) apply_user_field(entry, user, writer);
    if (user.name.empty()) {
      writer.error(item.place, "this user has no name: set user");
    } else {
      users.push_back(std::move(user));
    }
  }
  writer.write(option, std::move(users), value.place);
}

void apply_entry(const ConfigEntry& entry, const std::string& block, OptionWriter& writer) {
  const std::string name = block + lower_case(entry.key);
  const Option* option = find_option(name);
  if (option == nullptr) {
    const UnsupportedOption* unsupported = find_unsupported_option(name);
    if (unsupported == nullptr) {
      if (!entry.used_as_variable) report_unknown(entry, block, writer);
    } else if (!leaves_feature_off(*unsupported, entry.value)) {
      writer.error(entry.key_place, "not supported yet: " + std::string(unsupported->feature));
    }
  } else if (option->type == OptionType::kUsers) {
    apply_users(*option, entry.value, writer);
  } else if (option->type == OptionType::kPermissions) {
    writer.write(*option, std::optional(read_permissions(entry.value, writer)), entry.value.place);
  } else if (option->type != OptionType::kBlock) {
    apply_value(*option, entry.value, writer);
  } else if (const auto* map = entry.value.get<ConfigMap>()) {
    writer.write_block(*option, entry.key_place);
    apply_block(*map, std::string(option->name) + ".", writer);
  } else {
    report_kind(*option, entry.value, "a block {}", writer);
  }
}

void apply_block(const ConfigMap& map, const std::string& block, OptionWriter& writer) {
  for (const ConfigEntry& entry : map.entries) {
    writer.allow_repeats(entry.used_as_variable);
    apply_entry(entry, block, writer);
  }
}

}  // namespace

void apply_nats_config(const ConfigMap& root, OptionWriter& writer) {
  apply_block(root, "", writer);
}

}  // namespace antiphon
