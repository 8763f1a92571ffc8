#include "broker/session/server_request.h"

#include <string>

#include "broker/session/route.h"

namespace antiphon {

bool offer_to_server(Shard& shard, const AccountState& account, const Message& message) {
  if (shard.services.requests == nullptr || !message.subject.starts_with(kServerRequestPrefix)) {
    return false;
  }
  ServerRequest request;
  request.shard = shard.id;
  request.account = account.id;
  request.account_name = account.name;
  request.of_system_account = account.name == shard.settings->system_account;
  request.subject = message.subject;
  request.reply = message.reply;
  request.body = message.body();
  return shard.services.requests->offer(request);
}

void publish_from_server(Shard& shard, AccountId account, std::string_view subject,
                         std::string_view payload) {
  ClientFrame frame;
  frame.verb = Verb::kPub;
  frame.subject = subject;
  frame.payload = payload;
  std::string line;
  ShardMask relayed_to = 0;
  route_message(shard, shard.account(account), nullptr, message_of(frame, line), 0, relayed_to);
}

}  // namespace antiphon
