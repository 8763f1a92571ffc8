#include "broker/session/crossing.h"

#include "broker/session/request_info.h"
#include "broker/session/route.h"
#include "broker/session/server_request.h"
#include "protocol/bytes/decimal.h"

namespace antiphon {
namespace {

constexpr std::string_view kCrlf = "\r\n";
// Messages for one shard that wait because its ring is full. WHY a bound: replies that are only passed
// on have no session of this shard that could be made to wait.
constexpr size_t kPassedOnMax = 1024;

// One message on its way over accounts.
struct Crossing {
  Session* sender;  // null: it came from another shard
  ShardMask& relayed_to;
  size_t hops = 0;
  struct Step {
    uint64_t service = 0;
    const ServiceImport* import = nullptr;      // none: it is an answer
    const AccountState* answered_by = nullptr;  // none: it is a request
  };
  Step path[CrossingScratch::kHopsMax] = {};

  bool may_take(const ServiceImport& import) const {
    for (size_t i = 0; i < hops; ++i) {
      if (path[i].service == import.service) return false;
    }
    return hops < CrossingScratch::kHopsMax;
  }
};

bool cross(Shard& shard, AccountState& account, Crossing& crossing, const Message& message);

CrossingScratch::Hop& next_hop(Shard& shard, Crossing& crossing, uint64_t service,
                               const ServiceImport* import, const AccountState* answered_by) {
  if (shard.crossing == nullptr) shard.crossing = std::make_unique<CrossingScratch>();
  crossing.path[crossing.hops] = {service, import, answered_by};
  return shard.crossing->hops[crossing.hops++];
}

// The same message with another reply and, if not empty, other headers.
Message with_reply(const Message& message, std::string_view reply, std::string_view headers,
                   std::string& tail) {
  const std::string_view block =
      headers.empty() ? message.payload.substr(0, message.header_bytes) : headers;
  const std::string_view body = message.body();
  tail.clear();
  if (!reply.empty()) tail.append(reply).append(" ");
  if (!block.empty()) {
    append_decimal(tail, block.size());
    tail += ' ';
  }
  append_decimal(tail, block.size() + body.size());
  tail.append(kCrlf).append(block).append(body).append(kCrlf);
  Message made = message;
  made.tail = tail;
  made.reply = made.tail.substr(0, reply.size());
  made.payload = made.tail.substr(tail.size() - kCrlf.size() - block.size() - body.size(),
                                  block.size() + body.size());
  made.header_bytes = static_cast<uint32_t>(block.size());
  return made;
}

std::string_view open_reply(Shard& shard, AccountState& answering, const OpenReply& reply) {
  if (answering.replies == nullptr) answering.replies = std::make_unique<OpenReplies>();
  if (answering.replies->empty()) shard.with_open_replies.push_back(&answering);
  return answering.replies->open(shard.id, reply, shard.now.ms());
}

// What an account maps subjects to holds for requests and answers of others too.
void map_subject(Shard& shard, const AccountState& account, CrossingScratch::Hop& hop) {
  if (account.rules == nullptr || !account.rules->maps()) return;
  hop.mapped.clear();
  if (account.rules->map(hop.subject, shard.random.next(), hop.mapped)) {
    hop.subject.swap(hop.mapped);
  }
}

bool send_request(Shard& shard, AccountState& from, Crossing& crossing, const Message& message,
                  const ServiceImport& import) {
  const size_t hops_before = crossing.hops;
  CrossingScratch::Hop& hop = next_hop(shard, crossing, import.service, &import, nullptr);
  AccountState& answering = shard.account(import.exporter);
  hop.subject.clear();
  import.append_there(hop.subject, message.subject);
  map_subject(shard, answering, hop);
  hop.reply.clear();
  if (!message.reply.empty()) {
    hop.reply = open_reply(shard, answering,
                           {from.id, std::string(message.reply), import.response,
                            import.threshold_ms, import.service});
  }
  hop.info.clear();
  hop.headers.clear();
  const Crossing::Step& first = crossing.path[0];
  if (first.answered_by != nullptr) {
    append_account_info(hop.info, first.answered_by->name);
  } else if (crossing.sender != nullptr) {
    append_request_info(hop.info, shard, *crossing.sender, first.import->share,
                        hops_before == 0 ? std::string_view() : from.name);
  }
  append_headers_with(hop.headers, message.payload.substr(0, message.header_bytes), hop.info);
  Message request = with_reply(message, hop.reply, hop.headers, hop.tail);
  request.subject = hop.subject;
  request.from_service = true;
  bool delivered = cross(shard, answering, crossing, request);
  // What the system account exports may be a service of the server itself.
  if (crossing.sender != nullptr) delivered |= offer_to_server(shard, answering, from, request);
  crossing.hops = hops_before;
  if (!delivered && !hop.reply.empty()) answering.replies->close(hop.reply);
  return delivered;
}

// REQUIRES: this shard opened the reply that the message's subject names, if anybody did.
bool send_reply(Shard& shard, AccountState& answering, Crossing& crossing, const Message& message) {
  OpenReply* open = answering.replies == nullptr
                        ? nullptr
                        : answering.replies->find(message.subject, shard.now.ms());
  if (open == nullptr || crossing.hops == CrossingScratch::kHopsMax) return false;
  const size_t hops_before = crossing.hops;
  CrossingScratch::Hop& hop = next_hop(shard, crossing, open->service, nullptr, &answering);
  hop.subject = open->reply;
  AccountState& asking = shard.account(open->requester);
  map_subject(shard, asking, hop);
  const OpenReply back{answering.id, std::string(message.reply), open->response,
                       open->threshold_ms, open->service};
  const bool is_last = open->response == ResponseType::kSingleton || message.payload.empty();
  if (is_last) {
    answering.replies->close(message.subject);
  } else {
    OpenReplies::extend(*open, shard.now.ms());
  }
  Message reply = message;
  hop.reply.clear();
  if (!message.reply.empty()) {
    hop.reply = open_reply(shard, asking, back);
    reply = with_reply(message, hop.reply, {}, hop.tail);
  }
  reply.subject = hop.subject;
  reply.from_service = true;
  const bool delivered = cross(shard, asking, crossing, reply);
  crossing.hops = hops_before;
  if (!delivered && !is_last) answering.replies->close(message.subject);
  if (!delivered && !hop.reply.empty()) asking.replies->close(hop.reply);
  return delivered;
}

// The shard that is to get a message because of what it is a reply to; this one when it is none.
ShardId reply_home(const Shard& shard, std::string_view subject) {
  const auto home = shard_of_reply(subject);
  return home && home->value < shard.port.shard_count() ? *home : shard.id;
}

bool cross(Shard& shard, AccountState& account, Crossing& crossing, const Message& message) {
  const bool by_rules = account.publish_by_rules;
  const ShardId home = by_rules ? reply_home(shard, message.subject) : shard.id;
  const ShardMask also = home == shard.id ? 0 : mask_of(home);
  bool delivered =
      route_message(shard, account, crossing.sender, message, also, crossing.relayed_to);
  if (!by_rules) return delivered;
  if (home == shard.id && message.subject.starts_with(kServiceReplyPrefix)) {
    delivered |= send_reply(shard, account, crossing, message);
  }
  account.rules->services().match(message.subject, [&](const ServiceImport& import) {
    if (crossing.may_take(import)) {
      delivered |= send_request(shard, account, crossing, message, import);
    }
    return true;
  });
  return delivered;
}

}  // namespace

bool route_across(Shard& shard, AccountState& account, Session& sender, const Message& message) {
  Crossing crossing{&sender, sender.relayed_to};
  return cross(shard, account, crossing, message);
}

bool route_from_server(Shard& shard, AccountState& account, const Message& message) {
  ShardMask relayed_to = 0;
  Crossing crossing{nullptr, relayed_to};
  return cross(shard, account, crossing, message);
}

void take_relayed_reply(Shard& shard, AccountState& account, ShardId from, const Message& message) {
  if (shard_of_reply(message.subject) != shard.id) return;
  if (shard.port.waiting() > kPassedOnMax) {
    ++shard.counters.replies_dropped;
    return;
  }
  Crossing crossing{nullptr, shard.passed_on[from.value]};
  send_reply(shard, account, crossing, message);
}

void forget_old_replies(Shard& shard) {
  std::erase_if(shard.with_open_replies, [&shard](AccountState* account) {
    const OpenReplies::Pruned pruned = account->replies->prune(shard.now.ms());
    shard.counters.replies_expired += pruned.expired;
    shard.counters.replies_displaced += pruned.displaced;
    return account->replies->empty();
  });
}

}  // namespace antiphon
