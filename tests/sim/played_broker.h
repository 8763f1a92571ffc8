// A broker of one side of a federation, played by the simulation: it knows what federation brokers
// send (CONNECT, PING, SUB, UNSUB, PUB, MPUB), hands messages to one of a queue group and a copy to
// each who listens without it, and writes down what is published.
//
// MODEL: relays reach it as the broker of their own process (broker/net/in_process_broker.h), so a
// connection is memory and the simulation decides when how many bytes move and in which direction.
// What the broker has for a relay waits in `outbox`; what moves into the stream the relay may see in
// its next turn. ORDER: bytes of one connection keep theirs; messages of different connections
// overtake each other as the simulation likes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/net/in_process_broker.h"
#include "broker/net/transport.h"
#include "broker/runtime/random.h"
#include "fleet/wire/server_endpoint.h"
#include "tests/sim/trace.h"

namespace antiphon::sim {

// The broker's end of one connection.
struct PlayedLink {
  static constexpr size_t kNobody = SIZE_MAX;

  uint64_t number = 0;  // of all connections to this broker
  Transport transport;
  std::string outbox;
  std::string inbox;               // less than a whole line with its payload
  size_t relay = kNobody;          // whose it is, once it has said so
  std::string subject;             // of the messages that it has subscribed to
  std::map<std::string, std::string> sids;  // of subscriptions without a group, by their subject
  std::string late;         // a copy that follows the next message, or comes when there is none
  uint64_t sent_bytes = 0;  // of all that was in the outbox
  bool reads = true;  // false: the broker takes nothing, and the stream fills up
  bool sends = true;  // false: its backlog comes later

  bool is_open() const { return transport.is_open(); }
  // How far it will have been sent when what is in the outbox has been.
  uint64_t queued_bytes() const { return sent_bytes + outbox.size(); }
};

class PlayedBroker final : public InProcessBroker {
 public:
  struct Published {
    size_t relay;
    uint64_t link;  // its number
    std::string subject;
    std::string payload;
  };

  // `stream_bytes` as in connect_in_memory().
  PlayedBroker(std::string name, size_t stream_bytes, bool multi_publish, Trace& trace);

  fleet::ServerEndpoint endpoint();
  Transport connect_in_process() override;

  bool takes_connections = true;
  bool forbids_copies = false;  // of messages of queue groups
  std::set<std::string> absent;  // subjects without a subscriber
  std::set<std::pair<size_t, std::string>> told_absent;  // a relay, and of what it was told so

  // ---- The streams. They return how many bytes have moved.
  size_t links() const { return links_.size(); }
  PlayedLink& link(size_t index) { return *links_.at(index); }
  size_t send(size_t index, size_t bytes_max);
  size_t take(size_t index, size_t bytes_max);
  // What is on its way to the relay still comes to it, and nothing else does.
  void drop(size_t index);

  // ---- Messages
  // To one of those that have subscribed; nobody when nobody has. A copy goes to each that listens
  // without the group: before the message, behind it, or behind the next.
  std::optional<size_t> deliver(std::string_view subject, std::string_view payload, Random& random);
  // Relays to whom a copy was sent with the last message, and not late; and whether all of it has been
  // written to the stream.
  struct Copy {
    size_t relay;
    uint64_t link;
    uint64_t end;  // queued_bytes() then
  };
  const std::vector<Copy>& last_copies() const { return last_copies_; }
  bool is_sent(const Copy& copy) const;
  // To each that has subscribed to `pattern` as it stands; returns to how many.
  size_t deliver_to_all(const std::string& pattern, std::string_view subject,
                        std::string_view payload);
  std::vector<Published> take_published() { return std::exchange(published_, {}); }

  uint64_t refused() const { return refused_; }  // connections
  size_t subscribed() const;
  // Nothing waits for a relay.
  bool is_quiet() const;

 private:
  void end(PlayedLink& link, const char* why);
  void take_lines(PlayedLink& link);
  bool take_line(std::string_view& rest, PlayedLink& link);
  void take_connect(std::string_view line, PlayedLink& link);
  void take_subscribe(std::string_view line, PlayedLink& link);
  void take_unsubscribe(std::string_view line, PlayedLink& link);
  bool take_publish(std::string_view& rest, std::string_view line, PlayedLink& link);
  bool take_multi_publish(std::string_view& rest, std::string_view line, PlayedLink& link);
  // `subjects` may hold one of replies, too.
  void publish(std::string_view subjects, std::string_view payload, PlayedLink& link);

  const std::string name_;
  const size_t stream_bytes_;
  const bool multi_publish_;
  Trace& trace_;
  std::vector<std::unique_ptr<PlayedLink>> links_;
  std::vector<Published> published_;
  std::vector<Copy> last_copies_;
  uint64_t made_ = 0;     // connections
  uint64_t refused_ = 0;
};

}  // namespace antiphon::sim
