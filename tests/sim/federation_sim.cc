#include "tests/sim/federation_sim.h"

#include <absl/strings/str_cat.h>

#include "federation/envelope/subject_rules.h"

namespace antiphon::sim {
namespace {

using federation::Relay;
using federation::RelayReport;
using federation::RelaySettings;

constexpr std::string_view kRequests = "choria.federation.dc1.federation";
constexpr std::string_view kReplies = "choria.federation.dc1.collective";
constexpr size_t kIdBytes = 8;
constexpr size_t kActions = 400;
constexpr uint64_t kNodes = 100;
constexpr size_t kRoomyNodes = 4096;  // and the names that damage makes
constexpr size_t kNodesLookedAt = 3;  // after each step
constexpr int64_t kHealMsMax = 20'000;
constexpr uint64_t kQueueBytesMax = 2 << 20;
constexpr uint64_t kTargetsMax = 20;  // of a request
constexpr size_t kLargeBytes = 64 << 10;
// A request that is larger than half of a queue may be added to a half.
constexpr uint64_t kQueueBytesHighMax = kQueueBytesMax / 2 + kTargetsMax * (kLargeBytes + (1 << 10));
static_assert(kQueueBytesHighMax > kQueueBytesMax);
constexpr int64_t kAbsenceMs = 20;
constexpr double kTargetsPerS = 300;
constexpr int64_t kRefillMs = 80;  // until a request may pass again
constexpr std::string_view kForged[] = {"choria.federation.dc1.federation", "c.reply.h.i", "$SYS.node.x",
                                        "c.node.>", "choria.lifecycle.event.x"};

// A third each: off, only watching, on.
federation::PlacementMode placement_of(uint64_t seed) {
  return static_cast<federation::PlacementMode>(seed % 3);
}

RelaySettings settings(const PlayedBroker& federation, const PlayedBroker& collective,
                       size_t number, Random& random) {
  RelaySettings made;
  made.identity = absl::StrCat("fed", number);
  made.cluster = "dc1";
  made.side(federation::Side::kFederation).servers = *fleet::resolve_servers({federation.url()});
  made.side(federation::Side::kCollective).servers = *fleet::resolve_servers({collective.url()});
  made.queue_bytes_max = kQueueBytesMax;
  made.pause_ms_max = static_cast<int64_t>(random.below(20));
  made.backoff = {1, 5};
  made.replay_entries = 1 << 16;
  made.ledger.nodes_max = kNodes * 2 / 3;
  made.ledger.requests = 8;
  made.ledger.absences = 256;
  made.ledger.absence_ms = kAbsenceMs;
  made.ledger.settle_ms = 0;
  return made;
}

// As the reference writes them, and some that name nobody.
std::string sign_message(federation::LifeSign sign, const std::string& node) {
  if (sign == federation::LifeSign::kRegistration) {
    return absl::StrCat(R"({"protocol":"choria:transport:1","data":"e30=","headers":{"reply-to":"dev.null","mc_sender":")",
                        node, "\"}}");
  }
  return absl::StrCat(R"({"specversion":"1.0","data":{"identity":")", node, R"(","component":"server"}})");
}

std::string sign_pattern(federation::LifeSign sign) {
  switch (sign) {
    case federation::LifeSign::kStartup: return "choria.lifecycle.event.startup.*";
    case federation::LifeSign::kAlive: return "choria.lifecycle.event.alive.server";
    case federation::LifeSign::kRegistration: return "c.broadcast.agent.registration";
    case federation::LifeSign::kShutdown: return "choria.lifecycle.event.shutdown.server";
  }
  return "";
}

std::string node_name(uint64_t number) {
  return absl::StrCat("n", number);
}

std::string id_of(std::string_view message) {
  const size_t at = message.find("\"data\":\"");
  return at == std::string_view::npos ? "" : std::string(message.substr(at + 8, kIdBytes));
}

}  // namespace

FederationSim::FederationSim(uint64_t seed) : random_(seed * 0x9E3779B97F4A7C15ull + 77) {
  large_ = random_.below(4) == 0;
  damaging_ = random_.below(4) == 0;
  hears_ = placement_of(seed) != federation::PlacementMode::kOff && random_.below(2) == 0;
  roomy_ = random_.below(2) == 0;
  const size_t relays = 1 + random_.below(3);
  for (size_t i = 0; i < relays; ++i) {
    RelaySettings made = settings(federation_, collective_, i, random_);
    made.ledger.placement = placement_of(seed);
    made.hears_lifecycle = hears_;
    if (roomy_) made.ledger.nodes_max = kRoomyNodes;
    if (hears_) made.registrations = {sign_pattern(federation::LifeSign::kRegistration)};
    if (made.ledger.placement != federation::PlacementMode::kOff && random_.below(4) == 0) {
      made.targets_per_s = kTargetsPerS;
      limited_ = true;
    }
    relays_.push_back(std::make_unique<Relay>(std::move(made), log_, random_.next()));
  }
}

std::string FederationSim::next_id() {
  std::string id = std::to_string(++ids_);
  return std::string(kIdBytes - id.size(), '0') + id;
}

// Base64 that begins with the id.
std::string FederationSim::data_of(const std::string& id) {
  const size_t more = large_ && random_.below(2) == 0 ? kLargeBytes : random_.below(200) * 4;
  return id + std::string(more, 'A');
}

void FederationSim::send_request(bool forged) {
  std::set<std::string> chosen;
  const size_t targets = 1 + random_.below(kTargetsMax);
  while (chosen.size() < targets) chosen.insert("c.node." + node_name(random_.below(kNodes)));
  send_request_to(std::move(chosen), forged);
}

void FederationSim::send_request_to(std::set<std::string> chosen, bool forged) {
  const std::string id = next_id();
  const size_t targets = chosen.size();
  Request request{absl::StrCat("c.reply.asker", random_.below(20), ".", id), std::move(chosen), {}, forged};
  std::string list;
  const size_t forged_at = random_.below(targets);
  size_t i = 0;
  for (const std::string& target : request.targets) {
    const std::string_view written =
        forged && i == forged_at ? kForged[random_.below(std::size(kForged))] : target;
    absl::StrAppend(&list, i++ == 0 ? "" : ",", "\"", std::string(written), "\"");
  }
  request.message = absl::StrCat(
      R"({"protocol":"choria:transport:1","data":")", data_of(id), R"(","headers":{"reply-to":")",
      request.reply_to, R"(","federation":{"req":"r","target":[)", list, "]}}}");
  report_.requests += federation_.deliver(kRequests, request.message, random_);
  requests_.emplace(id, std::move(request));
}

void FederationSim::repeat_request() {
  if (requests_.empty()) return;
  auto chosen = requests_.begin();
  std::advance(chosen, static_cast<ptrdiff_t>(random_.below(requests_.size())));
  report_.requests += federation_.deliver(kRequests, chosen->second.message, random_);
}

void FederationSim::send_reply() {
  const std::string id = next_id();
  const std::string asker = absl::StrCat("c.reply.asker", random_.below(20), ".", id);
  const std::string message = absl::StrCat(
      R"({"protocol":"choria:transport:1","data":")", data_of(id),
      R"(","headers":{"mc_sender":"n1","federation":{"req":"r","reply-to":")", asker, R"("}}})");
  replies_.emplace(id, Reply{asker});
  report_.replies += collective_.deliver(kReplies, message, random_);
}

void FederationSim::send_damaged() {
  if (requests_.empty()) return;
  std::string message = requests_.rbegin()->second.message;
  for (size_t i = 1 + random_.below(3); i > 0; --i) {
    message[random_.below(message.size())] = static_cast<char>(random_.below(256));
  }
  ++damaged_;
  if (random_.below(2) == 0) {
    report_.requests += federation_.deliver(kRequests, message, random_);
  } else {
    report_.replies += collective_.deliver(kReplies, message, random_);
  }
}

void FederationSim::act() {
  PlayedBroker& broker = random_.below(2) == 0 ? federation_ : collective_;
  const uint64_t chance = random_.below(100);
  if (chance < 25) return send_request(false);
  if (chance < 45) return send_reply();
  if (chance < 52) return repeat_request();
  if (chance < 57) return send_request(true);
  if (chance < 62) return damaging_ ? send_damaged() : step();
  if (chance < 66) return broker.set_stalled(true);
  // Long enough, now and then, to fill the sockets and then the queue.
  if (chance < 70) return large_ && random_.below(8) != 0 ? step() : broker.set_stalled(false);
  if (chance < 72) {
    report_.drops += broker.drop(random_);
    return;
  }
  if (chance < 80) return move_node();
}

// A node that goes, or comes, and may say so; or somebody who says it of a node and it is not true.
void FederationSim::move_node() {
  using federation::LifeSign;
  const std::string node = node_name(random_.below(kNodes));
  const auto any = static_cast<LifeSign>(random_.below(federation::kLifeSigns));
  if (hears_ && random_.below(3) == 0) {
    give_sign(any, random_.below(10) == 0 ? "" : node);
    return;
  }
  const bool comes = collective_.absent.erase("c.node." + node) != 0;
  if (!comes) collective_.absent.insert("c.node." + node);
  if (hears_ && random_.below(2) == 0) give_sign(comes ? any : LifeSign::kShutdown, node);
}

uint64_t FederationSim::give_sign(federation::LifeSign sign, const std::string& node) {
  const std::string pattern = sign_pattern(sign);
  return collective_.deliver_to_all(pattern, pattern == "choria.lifecycle.event.startup.*"
                                                 ? "choria.lifecycle.event.startup.server"
                                                 : pattern,
                                    sign_message(sign, node));
}

void FederationSim::step() {
  federation_.pump();
  collective_.pump();
  for (const auto& relay : relays_) relay->turn(0);
  check_published();
  for (size_t i = 0; i < kNodesLookedAt; ++i) check_left_out(node_name(random_.below(kNodes)));
}

// Nobody is left out whom the broker has not called absent, whoever said what.
void FederationSim::check_left_out(const std::string& node) {
  const std::string target = "c.node." + node;
  for (size_t relay = 0; relay < relays_.size(); ++relay) {
    require(collective_.told_absent.count({relay, target}) == 1 ||
                !relays_[relay]->target_report(target).facts.left_out,
            "relay " + std::to_string(relay) + " leaves out " + target + ", which was never absent");
  }
}

void FederationSim::check_request(const PlayedBroker::Published& published) {
  const std::string id = id_of(published.payload);
  const auto found = requests_.find(id);
  if (found == requests_.end()) {  // damaged in its data: what is left are the rules
    static const auto& rules = *new federation::SubjectRules(federation::SubjectRules::targets_default());
    require(damaged_ > 0 && rules.allows(published.subject), "a request from nowhere: " + published.payload);
    return;
  }
  const bool is_first = delivered_.emplace(published.relay, id, published.subject).second;
  // A damaged copy may have other data than it seems to: only its beginning is the id.
  require(is_first || damaged_ > 0, "relay " + std::to_string(published.relay) +
                                        " sent request " + id + " twice to " + published.subject);
  if (damaged_ > 0) return;
  const Request& request = found->second;
  require(!request.forged, "a forged request was published: " + published.payload);
  require(request.targets.count(published.subject) == 1, id + " went to " + published.subject);
  require(published.payload.find("\"federation\":{\"req\":\"r\",\"reply-to\":\"" + request.reply_to +
                                 "\"}") != std::string::npos,
          "the asker is lost: " + published.payload);
  require(published.payload.find("\"reply-to\":\"choria.federation.dc1.collective\"") !=
              std::string::npos,
          "replies would not come back: " + published.payload);
}

void FederationSim::check_reply(const PlayedBroker::Published& published) {
  static const auto& rules = *new federation::SubjectRules(federation::SubjectRules::replies_default());
  // Damage may have hit the name of the asker's collective: what is left are the rules.
  const bool may_be_told = damaged_ > 0 ? rules.allows(published.subject)
                                        : published.subject.starts_with("c.reply.");
  const std::string own = absl::StrCat("\"mc_sender\":\"fed", published.relay, "\"");
  if (published.payload.find(own) != std::string::npos) {  // an error that it tells itself
    require(may_be_told, "an error was told to " + published.subject);
    ++report_.told;
    return;
  }
  const auto found = replies_.find(id_of(published.payload));
  if (found == replies_.end()) {
    require(damaged_ > 0 && may_be_told, "a reply from nowhere");
    return;
  }
  require(published.subject == found->second.asker,
          "a reply for " + found->second.asker + " went to " + published.subject);
  require(!found->second.delivered, "a reply was published twice");
  found->second.delivered = true;
}

void FederationSim::check_published() {
  for (const PlayedBroker::Published& one : collective_.take_published()) {
    check_request(one);
    ++report_.published;
  }
  for (const PlayedBroker::Published& one : federation_.take_published()) {
    check_reply(one);
    ++report_.published;
  }
}

bool FederationSim::all_connected() {
  for (const auto& relay : relays_) {
    const RelayReport report = relay->report();
    if (!report.ready() || report.sides[0].queue_bytes + report.sides[1].queue_bytes > 0) return false;
  }
  return federation_.subscribed() == relays_.size() &&
         collective_.subscribed() == relays_.size() && federation_.is_quiet() &&
         collective_.is_quiet();
}

void FederationSim::heal() {
  const int64_t end_ms = steady_now().ms() + kHealMsMax;
  const auto in_time = [&] { return steady_now().ms() < end_ms; };
  do {
    federation_.set_stalled(false);
    collective_.set_stalled(false);
    step();
  } while (!all_connected() && in_time());
  require(all_connected(), "the relays do not come back");
  // A node that is there again is asked again when its absence has expired, at the latest.
  collective_.absent.clear();
  const int64_t expired_ms = steady_now().ms() + (limited_ ? kRefillMs : kAbsenceMs) + 1;
  while (steady_now().ms() <= expired_ms) step();
  while (!all_connected() && in_time()) step();
  send_request(false);
  const std::string request = requests_.rbegin()->first;
  send_reply();
  const std::string reply = replies_.rbegin()->first;
  while (!(has_arrived(request) && replies_[reply].delivered) && in_time()) step();
  require(has_arrived(request) && replies_[reply].delivered, "messages do not flow again");
}

uint64_t FederationSim::signs_taken() const {
  uint64_t count = 0;
  for (const auto& relay : relays_) {
    const federation::PlacementCounts counts = relay->report().placement;
    for (const uint64_t sign : counts.signs) count += sign;
    count += counts.nameless;
  }
  return count;
}

// Forged ends take nobody out; and nobody who was heard from is left out, however late the broker
// called him absent.
void FederationSim::check_signs() {
  if (!hears_) return;
  const int64_t end_ms = steady_now().ms() + kHealMsMax;
  const auto take_all = [&](uint64_t before, uint64_t given) {
    while (signs_taken() < before + given && steady_now().ms() < end_ms) step();
    require(signs_taken() >= before + given, "signs of nodes are not taken");
  };
  uint64_t before = signs_taken();
  uint64_t given = 0;
  for (uint64_t node = 0; node < kNodes; ++node) {
    given += give_sign(federation::LifeSign::kShutdown, node_name(node));
  }
  take_all(before, given);
  collective_.told_absent.clear();  // nobody is absent, and was not for longer than that is believed
  for (uint64_t node = 0; node < kNodes; ++node) check_left_out(node_name(node));
  if (!roomy_) return;
  const std::string node = node_name(random_.below(kNodes));
  before = signs_taken();
  take_all(before, give_sign(static_cast<federation::LifeSign>(random_.below(3)), node));
  collective_.absent.insert("c.node." + node);
  const std::string target = "c.node." + node;
  const int64_t refilled_ms = steady_now().ms() + kRefillMs;
  while (limited_ && steady_now().ms() <= refilled_ms) step();
  send_request_to({target});
  while (collective_.told_absent.empty() && steady_now().ms() < end_ms) step();
  while (!all_connected() && steady_now().ms() < end_ms) step();
  collective_.absent.clear();
  for (const auto& relay : relays_) {
    require(!relay->target_report(target).facts.left_out, node + " was heard from and is left out");
  }
}

bool FederationSim::has_arrived(const std::string& request) const {
  size_t targets = 0;
  for (size_t relay = 0; relay < relays_.size(); ++relay) {
    for (const std::string& target : requests_.at(request).targets) {
      targets += delivered_.count({relay, request, target});
    }
  }
  return targets == requests_.at(request).targets.size();
}

void FederationSim::check_counts(const RelayReport& report) {
  for (const federation::DirectionCounts& counts : report.directions) {
    uint64_t refused = 0;
    for (const uint64_t count : counts.refused) refused += count;
    require(counts.received == counts.forwarded + refused, "a message is not accounted for");
    report_.refused += refused;
    report_.duplicates += counts.duplicate_targets;
    report_.elsewhere += counts.elsewhere_targets;
    report_.limited += counts.refused[static_cast<size_t>(federation::Refusal::kRateLimited)];
    report_.discarded += counts.refused[static_cast<size_t>(federation::Refusal::kQueueFull)];
  }
  for (const federation::SideCounts& side : report.sides) {
    require(side.queue_bytes_high <= kQueueBytesHighMax, "a queue beyond its bound");
    report_.pauses += side.pauses;
  }
}

FederationReport FederationSim::run() {
  heal();
  for (size_t i = 0; i < kActions; ++i) {
    act();
    if (random_.below(2) == 0) step();
  }
  heal();
  check_signs();
  report_.signs = signs_taken();
  for (const auto& relay : relays_) check_counts(relay->report());
  return report_;
}

}  // namespace antiphon::sim
