// Knows what was given to a simulated federation and judges what comes out of it.
//
// PROMISES, checked at each message that is published: a target gets a request from one relay once
// within the replay window, and only if the request names it; a reply goes to its asker only, and
// once, and one that nobody asked for only where that cannot be known; no relay passes on what it has passed on before; what a relay publishes on one connection
// has the order in which its broker has handed it over; forged messages go nowhere, and errors only
// to reply subjects. Of a message that has had a damaged copy, only the rules of subjects are left:
// the copy may have other data, targets and askers than it seems to.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/sim/federation_messages.h"
#include "tests/sim/played_broker.h"

namespace antiphon::sim {

class FederationOracle {
 public:
  explicit FederationOracle(int64_t replay_window_ms) : replay_window_ms_(replay_window_ms) {}

  void gave(FederatedMessage message, bool is_forged);
  // A copy of a request goes to a relay besides.
  void copied(const std::string& id, const PlayedBroker::Copy& copy);
  // The broker has handed the message, or a copy of it, to this relay, behind all that it has
  // handed to it before.
  void handed(const std::string& id, size_t relay);
  // A copy of a message that was given, after some of its bytes have changed.
  void gave_damaged(const FederatedMessage& message, std::string_view copy);

  // Requests that somebody has passed on: nodes answer them.
  const std::vector<std::string>& answerable() const { return answerable_; }
  // Whether the relay knows of the request as soon as it reads what is on its way to it, or before.
  bool will_know(const std::string& request, size_t relay, const PlayedBroker& federation) const;
  // Replies that nobody asked for, which this relay has published.
  uint64_t unasked_passed(size_t relay) const;

  // Each throws a Violation.
  void see_request(const PlayedBroker::Published& published);
  // Also the errors that a relay tells by itself; whether it is one of these.
  bool see_reply(const PlayedBroker::Published& published);

  // Each target of a request, the asker of a reply.
  bool has_arrived(const std::string& id) const;
  size_t count() const { return messages_.size(); }
  // The one that was given as number `index`, in the order of ids.
  const FederatedMessage& message(size_t index) const;
  const FederatedMessage& message(const std::string& id) const { return messages_.at(id).message; }

 private:
  struct Known {
    FederatedMessage message;
    bool is_forged;
    int64_t since_ms;
    std::map<std::pair<size_t, std::string>, uint64_t> published;  // by relay and subject
    std::map<size_t, std::vector<uint64_t>> handed;  // by relay: as which of all messages
    std::vector<PlayedBroker::Copy> copies;          // of a request
  };

  bool is_damaged(const Known& known) const { return damaged_.count(known.message.id) != 0; }
  Known* find(const PlayedBroker::Published& published);
  void check_hops(const Known& known, const PlayedBroker::Published& published) const;
  void check_order(const Known& known, const PlayedBroker::Published& published);

  const int64_t replay_window_ms_;
  std::set<std::string> damaged_;  // ids of copies, also of messages that are yet to come
  std::map<std::string, Known> messages_;  // by id
  std::vector<std::string> answerable_;
  std::map<size_t, uint64_t> unasked_passed_;  // by relay
  uint64_t handings_ = 0;
  // By direction, relay, connection and, of replies, their request: the handing of what was published
  // there last.
  std::map<std::tuple<federation::Direction, size_t, uint64_t, std::string>, uint64_t> last_;
};

}  // namespace antiphon::sim
