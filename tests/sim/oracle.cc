#include "tests/sim/oracle.h"

#include <algorithm>

#include "protocol/subject/subject.h"
#include "tests/sim/violation.h"

namespace antiphon::sim {
namespace {

constexpr std::string_view kStatus = "NATS/1.0 503\r\nNats-Subject: ";

std::string body_of(uint32_t id, size_t bytes) {
  std::string body = "m" + std::to_string(id) + ";";
  if (body.size() < bytes) body.append(bytes - body.size(), static_cast<char>('a' + id % 26));
  return body;
}

std::string header_of(uint32_t id) { return "NATS/1.0\r\nId: " + std::to_string(id) + "\r\n\r\n"; }

template <typename T>
void erase_value(std::vector<T>& list, const T& value) {
  list.erase(std::remove(list.begin(), list.end(), value), list.end());
}

}  // namespace

// ---- What clients do ---------------------------------------------------------------------------

size_t Oracle::add_client(ClientTraits traits) {
  clients_.push_back({});
  clients_.back().traits = traits;
  return clients_.size() - 1;
}

size_t Oracle::subscribe(size_t client, std::string sid, std::string subject, std::string queue) {
  const size_t index = subscriptions_.size();
  Client& owner = clients_[client];
  owner.by_sid[sid] = index;
  owner.subscriptions.push_back(index);
  Subscription added{};
  added.client = client;
  added.sid = std::move(sid);
  added.subject = std::move(subject);
  added.queue = std::move(queue);
  added.sent = ++now_;
  added.ping = owner.pings;
  subscriptions_.push_back(std::move(added));
  return index;
}

void Oracle::unsubscribe(size_t index) {
  Subscription& subscription = subscriptions_[index];
  subscription.unsub_sent = ++now_;
  subscription.unsub_ping = clients_[subscription.client].pings;
  // Still due is only what has certainly been handed over before UNSUB can arrive.
  auto& due = subscription.due;
  due.erase(std::remove_if(due.begin(), due.end(),
                           [&](uint32_t id) {
                             const Message& message = messages_[id];
                             return message.publisher != subscription.client &&
                                    message.processed == 0;
                           }),
            due.end());
}

void Oracle::limit(size_t index, uint64_t max_messages) {
  Subscription& subscription = subscriptions_[index];
  ++now_;
  subscription.max_messages = max_messages;
  subscription.max_ping = clients_[subscription.client].pings;
  subscription.max_fenced = false;
}

std::string Oracle::publish(size_t client, const std::string& subject, const std::string& reply,
                            size_t body_bytes, bool with_header) {
  const auto id = static_cast<uint32_t>(messages_.size());
  Message message{};
  message.publisher = client;
  message.sent = ++now_;
  message.ping = clients_[client].pings;
  message.subject = subject;
  message.reply = reply;
  message.body_bytes = body_bytes;
  message.with_header = with_header;
  messages_.push_back(std::move(message));
  clients_[client].unprocessed.push_back(id);
  expect(id);
  const std::string body = body_of(id, body_bytes);
  const std::string header = with_header ? header_of(id) : "";
  std::string text = (with_header ? "HPUB " : "PUB ") + subject + " ";
  if (!reply.empty()) text += reply + " ";
  if (with_header) text += std::to_string(header.size()) + " ";
  return text + std::to_string(header.size() + body.size()) + "\r\n" + header + body + "\r\n";
}

// Notes to whom the message is due.
void Oracle::expect(uint32_t id) {
  const Message& message = messages_[id];
  std::map<std::string, std::vector<size_t>> groups;
  for (size_t c = 0; c < clients_.size(); ++c) {
    if (clients_[c].ended != 0) continue;
    const bool own = c == message.publisher;
    if (own && !clients_[c].traits.echo) continue;
    for (const size_t index : clients_[c].subscriptions) {
      Subscription& subscription = subscriptions_[index];
      if (subscription.unsub_sent != 0 || (!own && subscription.fenced == 0)) continue;
      if (!matches(subscription, message)) continue;
      if (!subscription.queue.empty()) {
        // Of an unfenced member other shards may not know yet, so its own connection's order is
        // not enough here.
        const bool lasting = subscription.fenced != 0 && subscription.max_messages == 0;
        if (lasting) groups[subscription.queue].push_back(index);
        continue;
      }
      subscription.due.push_back(id);
    }
  }
  for (auto& [queue, members] : groups) group_dues_.push_back({id, queue, std::move(members)});
}

std::string Oracle::request_nobody(size_t client, const std::string& reply) {
  const std::string subject = "void." + std::to_string(++now_);
  clients_[client].requests[subject] = clients_[client].pings;
  return "PUB " + subject + " " + reply + " 0\r\n\r\n";
}

void Oracle::ping(size_t client) {
  ++now_;
  ++clients_[client].pings;
}

void Oracle::end_client(size_t client) {
  clients_[client].ended = ++now_;
  clients_[client].requests.clear();
  for (const size_t index : clients_[client].subscriptions) subscriptions_[index].due.clear();
}

void Oracle::forget_client(size_t client) { clients_[client].forgotten = ++now_; }

std::vector<size_t> Oracle::open_subscriptions(size_t client) const {
  std::vector<size_t> open;
  for (const size_t index : clients_[client].subscriptions) {
    if (subscriptions_[index].unsub_sent == 0) open.push_back(index);
  }
  return open;
}

bool Oracle::is_free(size_t client, const std::string& sid) const {
  const auto found = clients_[client].by_sid.find(sid);
  return found == clients_[client].by_sid.end() ||
         subscriptions_[found->second].unsub_fenced != 0;
}

// ---- What they see -----------------------------------------------------------------------------

void Oracle::see(size_t client, const ServerLine& line) {
  ++now_;
  switch (line.kind) {
    case ServerLine::Kind::kPong: return see_pong(client);
    case ServerLine::Kind::kMessage: return see_message(client, line);
    case ServerLine::Kind::kError: throw Violation("a client got " + line.text);
    case ServerLine::Kind::kPing:
    case ServerLine::Kind::kOk:
    case ServerLine::Kind::kInfo: return;
  }
}

void Oracle::see_pong(size_t index) {
  Client& client = clients_[index];
  const uint64_t pong = ++client.pongs;
  require(pong <= client.pings, "a PONG that nobody asked for");
  // The PING it answers was sent after everything that counted fewer PINGs.
  while (!client.unprocessed.empty() && messages_[client.unprocessed.front()].ping < pong) {
    messages_[client.unprocessed.front()].processed = now_;
    client.unprocessed.pop_front();
  }
  for (const auto& [subject, ping] : client.requests) {
    require(ping >= pong, "no answer came for " + subject + ", to which nobody listens");
  }
  std::vector<size_t> ended;
  for (const size_t at : client.subscriptions) {
    Subscription& subscription = subscriptions_[at];
    if (subscription.fenced == 0 && subscription.ping < pong) subscription.fenced = now_;
    if (subscription.max_messages != 0 && subscription.max_ping < pong) {
      subscription.max_fenced = true;
    }
    if (subscription.unsub_sent == 0 || subscription.unsub_ping >= pong) continue;
    check_received(subscription, [](size_t) { return false; }, "before its UNSUB");
    subscription.unsub_fenced = now_;
    ended.push_back(at);
  }
  for (const size_t at : ended) erase_value(client.subscriptions, at);
}

void Oracle::see_status(Client& client, const ServerLine& line) {
  const std::string subject =
      line.header.substr(kStatus.size(), line.header.size() - kStatus.size() - 4);
  require(client.requests.erase(subject) == 1, "an answer without a request: " + subject);
}

void Oracle::see_message(size_t client_index, const ServerLine& line) {
  Client& client = clients_[client_index];
  const auto found = client.by_sid.find(line.sid);
  require(found != client.by_sid.end(), "a message for a sid that was never used: " + line.sid);
  Subscription& subscription = subscriptions_[found->second];
  if (line.has_header && line.header.substr(0, kStatus.size()) == kStatus) {
    return see_status(client, line);
  }
  require(line.body.size() > 2 && line.body[0] == 'm', "a body that nobody sent");
  const auto id = static_cast<uint32_t>(std::stoul(line.body.substr(1)));
  require(id < messages_.size(), "a message that nobody sent");
  Message& message = messages_[id];
  const std::string what = name(id) + " reached " + name(subscription);
  check_content(message, id, client, line);
  require(matches(subscription, message), what + ", which does not match");
  require(subscription.unsub_fenced == 0, what + " after the PONG behind its UNSUB");
  require(message.publisher != client_index || client.traits.echo, what + " although echo is off");
  ++subscription.count;
  ++deliveries_;
  if (subscription.max_fenced) {
    require(subscription.count <= subscription.max_messages, what + " beyond its maximum");
  }
  if (subscription.queue.empty()) return check_plain(subscription, client, id);
  require(++message.queue_deliveries[subscription.queue] == 1,
          what + " although the group had it already");
}

void Oracle::check_content(const Message& message, uint32_t id, const Client& client,
                           const ServerLine& line) const {
  require(line.subject == message.subject, name(id) + " came with another subject");
  require(line.reply == message.reply, name(id) + " came with another reply");
  require(line.body == body_of(id, message.body_bytes), name(id) + " came with another body");
  const bool with_header = message.with_header && client.traits.headers;
  require(line.has_header == with_header, name(id) + " came in the wrong form");
  require(line.header == (with_header ? header_of(id) : ""), name(id) + " came with another header");
}

void Oracle::check_plain(Subscription& subscription, const Client& client, uint32_t id) {
  const Message& message = messages_[id];
  const std::string what = name(id) + " reached " + name(subscription);
  require(subscription.received.insert(id).second, what + " twice");
  const auto last = subscription.last_of.find(message.publisher);
  require(last == subscription.last_of.end() || last->second < id,
          what + " behind a later one of the same publisher");
  subscription.last_of[message.publisher] = id;
  if (message.sent > subscription.sent) return;
  const Client& publisher = clients_[message.publisher];
  require(&publisher != &client, what + ", which its own client made later");
  // A group's message may still be on its way: the shard that was drawn can pass it on.
  const bool same_shard = publisher.traits.shard == client.traits.shard;
  const bool gone_before = (same_shard || subscription.queue.empty()) && message.processed != 0 &&
                           message.processed < subscription.sent;
  require(!gone_before, what + ", which was made after it had been delivered");
}

// ---- What must have come -----------------------------------------------------------------------

// Whether the broker has certainly read the message. The last ones of a client that went may have
// been lost with it, and a client that does not read does not know yet whether it has been closed.
bool Oracle::was_read(uint32_t id, const Unread& unread) const {
  const size_t publisher = messages_[id].publisher;
  return messages_[id].processed != 0 || (clients_[publisher].ended == 0 && !unread(publisher));
}

void Oracle::check_received(Subscription& subscription, const Unread& unread,
                            const std::string& when) {
  std::vector<uint32_t> due;
  std::vector<uint32_t> later;
  for (const uint32_t id : subscription.due) {
    if (was_read(id, unread)) {
      due.push_back(id);
    } else if (clients_[messages_[id].publisher].ended == 0) {
      later.push_back(id);
    }
  }
  subscription.due = std::move(later);
  subscription.due_count += due.size();
  if (subscription.max_messages != 0) {
    const uint64_t least = std::min(subscription.max_messages, subscription.due_count);
    const bool enough = subscription.count >= least || subscription.unsub_sent != 0;
    require(enough, name(subscription) + " got " + std::to_string(subscription.count) + " of " +
                        std::to_string(least) + " messages " + when);
  } else {
    for (const uint32_t id : due) {
      require(subscription.received.contains(id),
              name(id) + " never reached " + name(subscription) + ", sent " + when);
    }
  }
}

// Returns whether the question is settled.
bool Oracle::check_group(const GroupDue& due, const Unread& unread) const {
  const Message& message = messages_[due.message];
  if (message.queue_deliveries.contains(due.queue)) return true;
  if (!was_read(due.message, unread)) return clients_[message.publisher].ended != 0;
  const bool live = std::any_of(due.members.begin(), due.members.end(), [&](size_t index) {
    const Subscription& member = subscriptions_[index];
    return member.unsub_sent == 0 && member.max_messages == 0 && clients_[member.client].ended == 0;
  });
  if (!live) return true;
  // It may lie with a member that has gone with it, or one that has not read it yet.
  for (const Subscription& member : subscriptions_) {
    if (member.queue != due.queue || !matches(member, message)) continue;
    const Client& client = clients_[member.client];
    const bool was_there = client.forgotten == 0 || client.forgotten > message.sent;
    if (client.ended != 0 && was_there) return true;
    if (client.ended == 0 && unread(member.client)) return false;
  }
  throw Violation(name(due.message) + " reached nobody of group " + due.queue);
}

void Oracle::check_quiet(const Unread& unread) {
  for (size_t c = 0; c < clients_.size(); ++c) {
    Client& client = clients_[c];
    if (client.ended != 0 || unread(c)) continue;
    require(client.pings == client.pongs, "client " + std::to_string(c) + " sent " +
                                              std::to_string(client.pings) + " PINGs and got " +
                                              std::to_string(client.pongs) + " PONGs");
    for (const size_t index : client.subscriptions) {
      check_received(subscriptions_[index], unread, "before all was quiet");
    }
  }
  std::vector<GroupDue> open;
  for (GroupDue& due : group_dues_) {
    if (!check_group(due, unread)) open.push_back(std::move(due));
  }
  group_dues_ = std::move(open);
}

// ---- Words -------------------------------------------------------------------------------------

bool Oracle::matches(const Subscription& subscription, const Message& message) const {
  return subject_matches(subscription.subject, message.subject);
}

std::string Oracle::name(const Subscription& subscription) const {
  const std::string queue = subscription.queue.empty() ? "" : " queue " + subscription.queue;
  return "client " + std::to_string(subscription.client) + " (shard " +
         std::to_string(clients_[subscription.client].traits.shard) + ") sid " + subscription.sid +
         " on " + subscription.subject + queue;
}

std::string Oracle::name(uint32_t id) const {
  const Message& message = messages_[id];
  return "m" + std::to_string(id) + " of client " + std::to_string(message.publisher) + " (shard " +
         std::to_string(clients_[message.publisher].traits.shard) + ") on " + message.subject;
}

}  // namespace antiphon::sim
