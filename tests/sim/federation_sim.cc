#include "tests/sim/federation_sim.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "broker/runtime/log.h"
#include "tests/sim/violation.h"

namespace antiphon::sim {
namespace {

using federation::Refusal;
using federation::Relay;
using federation::RelayReport;
using federation::RelaySettings;
using federation::Side;

constexpr size_t kActions = 400;
constexpr uint64_t kStepsMax = 10;  // after each
constexpr size_t kRoomyNodes = 4096;  // and the names that damage makes
constexpr size_t kNodesLookedAt = 3;  // after each turn
// So many that none makes room for another: their places depend on absl's hash, which is another
// one in each process.
constexpr size_t kAbsences = 1 << 12;
constexpr size_t kReplayEntries = 1 << 16;
constexpr size_t kAskedEntries = 1 << 14;
constexpr uint64_t kBytesBesideData = 1 << 10;  // of a message: its envelope, trace and line
constexpr double kTargetsPerS = 300;

constexpr const char* kCounted[] = {
    "requests", "replies", "published", "refused", "loops", "errors told", "rate-limited",
    "targets left out as known", "targets absent", "signs of nodes", "pauses", "discarded",
    "connections dropped", "connections refused", "backlogs delivered late", "goodbyes",
    "late goodbyes", "unasked replies refused", "unasked replies passed", "replies to others refused",
    "replies that waited", "others known"};

// One for all runs: it has a thread of its own.
Log& silent_log() {
  static Log log;
  return log;
}

// A request that is larger than half of a queue may be added to a half.
uint64_t queue_bytes_high_max(const FederationOptions& options) {
  const uint64_t message_bytes =
      (options.large ? kSimLargeBytes : kSimSmallBytes) + kBytesBesideData;
  const uint64_t half = options.queue_bytes_max / 2;
  return half + std::max(half, kSimTargetsMax * message_bytes);
}

RelaySettings settings_of(size_t number, const FederationOptions& options) {
  RelaySettings made;
  made.identity = relay_identity(number);
  made.cluster = "dc1";
  made.client.clock = PlayedTime::clock();
  made.client.ping_interval_ms = options.ping_interval_ms;
  made.queue_bytes_max = options.queue_bytes_max;
  made.pause_ms_max = options.pause_ms_max;
  made.backoff = options.backoff;
  made.replay_entries = kReplayEntries;
  made.replay_window_ms = kSimReplayWindowMs;
  made.asked_entries = kAskedEntries;
  made.ledger.placement = options.placement;
  made.ledger.nodes_max = options.roomy ? kRoomyNodes : kSimNodes * 2 / 3;
  made.ledger.requests = 8;
  made.ledger.absences = kAbsences;
  made.ledger.absence_ms = options.absence_ms;
  made.ledger.settle_ms = options.settle_ms;
  made.hears_lifecycle = options.hears;
  if (options.hears) made.registrations = {sign_pattern(federation::LifeSign::kRegistration)};
  if (options.limited) made.targets_per_s = kTargetsPerS;
  return made;
}

}  // namespace

FederationSim::FederationSim(uint64_t seed, bool tracing)
    : options_(FederationOptions::from(seed)),
      random_(seed * 0x9E3779B97F4A7C15ull + 78),
      trace_(tracing),
      oracle_(kSimReplayWindowMs),
      brokers_{PlayedBroker("federation", options_.stream_bytes, false, trace_),
               PlayedBroker("collective", options_.stream_bytes, options_.multi_publish, trace_)} {
  PlayedTime::begin();
  federation().forbids_copies = options_.forbids;
  trace_.add(options_.text());
  for (const char* what : kCounted) count(what) = 0;
  for (size_t i = 0; i < options_.relays; ++i) add_member();
}

FederationReport FederationSim::run() {
  try {
    play();
  } catch (const Violation& violation) {
    report_.violation = violation.what();
  }
  report_.trace = trace_.take();
  return std::move(report_);
}

void FederationSim::play() {
  heal();
  for (size_t i = 0; i < kActions; ++i) {
    act();
    for (uint64_t left = random_.below(kStepsMax); left > 0; --left) step();
  }
  heal();
  check_flow();
  check_asked();
  check_signs();
  for (const Member& member : members_) finish(member, false);
  for (const PlayedBroker& broker : brokers_) count("connections refused") += broker.refused();
}

// ---- Relays ------------------------------------------------------------------------------------

void FederationSim::add_member() {
  const size_t number = members_made_++;
  RelaySettings settings = settings_of(number, options_);
  settings.side(Side::kFederation).servers = {federation().endpoint()};
  settings.side(Side::kCollective).servers = {collective().endpoint()};
  members_.push_back(
      {number, std::make_unique<Relay>(std::move(settings), silent_log(), random_.next())});
  members_.back().others_handed_before = requests_of_others(number);
}

void FederationSim::turn(Member& member) {
  trace_.add("turn of fed", member.number);
  if (member.is_leaving && member.leaves_by_ms == kNotYet) {
    member.leaves_by_ms = PlayedTime::now_ms() + Relay::kGoodbyeMsMax;
  }
  const federation::AskedCounts before = member.relay->asked_counts();
  member.relay->turn(0);
  check_passed_unknown(member, before);
  for (size_t i = 0; i < kNodesLookedAt; ++i) check_left_out(node_target(random_.below(kSimNodes)));
  if (!member.is_leaving) return;
  const bool is_late = PlayedTime::now_ms() >= member.leaves_by_ms;
  require(member.relay->is_stopped() || !is_late,
          absl::StrCat("the goodbye of fed", member.number, " has no end"));
  if (!member.relay->is_stopped()) return;
  ++count(is_late ? "late goodbyes" : "goodbyes");
  trace_.add("fed", member.number, " has left");
  finish(member, is_late);
  members_.erase(members_.begin() + (&member - members_.data()));
  add_member();
}

// Requests that the federation's broker has given to others.
uint64_t FederationSim::requests_of_others(size_t number) const {
  uint64_t all = 0;
  for (const auto& [taker, requests] : handed_[0]) {
    if (taker != number) all += requests;
  }
  return all;
}

// Also that of one that has left, for as long as the broker has not noticed that its connection is dead.
bool FederationSim::has_company(const Member& member) const {
  return requests_of_others(member.number) > member.others_handed_before;
}

// What is not known passes only at one of several, for a while after it has begun to listen to what
// the others are asked.
void FederationSim::check_passed_unknown(Member& member, const federation::AskedCounts& before) {
  using federation::Hearing;
  const federation::AskedCounts now = member.relay->asked_counts();
  if (now.hearing == Hearing::kYes && before.hearing != Hearing::kYes) {
    member.hears_since_ms = PlayedTime::now_ms();
  }
  require(!now.others_known || has_company(member),
          absl::StrCat("fed", member.number, " is alone and believes that there are others"));
  if (now.unknown_passed == before.unknown_passed || options_.forbids) return;
  const bool has_begun =
      before.hearing != Hearing::kYes ||
      PlayedTime::now_ms() - member.hears_since_ms < federation::AskedRequests::kLifeMs;
  require(has_company(member) && has_begun,
          absl::StrCat("fed", member.number, " passes on what it cannot know"));
}

// Nobody is left out whom the broker has not called absent, whoever said what.
void FederationSim::check_left_out(const std::string& target) {
  for (const Member& member : members_) {
    require(collective().told_absent.count({member.number, target}) == 1 ||
                !member.relay->target_report(target).facts.left_out,
            absl::StrCat("fed", member.number, " leaves out ", target, ", which was never absent"));
  }
}

// All that it has had is accounted for. Of a relay whose connections have held until a goodbye in time
// or until all is quiet, nothing was lost either.
void FederationSim::finish(const Member& member, bool is_late) {
  const RelayReport report = member.relay->report();
  const std::string name = relay_identity(member.number);
  uint64_t failures = 0;
  for (const federation::SideCounts& side : report.sides) {
    require(side.queue_bytes_high <= queue_bytes_high_max(options_),
            "a queue of " + name + " beyond its bound");
    count("pauses") += side.pauses;
    failures += side.failures;
  }
  const bool has_lost_nothing = failures == 0 && !is_late;
  const std::array<uint64_t, 2> told = {0, report.error_replies};  // where replies go
  for (size_t i = 0; i < report.directions.size(); ++i) {
    const federation::DirectionCounts& counts = report.directions[i];
    uint64_t refused = 0;
    for (const uint64_t reason : counts.refused) refused += reason;
    require(counts.received == counts.forwarded + refused,
            "a message to " + name + " is not accounted for");
    const size_t to = 1 - i;
    require(!has_lost_nothing || counts.received == handed_[i][member.number],
            "a message to " + name + " was lost");
    require(!has_lost_nothing || counts.published + told[i] == published_[to][member.number],
            "a message of " + name + " was lost");
    const auto of = [&counts](Refusal refusal) {
      return counts.refused[static_cast<size_t>(refusal)];
    };
    count("refused") += refused;
    count("targets left out as known") += counts.duplicate_targets;
    count("targets absent") += counts.elsewhere_targets;
    count("rate-limited") += of(Refusal::kRateLimited);
    count("discarded") += of(Refusal::kQueueFull);
    count("loops") += of(Refusal::kLoop);
    count("unasked replies refused") += of(Refusal::kNoRequest);
    count("replies to others refused") += of(Refusal::kOtherAsker);
    const uint64_t unasked = of(Refusal::kNoRequest) + of(Refusal::kOtherAsker);
    const bool has_heard_all = !options_.damaging && report.sides[0].failures == 0;
    require(!has_heard_all || unasked <= may_be_unknown_[member.number],
            "a reply was refused by " + name + ", which knows its request");
  }
  require(oracle_.unasked_passed(member.number) <= report.asked.unknown_passed,
          "a reply that nobody asked for was passed on by " + name);
  count("unasked replies passed") += oracle_.unasked_passed(member.number);
  count("replies that waited") += report.asked.waited;
  count("others known") += report.asked.others_known;
  for (const uint64_t sign : report.placement.signs) count("signs of nodes") += sign;
}

// ---- Steps -------------------------------------------------------------------------------------

void FederationSim::step() {
  const uint64_t chance = random_.below(100);
  const size_t bytes = 1 + random_.below(options_.piece_bytes_max);
  const size_t side = random_.below(brokers_.size());
  if (chance < 40) return turn(members_[random_.below(members_.size())]);
  if (chance >= 90) {
    const auto pace_ms_max = static_cast<uint64_t>(options_.pace_ms_max);
    return pass_time(1 + static_cast<int64_t>(random_.below(pace_ms_max)));
  }
  PlayedBroker& broker = brokers_[side];
  if (broker.links() == 0) return;
  const size_t link = random_.below(broker.links());
  if (chance < 65 && broker.link(link).sends) move_out(side, link, bytes);
  if (chance >= 65 && broker.link(link).reads) move_in(side, link, bytes);
}

void FederationSim::pass_time(int64_t ms) {
  PlayedTime::advance_ms(ms);
  trace_.add(ms, " ms pass");
}

size_t FederationSim::move_out(size_t side, size_t link, size_t bytes_max) {
  return brokers_[side].send(link, bytes_max);
}

size_t FederationSim::move_in(size_t side, size_t link, size_t bytes_max) {
  const size_t moved = brokers_[side].take(link, bytes_max);
  for (const PlayedBroker::Published& one : brokers_[side].take_published()) {
    ++published_[side][one.relay];
    ++count("published");
    if (side == 1) {
      oracle_.see_request(one);
    } else {
      count("errors told") += oracle_.see_reply(one);
    }
  }
  return moved;
}

}  // namespace antiphon::sim
