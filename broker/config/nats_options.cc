#include "broker/config/nats_options.h"

#include <algorithm>
#include <vector>

#include "broker/config/config_text.h"
#include "broker/config/nats_account_sharing.h"
#include "broker/config/nats_option_values.h"
#include "broker/config/nats_permissions.h"
#include "broker/config/nats_users.h"
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
  } else if (option->type == OptionType::kConnectionKinds) {
    read_connection_kinds(*option, entry.value, writer, user.connection_kinds);
  } else if (option->name.ends_with(".nkey")) {
    read_user_nkey(*option, entry.value, writer, user.nkey);
  } else {
    std::string* field = option->type == OptionType::kSecret ? &user.password : &user.name;
    read_text(*option, entry.value, writer, *field);
  }
}

bool is_whole(const UserOptions& user, const Place& place, OptionWriter& writer) {
  if (user.name.empty() && user.nkey.empty()) {
    writer.error(place, "this user has no name: set user or nkey");
  } else if (!user.nkey.empty() && (!user.name.empty() || !user.password.empty())) {
    writer.error(place, "a user with an nkey has no name and no password: remove them or the nkey");
  } else {
    return true;
  }
  return false;
}

std::vector<UserOptions> read_users(const Option& option, const ConfigValue& value,
                                    OptionWriter& writer) {
  std::vector<UserOptions> users;
  const auto* list = value.get<ConfigArray>();
  if (list == nullptr) {
    report_kind(option, value, "a list of users", writer);
    return users;
  }
  for (const ConfigValue& item : *list) {
    const auto* fields = item.get<ConfigMap>();
    if (fields == nullptr) {
      report_kind(option, item, "a block with user and password, or nkey", writer);
      continue;
    }
    UserOptions user;
    for (const ConfigEntry& entry : fields->entries) apply_user_field(entry, user, writer);
    if (is_whole(user, item.place, writer)) users.push_back(std::move(user));
  }
  return users;
}

void apply_users(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  const auto* list = value.get<ConfigArray>();
  if (list != nullptr && list->empty()) {
    return writer.error(value.place, "authorization.users is empty: name a user or leave it out");
  }
  writer.write(option, read_users(option, value, writer), value.place);
}

void apply_account_option(const Option& option, const ConfigValue& value, AccountOptions& account,
                          AccountPlaces& places, OptionWriter& writer) {
  switch (option.type) {
    case OptionType::kUsers:
      account.users = read_users(option, value, writer);
      break;
    case OptionType::kExports:
      account.exports = read_exports(value, writer, places.exports);
      break;
    case OptionType::kImports:
      account.imports = read_imports(value, writer, places.imports);
      break;
    case OptionType::kMappings:
      account.mappings = read_mappings(value, writer, places.mappings);
      break;
    case OptionType::kAccountLimits:
      account.limits = read_account_limits(value, writer);
      break;
    default:
      account.default_permissions = read_permissions(value, writer);
  }
}

void apply_account_field(const ConfigEntry& entry, AccountOptions& account, AccountPlaces& places,
                         OptionWriter& writer) {
  constexpr std::string_view kBlock = "accounts.";
  const std::string name = std::string(kBlock) + lower_case(entry.key);
  if (const Option* option = find_option(name)) {
    return apply_account_option(*option, entry.value, account, places, writer);
  }
  const UnsupportedOption* unsupported = find_unsupported_option(name);
  if (unsupported == nullptr) {
    if (!entry.used_as_variable) report_unknown(entry, kBlock, writer);
  } else if (!leaves_feature_off(*unsupported, entry.value)) {
    writer.error(entry.key_place, "not supported yet: " + std::string(unsupported->feature));
  }
}

std::vector<AccountSettings> sharing_of(const std::vector<AccountOptions>& accounts) {
  std::vector<AccountSettings> settings;
  for (const AccountOptions& account : accounts) settings.push_back(sharing_of(account));
  return settings;
}

bool may_name_account(std::string_view name, const Place& place,
                      const std::vector<AccountOptions>& accounts, OptionWriter& writer) {
  const auto same = [name](const AccountOptions& account) { return account.name == name; };
  if (name.empty() || name.find_first_of(" \t\r\n") != name.npos) {
    writer.error(place, in_quotes(name) + " cannot name an account");
  } else if (name == kGlobalAccountName) {
    writer.error(place, "the account $G is everybody else's: list its users in authorization");
  } else if (std::any_of(accounts.begin(), accounts.end(), same)) {
    writer.error(place, "account " + in_quotes(name) + " is listed twice");
  } else if (accounts.size() >= kAccountsMax) {
    writer.error(place, "more than " + std::to_string(kAccountsMax) + " accounts");
  } else {
    return true;
  }
  return false;
}

void apply_accounts(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  std::vector<AccountOptions> accounts;
  std::vector<AccountPlaces> places;
  if (const auto* map = value.get<ConfigMap>()) {
    for (const ConfigEntry& entry : map->entries) {
      if (entry.used_as_variable) continue;
      const auto* fields = entry.value.get<ConfigMap>();
      if (fields == nullptr) {
        report_kind(option, entry.value, "a block {} for each account", writer);
      } else if (may_name_account(entry.key, entry.key_place, accounts, writer)) {
        AccountOptions account;
        account.name = entry.key;
        places.emplace_back();
        for (const ConfigEntry& field : fields->entries)
          apply_account_field(field, account, places.back(), writer);
        accounts.push_back(std::move(account));
      }
    }
  } else if (const auto* list = value.get<ConfigArray>()) {
    for (const ConfigValue& item : *list) {
      const auto* name = item.get<std::string>();
      if (name == nullptr) {
        report_kind(option, item, "the name of an account", writer);
      } else if (may_name_account(*name, item.place, accounts, writer)) {
        accounts.push_back({*name, {}, {}});
        places.emplace_back();
      }
    }
  } else {
    return report_kind(option, value, "a block of accounts", writer);
  }
  check_wiring(sharing_of(accounts), places, writer);
  writer.write(option, std::move(accounts), value.place);
}

void apply_global_mappings(const Option& option, const ConfigValue& value, OptionWriter& writer) {
  AccountSettings global{std::string(kGlobalAccountName), {}, {}, {}, {}};
  AccountPlaces places;
  global.mappings = read_mappings(value, writer, places.mappings);
  check_wiring({global}, {places}, writer);
  writer.write(option, std::move(global.mappings), value.place);
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
  } else if (option->type == OptionType::kAccounts) {
    apply_accounts(*option, entry.value, writer);
  } else if (option->type == OptionType::kMappings) {
    apply_global_mappings(*option, entry.value, writer);
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
