// How a simulated federation comes to rest, and what must be true then.
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "tests/sim/federation_sim.h"
#include "tests/sim/violation.h"

namespace antiphon::sim {
namespace {

using federation::LifeSign;
using federation::RelayReport;

constexpr size_t kHealRoundsMax = 2000;
constexpr uint64_t kHealStepMsMax = 500;
// Far more than any run needs.
constexpr size_t kQuietRoundsMax = 20'000;
// A relay that has read its share of a full stream needs further turns for the rest.
constexpr size_t kQuietRounds = 16;
constexpr int64_t kRefillMs = 80;  // until a request may pass a limited relay again

}  // namespace

// Everybody once. Returns how many bytes have moved.
size_t FederationSim::round() {
  size_t moved = 0;
  for (size_t side = 0; side < brokers_.size(); ++side) {
    for (size_t link = 0; link < brokers_[side].links(); ++link) {
      moved += move_out(side, link, SIZE_MAX);
      moved += move_in(side, link, SIZE_MAX);
    }
  }
  // By index: one that has left makes room for another.
  for (size_t i = 0; i < members_.size(); ++i) turn(members_[i]);
  return moved;
}

bool FederationSim::all_connected() const {
  for (const Member& member : members_) {
    const RelayReport report = member.relay->report();
    const uint64_t waiting = report.sides[0].queue_bytes + report.sides[1].queue_bytes;
    if (member.is_leaving || !report.ready() || waiting > 0) return false;
  }
  return std::all_of(brokers_.begin(), brokers_.end(), [this](const PlayedBroker& broker) {
    return broker.subscribed() == members_.size() && broker.is_quiet();
  });
}

void FederationSim::heal() {
  trace_.add("all is well from here on");
  for (PlayedBroker& broker : brokers_) {
    broker.takes_connections = true;
    for (size_t i = 0; i < broker.links(); ++i) broker.link(i).reads = broker.link(i).sends = true;
  }
  for (size_t rounds = 0; rounds < kHealRoundsMax && !all_connected(); ++rounds) {
    pass_time(1 + static_cast<int64_t>(random_.below(kHealStepMsMax)));
    round();
  }
  require(all_connected(), "the relays do not come back");
  become_quiet();
}

// Without time: PINGs are due again and again.
void FederationSim::become_quiet() {
  size_t quiet = 0;
  for (size_t rounds = 0; quiet < kQuietRounds; ++rounds) {
    require(rounds < kQuietRoundsMax, "it does not come to rest");
    quiet = round() == 0 ? quiet + 1 : 0;
  }
}

void FederationSim::check_flow() {
  // A node that is there again is asked again when its absence has expired, at the latest.
  collective().absent.clear();
  pass_time(std::max(options_.absence_ms, kRefillMs) + 1);
  become_quiet();
  send_request(false);
  const std::string request = id_text(ids_);
  become_quiet();
  require(oracle_.has_arrived(request), "requests do not flow again");
  send_reply_to(request, ReplyKind::kHonest);
  const std::string reply = id_text(ids_);
  become_quiet();
  require(oracle_.has_arrived(reply), "replies do not flow again");
}

// Until what was asked before anybody listened needs no answer any more. False where that would take
// too many PINGs.
bool FederationSim::pass_lenient_time() {
  constexpr int64_t kStepMs = 50'000;
  const auto is_alone = [this](const Member& member) { return !has_company(member); };
  if (std::all_of(members_.begin(), members_.end(), is_alone)) return true;
  if (options_.ping_interval_ms < kStepMs) return false;
  for (int64_t ms = 0; ms <= federation::AskedRequests::kLifeMs; ms += kStepMs) {
    pass_time(kStepMs);
    become_quiet();
  }
  return true;
}

// Whoever of the relays gets them.
void FederationSim::check_asked() {
  constexpr size_t kEach = 6;
  const bool is_strict = pass_lenient_time() && !options_.forbids;
  pass_time(kRefillMs);
  send_request(false);
  const std::string request = id_text(ids_);
  become_quiet();
  require(oracle_.has_arrived(request), "a request does not arrive");
  std::vector<std::string> honest, forged;
  for (size_t i = 0; i < kEach; ++i) {
    for (const ReplyKind kind : {ReplyKind::kHonest, ReplyKind::kUnasked, ReplyKind::kOtherAsker}) {
      send_reply_to(request, kind);
      (kind == ReplyKind::kHonest ? honest : forged).push_back(id_text(ids_));
    }
  }
  become_quiet();
  for (const std::string& reply : honest) {
    require(oracle_.has_arrived(reply), "a reply does not arrive");
  }
  // Replies that are read before their request.
  pass_time(kRefillMs);
  send_request(false);
  const std::string overtaken = id_text(ids_);
  std::vector<std::string> early;
  for (size_t i = 0; i < kEach; ++i) {
    send_reply_to(overtaken, ReplyKind::kHonest);
    early.push_back(id_text(ids_));
  }
  for (size_t link = 0; link < collective().links(); ++link) move_out(1, link, SIZE_MAX);
  for (size_t i = 0; i < members_.size(); ++i) turn(members_[i]);
  become_quiet();
  for (const std::string& reply : early) {
    require(oracle_.has_arrived(reply), "a reply does not arrive that came before its request");
  }
  using federation::EarlyReplies;
  for (int64_t ms = 0; ms <= EarlyReplies::kMsMax; ms += EarlyReplies::kTurnMsMax) {
    pass_time(EarlyReplies::kTurnMsMax);
    round();
  }
  become_quiet();
  for (const std::string& reply : forged) {
    require(!is_strict || !oracle_.has_arrived(reply), "a reply arrives that nobody asked for");
  }
}

uint64_t FederationSim::signs_taken() const {
  uint64_t taken = 0;
  for (const Member& member : members_) {
    const federation::PlacementCounts counts = member.relay->report().placement;
    for (const uint64_t sign : counts.signs) taken += sign;
    taken += counts.nameless;
  }
  return taken;
}

// Forged ends take nobody out; and nobody who was heard from is left out, however late the broker
// called him absent.
void FederationSim::check_signs() {
  if (!options_.hears) return;
  uint64_t expected = signs_taken();
  for (uint64_t node = 0; node < kSimNodes; ++node) {
    expected += give_sign(LifeSign::kShutdown, node_name(node));
  }
  become_quiet();
  require(signs_taken() == expected, "signs of nodes are not taken");
  // Nobody is absent, and was not for longer than that is believed.
  collective().told_absent.clear();
  for (uint64_t node = 0; node < kSimNodes; ++node) check_left_out(node_target(node));
  if (!options_.roomy) return;
  const uint64_t node = random_.below(kSimNodes);
  expected += give_sign(static_cast<LifeSign>(random_.below(3)), node_name(node));
  become_quiet();
  require(signs_taken() == expected, "a sign of a node is not taken");
  const std::string target = node_target(node);
  collective().absent.insert(target);
  pass_time(kRefillMs + 1);
  become_quiet();
  send_request_to({target});
  become_quiet();
  require(!collective().told_absent.empty(), "nobody was told that " + target + " is absent");
  collective().absent.clear();
  for (const Member& member : members_) {
    require(!member.relay->target_report(target).facts.left_out,
            target + " was heard from and is left out");
  }
}

}  // namespace antiphon::sim
