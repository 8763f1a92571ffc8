#include "broker/session/server_request.h"

#include <string>

#include "broker/session/crossing.h"

namespace antiphon {

bool offer_to_server(Shard& shard, const AccountState& account, const AccountState& asker,
                     const Message& message) {
  if (shard.services.requests == nullptr || !message.subject.starts_with(kServerRequestPrefix)) {
    return false;
  }
  ServerRequest request;
  request.shard = shard.id;
  request.account = account.id;
  request.account_name = account.name;
  request.of_system_account = account.name == shard.settings->system_account;
  request.asker = asker.name;
  request.subject = message.subject;
  request.reply = message.reply;
  request.headers = message.payload.substr(0, message.header_bytes);
  request.body = message.body();
  return shard.services.requests->offer(request);
}

void publish_from_server(Shard& shard, AccountId account, std::string_view subject,
                         std::string_view payload, std::string_view headers) {
  ClientFrame frame;
  frame.verb = headers.empty() ? Verb::kPub : Verb::kHpub;
  frame.subject = subject;
  std::string whole;
  if (!headers.empty()) {
    whole.append(headers).append(payload);
    payload = whole;
  }
  frame.payload = payload;
  frame.header_bytes = static_cast<uint32_t>(headers.size());
  std::string line;
  route_from_server(shard, shard.account(account), message_of(frame, line));
}

}  // namespace antiphon
