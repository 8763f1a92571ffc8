// STATZ of accounts: clients, subscriptions and traffic of each; what `nats server account` tools add up.
//
// FIELDS: those of nats-server 2.15.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/monitor/server_view.h"

namespace antiphon {

// `accounts` empty: all. Those without clients are left out unless `unused`; nothing when none is left.
std::optional<std::string> account_statz_json(ServerView& view,
                                              const std::vector<std::string>& accounts, bool unused,
                                              int64_t now_ns);

}  // namespace antiphon
