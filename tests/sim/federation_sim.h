// A federation of one collective under a random schedule: relays between two brokers, connections
// that break, stand still and deliver late, and messages that are good, repeated, forged, damaged
// and on their second round.
//
// MODEL: one thread, played brokers (played_broker.h) and time that passes only here
// (played_time.h): the seed decides what is done in which order, how bytes are cut, whose turn it is
// and how long it takes, so two runs of a seed are the same. PROMISES: those of federation_oracle.h
// at each message; whatever is said of nodes, true or forged, a relay leaves out only what its broker
// has said nobody listens to; a goodbye has an end and leaves nothing behind; at the end all that
// came is accounted for, queues have kept their bounds, messages flow to every node that is there,
// also to those that were absent before, at once to one that was heard from, and forged ends take no
// node out; who asked gets the answers, and nobody gets one to what he has not asked. Until then a reply
// that nobody asked for passes only at a relay that has others beside it and has just begun to
// listen, and one that was asked for is refused only where the copy of its request was late.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "broker/runtime/random.h"
#include "federation/relay/relay.h"
#include "tests/sim/federation_oracle.h"
#include "tests/sim/federation_options.h"
#include "tests/sim/played_broker.h"
#include "tests/sim/trace.h"

namespace antiphon::sim {

inline constexpr uint64_t kSimNodes = 100;
inline constexpr uint64_t kSimTargetsMax = 20;  // of a request
inline constexpr size_t kSimLargeBytes = 16 << 10;  // of data
inline constexpr size_t kSimSmallBytes = 800;
inline constexpr int64_t kSimReplayWindowMs = 120'000;

struct FederationReport {
  std::map<std::string, uint64_t> counts;  // of what a run came across
  std::string violation;                   // empty: all promises were kept
  std::vector<std::string> trace;
};

class FederationSim {
 public:
  explicit FederationSim(uint64_t seed, bool tracing = false);
  // Never throws; a violation is told in the report.
  FederationReport run();

 private:
  static constexpr int64_t kNotYet = -1;

  struct Member {
    size_t number;
    std::unique_ptr<federation::Relay> relay;
    bool is_leaving = false;
    int64_t leaves_by_ms = kNotYet;
    int64_t hears_since_ms = kNotYet;  // what others are asked
    uint64_t others_handed_before = 0;  // requests that others were given before it was there
  };
  // Who asked, and under which id: a client's request is several messages.
  struct Question {
    std::string request_id;
    std::string asker;
  };
  enum class ReplyKind : uint8_t { kHonest, kForgedSubject, kUnasked, kOtherAsker };

  // ---- What happens (federation_actions.cc)
  void act();
  void send_request(bool is_forged);
  void send_request_to(std::vector<std::string> targets, bool is_forged = false);
  void send_reply(bool is_forged);
  void send_reply_to(const std::string& request, ReplyKind kind);
  Question some_question();
  void send_round_again();
  void send_damaged();
  void repeat();
  void give(FederatedMessage message, bool is_forged);
  void put_in(const FederatedMessage& message, const std::string& text);
  void stall(PlayedBroker& broker, bool PlayedLink::*does);
  void move_node();
  uint64_t give_sign(federation::LifeSign sign, const std::string& node);
  void leave();
  std::set<size_t> some_relays();

  // ---- Steps (federation_sim.cc)
  void play();
  void add_member();
  void step();
  void turn(Member& member);
  void finish(const Member& member, bool is_late);
  size_t move_out(size_t side, size_t link, size_t bytes_max);
  size_t move_in(size_t side, size_t link, size_t bytes_max);
  void pass_time(int64_t ms);
  void check_left_out(const std::string& target);
  uint64_t requests_of_others(size_t number) const;
  bool has_company(const Member& member) const;
  void check_passed_unknown(Member& member, const federation::AskedCounts& before);

  // ---- Quiet times (federation_quiet.cc)
  size_t round();
  void heal();
  void become_quiet();
  bool all_connected() const;
  void check_flow();
  void check_asked();
  bool pass_lenient_time();
  void check_signs();
  uint64_t signs_taken() const;

  PlayedBroker& federation() { return brokers_[0]; }
  PlayedBroker& collective() { return brokers_[1]; }
  PlayedBroker& some_broker() { return brokers_[random_.below(brokers_.size())]; }
  bool one_in(uint64_t n) { return random_.below(n) == 0; }
  uint64_t& count(const char* what) { return report_.counts[what]; }

  const FederationOptions options_;
  Random random_;
  Trace trace_;
  FederationOracle oracle_;
  std::array<PlayedBroker, 2> brokers_;  // of the sides
  std::vector<Member> members_;
  size_t members_made_ = 0;
  uint64_t ids_ = 0;
  std::vector<Question> questions_;  // the last of them
  // By side and relay: messages handed to it, messages it has published.
  std::array<std::map<size_t, uint64_t>, 2> handed_;
  std::array<std::map<size_t, uint64_t>, 2> published_;
  // By relay: replies handed to it whose requests it may not know.
  std::map<size_t, uint64_t> may_be_unknown_;
  FederationReport report_;
};

}  // namespace antiphon::sim
