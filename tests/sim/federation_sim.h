// A federation of one collective under a random schedule: relays between two brokers, connections
// that break, brokers that stand still, messages that are good, repeated, forged and damaged.
//
// MODEL: one thread steps everything; the seed decides what happens in which order. The connections
// are real, so two runs of a seed may differ in how bytes are cut. PROMISES, checked at each
// message that is published: a target gets a request from one relay once, and only if the request
// names it; a reply goes to its asker only, and once; forged messages go nowhere, and errors only to
// reply subjects; whatever is said of nodes, true or forged, a relay leaves out only what its broker
// has said nobody listens to; at the end all that came is accounted for, queues have kept their
// bounds, messages flow to every node that is there, also to those that were absent before, at once to
// one that was heard from, and forged ends take no node out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "federation/relay/relay.h"
#include "tests/sim/played_broker.h"

namespace antiphon::sim {

struct FederationReport {
  uint64_t requests = 0;
  uint64_t replies = 0;
  uint64_t published = 0;
  uint64_t duplicates = 0;  // targets left out
  uint64_t refused = 0;
  uint64_t pauses = 0;
  uint64_t discarded = 0;  // for a full queue
  uint64_t drops = 0;
  uint64_t elsewhere = 0;  // targets left out, because they are absent
  uint64_t limited = 0;    // requests beyond the rate
  uint64_t told = 0;       // errors to askers
  uint64_t signs = 0;      // of life, or of its end, that relays have taken
};

class FederationSim {
 public:
  explicit FederationSim(uint64_t seed);
  // Throws a Violation.
  FederationReport run();

 private:
  struct Request {
    std::string reply_to;
    std::set<std::string> targets;
    std::string message;
    bool forged = false;
  };
  struct Reply {
    std::string asker;
    bool delivered = false;
  };

  void act();
  void step();
  void send_request(bool forged);
  void send_request_to(std::set<std::string> chosen, bool forged = false);
  void send_reply();
  void repeat_request();
  void send_damaged();
  void move_node();
  uint64_t give_sign(federation::LifeSign sign, const std::string& node);
  void check_left_out(const std::string& node);
  void check_signs();
  uint64_t signs_taken() const;
  void heal();
  void check_published();
  void check_request(const PlayedBroker::Published& published);
  void check_reply(const PlayedBroker::Published& published);
  void check_counts(const federation::RelayReport& report);
  std::string next_id();
  std::string data_of(const std::string& id);
  bool all_connected();
  bool has_arrived(const std::string& request) const;

  Random random_;
  Log log_;
  bool large_ = false;
  bool damaging_ = false;
  bool limited_ = false;
  bool hears_ = false;  // what nodes say of themselves
  bool roomy_ = false;  // for all names
  PlayedBroker federation_;
  PlayedBroker collective_;
  std::vector<std::unique_ptr<federation::Relay>> relays_;
  std::map<std::string, Request> requests_;  // by id
  std::map<std::string, Reply> replies_;
  std::set<std::tuple<size_t, std::string, std::string>> delivered_;  // relay, id, target
  uint64_t ids_ = 0;
  uint64_t damaged_ = 0;
  FederationReport report_;
};

}  // namespace antiphon::sim
