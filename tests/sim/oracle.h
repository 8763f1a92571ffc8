// Knows what every client did and got, and whether the broker kept its promises.
//
// MODEL: one counter of instants orders everything that clients do and see. Of the broker the
// oracle knows only what a client can know, so it checks what a client may rely on:
//   - a subscription is fenced when its client got the PONG for a PING it sent after SUB; every
//     message sent by anyone after that instant is due to it, exactly once;
//   - what a client does on its own connection is in order: its own message after SUB is due,
//     before SUB forbidden, before UNSUB still due;
//   - after the PONG for a PING sent after UNSUB nothing arrives for that sid;
//   - after the PONG for a PING sent after PUB the message is queued for every reader: an UNSUB that
//     is sent later does not lose it, a SUB that is sent later does not get it;
//   - one publisher's messages arrive in order at a plain subscription;
//   - a queue group gets a message at most once, and exactly once while one of its members was
//     fenced the whole time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/sim/server_lines.h"

namespace antiphon::sim {

using Instant = uint64_t;  // 0: never

struct ClientTraits {
  uint16_t shard = 0;
  bool echo = true;
  bool headers = false;
  bool no_responders = false;
  bool importing = false;  // in an account that imports all that others publish; publishes nothing
};

class Oracle {
 public:
  // ---- What clients do; called when they write it ----
  size_t add_client(ClientTraits traits);
  size_t subscribe(size_t client, std::string sid, std::string subject, std::string queue);
  void unsubscribe(size_t subscription);
  // UNSUB with a maximum.
  void limit(size_t subscription, uint64_t max_messages);
  // The text of a PUB or HPUB.
  std::string publish(size_t client, const std::string& subject, const std::string& reply,
                      size_t body_bytes, bool with_header);
  // A request on a subject that nobody subscribes to; `reply` must be subscribed to by the client.
  std::string request_nobody(size_t client, const std::string& reply);
  void ping(size_t client);
  // The client goes, or finds that its connection has gone: nothing is due to it any more.
  void end_client(size_t client);
  // The broker has closed its end too: it can hand this client nothing any more.
  void forget_client(size_t client);

  // ---- What they see ----
  void see(size_t client, const ServerLine& line);

  // Every byte has travelled as far as it can. `unread(client)`: it has not read all that was sent
  // to it, so it is looked at later.
  using Unread = std::function<bool(size_t)>;
  void check_quiet(const Unread& unread);

  // Subscriptions of a client that have not ended, by index.
  std::vector<size_t> open_subscriptions(size_t client) const;
  const std::string& sid_of(size_t subscription) const { return subscriptions_[subscription].sid; }
  bool is_limited(size_t subscription) const {
    return subscriptions_[subscription].max_messages != 0;
  }
  // A sid that this client may use for a new subscription again.
  bool is_free(size_t client, const std::string& sid) const;
  uint64_t messages() const { return messages_.size(); }
  uint64_t deliveries() const { return deliveries_; }

 private:
  struct Message {
    size_t publisher;
    Instant sent;
    uint64_t ping;          // how many PINGs its publisher had sent before
    Instant processed = 0;  // its publisher got the PONG to a later PING
    std::string subject;
    std::string reply;
    size_t body_bytes;
    bool with_header;
    std::map<std::string, int> queue_deliveries;
  };
  struct Subscription {
    size_t client;
    std::string sid;
    std::string subject;
    std::string queue;
    Instant sent;
    uint64_t ping;
    Instant fenced = 0;
    Instant unsub_sent = 0;
    uint64_t unsub_ping = 0;
    Instant unsub_fenced = 0;
    uint64_t max_messages = 0;  // 0: none
    uint64_t max_ping = 0;
    bool max_fenced = false;
    uint64_t count = 0;         // messages received
    std::vector<uint32_t> due;  // not yet checked off
    uint64_t due_count = 0;     // checked off
    std::unordered_set<uint32_t> received;
    std::map<size_t, uint32_t> last_of;  // per publisher
  };
  struct Client {
    ClientTraits traits;
    uint64_t pings = 0;  // sent
    uint64_t pongs = 0;  // received
    Instant ended = 0;
    Instant forgotten = 0;
    std::map<std::string, size_t> by_sid;  // the newest subscription of each sid
    std::vector<size_t> subscriptions;     // not ended for certain
    std::deque<uint32_t> unprocessed;      // own messages
    std::map<std::string, uint64_t> requests;  // subjects without responders, and the PING count
  };
  // A message that some member of a group must get.
  struct GroupDue {
    uint32_t message;
    std::string queue;
    std::vector<size_t> members;  // fenced members when it was sent
  };

  void expect(uint32_t id);
  void see_pong(size_t client);
  void see_message(size_t client, const ServerLine& line);
  void see_status(Client& client, const ServerLine& line);
  void check_content(const Message& message, uint32_t id, const Client& client,
                     const ServerLine& line) const;
  void check_plain(Subscription& subscription, const Client& client, uint32_t id);
  bool was_read(uint32_t message, const Unread& unread) const;
  void check_received(Subscription& subscription, const Unread& unread, const std::string& when);
  bool check_group(const GroupDue& due, const Unread& unread) const;
  bool matches(const Subscription& subscription, const Message& message) const;
  std::string name(const Subscription& subscription) const;
  std::string name(uint32_t message) const;

  Instant now_ = 1;
  std::vector<Client> clients_;
  std::vector<Subscription> subscriptions_;
  std::vector<Message> messages_;
  std::vector<GroupDue> group_dues_;
  uint64_t deliveries_ = 0;
};

}  // namespace antiphon::sim
