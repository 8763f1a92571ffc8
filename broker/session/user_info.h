// Answers $SYS.REQ.USER.INFO: a client asks the server who it is and what it may do.
//
// WHY here: it is about the session that asks, so no account and no message has to be crossed.
// FORMAT: {"server":{...},"data":{"user":..,"account":..,"permissions":{..}}} of nats-server.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

inline constexpr std::string_view kUserInfoSubject = "$SYS.REQ.USER.INFO";

// Sends the answer to the message's reply subject. False when the message asks nothing of this kind.
bool answer_user_info(Shard& shard, AccountState& account, Session& session,
                      const Message& message);

}  // namespace antiphon
