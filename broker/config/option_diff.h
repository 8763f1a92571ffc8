// Which options differ between two configurations, and whether a running broker can take them over.
//
// WHY: a reload must refuse as a whole when one change needs a restart. Source of what can be
// reloaded: reload.go of nats-server 2.15.
// Files named by options (certificates) may have changed under the same name: the caller loads them
// anew at every reload.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/config/option_table.h"

namespace antiphon {

struct OptionChange {
  const Option* option;  // its name, and whether it is reloadable
  std::string before;    // as option_value_text shows it: never a secret
  std::string after;
};

// In the order of the option table. A list of users in another order is no change.
std::vector<OptionChange> option_changes(const BrokerOptions& before, const BrokerOptions& after);

}  // namespace antiphon
