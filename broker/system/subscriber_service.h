// Answers how many subscriptions there are to a subject: a bare number.
//
// FORMAT: `$SYS.REQ.ACCOUNT.NSUBS` is what servers ask each other, with JSON `{"acc","subject","queue"}`, the
// queue in base64; an account without clients is not answered for. `$SYS.DEBUG.SUBSCRIBERS` is for people: the
// body is a subject and, behind a blank, a queue group, of the account that asks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "broker/monitor/server_view.h"

namespace antiphon {

// Nothing: there is no answer.
std::optional<std::string> answer_nsubs(ServerView& view, std::string_view body);
std::string answer_subscribers(ServerView& view, const std::string& account, std::string_view body);

}  // namespace antiphon
