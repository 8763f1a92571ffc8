// ACCOUNTZ and an account's INFO: which accounts there are, and what one has and shares.
//
// FIELDS: those of nats-server 2.15 that say something here.
#pragma once

#include <optional>
#include <string>

#include "broker/monitor/server_view.h"

namespace antiphon {

// Nothing when there is no such account.
std::optional<std::string> account_info_json(ServerView& view, const std::string& account);

// `account` empty: the list of all. Nothing when there is no such account.
std::optional<std::string> accountz_json(ServerView& view, const std::string& account,
                                         int64_t now_ns);

}  // namespace antiphon
