#include "broker/config/option_diff.h"

#include <algorithm>
#include <type_traits>

namespace antiphon {
namespace {

void sort_users(BrokerOptions& options) {
  auto& users = options.authorization.users;
  std::sort(users.begin(), users.end(),
            [](const UserOptions& a, const UserOptions& b) { return a.name < b.name; });
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
