// What happens to a simulated federation: messages, nodes, brokers and relays that come and go.
#include <absl/strings/str_cat.h>

#include <iterator>

#include "tests/sim/federation_sim.h"

namespace antiphon::sim {
namespace {

using federation::Direction;
using federation::LifeSign;

constexpr std::string_view kForgedTargets[] = {"choria.federation.dc1.federation", "c.reply.h.i",
                                               "$SYS.node.x", "c.node.>",
                                               "choria.lifecycle.event.x"};
constexpr std::string_view kForgedAskers[] = {"choria.federation.dc1.collective", "c.node.n1",
                                              "$SYS.reply.x", "c.reply.*", "dc1.lifecycle"};
constexpr uint64_t kAskers = 20;
constexpr size_t kQuestionsMax = 12;  // more than a relay has records
constexpr int64_t kJumpMsMax = 150'000;

}  // namespace

void FederationSim::act() {
  PlayedBroker& broker = some_broker();
  const uint64_t chance = random_.below(100);
  if (chance < 25) return send_request(false);
  if (chance < 45) return send_reply(false);
  if (chance < 52) return repeat();
  if (chance < 55) return send_request(true);
  if (chance < 57) return send_reply(true);
  if (chance < 60) return send_round_again();
  if (chance < 64) return options_.damaging ? send_damaged() : step();
  if (chance < 72) return stall(broker, &PlayedLink::reads);
  if (chance < 78) return stall(broker, &PlayedLink::sends);
  if (chance < 80) {
    if (broker.links() == 0) return;
    const size_t dropped = random_.below(broker.links());
    if (!broker.link(dropped).is_open()) return;
    ++count("connections dropped");
    return broker.drop(dropped);
  }
  if (chance < 88) return move_node();
  if (chance < 90) return options_.leaving ? leave() : step();
  if (chance < 92) {
    broker.takes_connections = !broker.takes_connections || !one_in(4);
    return;
  }
  if (chance < 93 && options_.jumping) {
    pass_time(1 + static_cast<int64_t>(random_.below(kJumpMsMax)));
  }
}

// ---- Messages ----------------------------------------------------------------------------------

void FederationSim::give(FederatedMessage message, bool is_forged) {
  message.id = id_text(++ids_);
  message.version = one_in(2) ? TransportVersion::kV1 : TransportVersion::kV2;
  const bool is_large = options_.large && one_in(2);
  message.more_bytes = is_large ? kSimLargeBytes : random_.below(kSimSmallBytes / 4) * 4;
  if (message.request_id.empty()) message.request_id = absl::StrCat("r", ids_);
  oracle_.gave(message, is_forged);
  put_in(message, message.text());
}

void FederationSim::put_in(const FederatedMessage& message, const std::string& text) {
  const bool is_request = message.direction == Direction::kRequest;
  const size_t side = is_request ? 0 : 1;
  const auto taker = brokers_[side].deliver(is_request ? kRequestsSubject : kRepliesSubject, text,
                                            random_);
  if (is_request) {
    for (const PlayedBroker::Copy& copy : federation().last_copies()) {
      oracle_.copied(message.id, copy);
    }
  }
  if (!taker) return;
  trace_.add(is_request ? "request " : "reply ", message.id, " to fed", *taker);
  oracle_.handed(message.id, *taker);
  if (!is_request && (message.is_unasked || message.answers.empty() ||
                      !oracle_.will_know(message.answers, *taker, federation()))) {
    ++may_be_unknown_[*taker];
  }
  ++handed_[side][*taker];
  ++count(is_request ? "requests" : "replies");
}

void FederationSim::send_request(bool is_forged) {
  std::set<std::string> chosen;
  const size_t targets = 1 + random_.below(kSimTargetsMax);
  while (chosen.size() < targets) chosen.insert(node_target(random_.below(kSimNodes)));
  send_request_to({chosen.begin(), chosen.end()}, is_forged);
}

void FederationSim::send_request_to(std::vector<std::string> targets, bool is_forged) {
  FederatedMessage message;
  const Question question = some_question();
  message.asker = question.asker;
  message.request_id = question.request_id;
  message.targets = std::move(targets);
  if (is_forged) message.request_id.clear();
  if (is_forged && one_in(3)) {
    message.asker = kForgedAskers[random_.below(std::size(kForgedAskers))];
  } else if (is_forged) {
    const std::string_view forged = kForgedTargets[random_.below(std::size(kForgedTargets))];
    message.targets[random_.below(message.targets.size())] = forged;
  }
  give(std::move(message), is_forged);
}

FederationSim::Question FederationSim::some_question() {
  if (!questions_.empty() && one_in(2)) return questions_[random_.below(questions_.size())];
  if (questions_.size() == kQuestionsMax) questions_.erase(questions_.begin());
  questions_.push_back({absl::StrCat("q", ids_), absl::StrCat("c.reply.asker", random_.below(kAskers),
                                                              ".", ids_)});
  return questions_.back();
}

// Nodes answer what they were asked.
void FederationSim::send_reply(bool is_forged) {
  const std::vector<std::string>& answerable = oracle_.answerable();
  if (answerable.empty()) return;
  const auto kind = is_forged ? static_cast<ReplyKind>(1 + random_.below(3)) : ReplyKind::kHonest;
  send_reply_to(answerable[random_.below(answerable.size())], kind);
}

void FederationSim::send_reply_to(const std::string& request, ReplyKind kind) {
  FederatedMessage message;
  message.direction = Direction::kReply;
  message.asker = oracle_.message(request).asker;
  message.request_id = oracle_.message(request).request_id;
  message.answers = request;
  message.asked_through = some_relays();
  message.is_unasked = kind == ReplyKind::kUnasked || kind == ReplyKind::kOtherAsker;
  if (kind == ReplyKind::kForgedSubject) {
    message.asker = kForgedAskers[random_.below(std::size(kForgedAskers))];
  } else if (kind == ReplyKind::kUnasked) {
    message.request_id = absl::StrCat("made up ", ids_);
  } else if (kind == ReplyKind::kOtherAsker) {
    message.asker = absl::StrCat("c.reply.other.", ids_);
  }
  give(std::move(message), kind != ReplyKind::kHonest);
}

std::set<size_t> FederationSim::some_relays() {
  std::set<size_t> some;
  for (const Member& member : members_) {
    if (one_in(2)) some.insert(member.number);
  }
  return some;
}

// A message that some relays have passed on already comes again: two networks are joined twice.
void FederationSim::send_round_again() {
  FederatedMessage message;
  const std::vector<std::string>& answerable = oracle_.answerable();
  message.been_through = some_relays();
  if (answerable.empty() || one_in(2)) {
    message.asker = absl::StrCat("c.reply.asker", random_.below(kAskers), ".", ids_);
    message.targets = {node_target(random_.below(kSimNodes))};
  } else {
    message.direction = Direction::kReply;
    message.answers = answerable[random_.below(answerable.size())];
    message.asker = oracle_.message(message.answers).asker;
    message.request_id = oracle_.message(message.answers).request_id;
  }
  give(std::move(message), false);
}

void FederationSim::repeat() {
  if (oracle_.count() == 0) return;
  const FederatedMessage& message = oracle_.message(random_.below(oracle_.count()));
  // Replies are not remembered: a node that answers twice is heard twice.
  if (message.direction == Direction::kRequest) put_in(message, message.text());
}

void FederationSim::send_damaged() {
  if (oracle_.count() == 0) return;
  FederatedMessage message = oracle_.message(oracle_.count() - 1);
  std::string copy = message.text();
  for (uint64_t left = 1 + random_.below(3); left > 0; --left) {
    const size_t at = random_.below(copy.size());
    copy[at] = static_cast<char>(random_.below(256));
  }
  oracle_.gave_damaged(message, copy);
  if (one_in(2)) message.direction = one_in(2) ? Direction::kRequest : Direction::kReply;
  put_in(message, copy);
}

// ---- Connections -------------------------------------------------------------------------------

// All of a broker's connections stand still in one direction, or one of them does; or some go on.
void FederationSim::stall(PlayedBroker& broker, bool PlayedLink::*does) {
  if (broker.links() == 0) return;
  const uint64_t how = random_.below(4);
  if (how == 0) {
    for (size_t i = 0; i < broker.links(); ++i) broker.link(i).*does = false;
  } else if (how == 1) {
    broker.link(random_.below(broker.links())).*does = false;
  } else {
    for (size_t i = 0; i < broker.links(); ++i) {
      if (!one_in(2)) continue;
      PlayedLink& link = broker.link(i);
      const bool is_late = does == &PlayedLink::sends && !link.sends && !link.outbox.empty();
      count("backlogs delivered late") += is_late;
      link.*does = true;
    }
  }
}

void FederationSim::leave() {
  Member& member = members_[random_.below(members_.size())];
  if (member.is_leaving) return;
  trace_.add("fed", member.number, " is to leave");
  member.is_leaving = true;
  member.relay->stop();
}

// ---- Nodes -------------------------------------------------------------------------------------

// A node that goes, or comes, and may say so; or somebody who says it of a node and it is not true.
void FederationSim::move_node() {
  const uint64_t number = random_.below(kSimNodes);
  const std::string node = node_name(number);
  const auto any = static_cast<LifeSign>(random_.below(federation::kLifeSigns));
  if (options_.hears && one_in(3)) {
    give_sign(any, one_in(10) ? "" : node);
    return;
  }
  const bool comes = collective().absent.erase(node_target(number)) != 0;
  if (!comes) collective().absent.insert(node_target(number));
  trace_.add(node, comes ? " comes" : " goes");
  if (options_.hears && one_in(2)) give_sign(comes ? any : LifeSign::kShutdown, node);
}

uint64_t FederationSim::give_sign(LifeSign sign, const std::string& node) {
  trace_.add(std::string(federation::life_sign_name(sign)), " of ", node);
  return collective().deliver_to_all(sign_pattern(sign), sign_subject(sign),
                                     sign_message(sign, node));
}

}  // namespace antiphon::sim
