#include "broker/config/option_diff.h"

#include <algorithm>
#include <tuple>
#include <type_traits>

namespace antiphon {
namespace {

// Their order means nothing.
void sort_users(BrokerOptions& options) {
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  const auto by_key = [](const UserOptions& a, const UserOptions& b) {
    return std::tie(a.name, a.nkey) < std::tie(b.name, b.nkey);
  };
  AuthorizationOptions& auth = options.authorization;
  std::sort(auth.users.begin(), auth.users.end(), by_key);
  std::sort(auth.accounts.begin(), auth.accounts.end(), by_name);
  for (AccountOptions& account : auth.accounts) {
    std::sort(account.users.begin(), account.users.end(), by_key);
  }
}

bool is_same(const Option& option, BrokerOptions& a, BrokerOptions& b) {
  return std::visit(
      [&](auto field) {
        if constexpr (std::is_same_v<decltype(field), std::monostate>) {
          return true;
        } else {
          return field(a) == field(b);
        }
      },
      option.field);
}

}  // namespace

std::vector<OptionChange> option_changes(const BrokerOptions& before, const BrokerOptions& after) {
  BrokerOptions a = before;
  BrokerOptions b = after;
  sort_users(a);
  sort_users(b);
  std::vector<OptionChange> changes;
  for (const Option& option : option_table()) {
    if (is_same(option, a, b)) continue;
    changes.push_back({&option, option_value_text(option, a), option_value_text(option, b)});
  }
  return changes;
}

}  // namespace antiphon
