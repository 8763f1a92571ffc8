#include "tests/sim/federation_oracle.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>

#include "federation/envelope/subject_rules.h"
#include "tests/sim/played_time.h"
#include "tests/sim/violation.h"

namespace antiphon::sim {
namespace {

using federation::Direction;
using federation::SubjectRules;

bool is_target(std::string_view subject) {
  static const auto& rules = *new SubjectRules(SubjectRules::targets_default());
  return rules.allows(subject);
}

bool is_reply_subject(std::string_view subject) {
  static const auto& rules = *new SubjectRules(SubjectRules::replies_default());
  return rules.allows(subject);
}

}  // namespace

void FederationOracle::gave(FederatedMessage message, bool is_forged) {
  const std::string id = message.id;
  messages_.emplace(id, Known{std::move(message), is_forged, PlayedTime::now_ms(), {}, {}, {}});
}

void FederationOracle::copied(const std::string& id, const PlayedBroker::Copy& copy) {
  messages_.at(id).copies.push_back(copy);
}

bool FederationOracle::will_know(const std::string& request, size_t relay,
                                 const PlayedBroker& federation) const {
  const Known& known = messages_.at(request);
  for (const auto& [published, times] : known.published) {
    if (published.first == relay && times > 0) return true;
  }
  return std::any_of(known.copies.begin(), known.copies.end(), [&](const auto& copy) {
    return copy.relay == relay && federation.is_sent(copy);
  });
}

uint64_t FederationOracle::unasked_passed(size_t relay) const {
  const auto found = unasked_passed_.find(relay);
  return found == unasked_passed_.end() ? 0 : found->second;
}

void FederationOracle::handed(const std::string& id, size_t relay) {
  messages_.at(id).handed[relay].push_back(++handings_);
}

void FederationOracle::gave_damaged(const FederatedMessage& message, std::string_view copy) {
  damaged_.insert({message.id, id_of(copy)});
}

// Null for a message that nobody has given so; then it is a damaged one's.
FederationOracle::Known* FederationOracle::find(const PlayedBroker::Published& published) {
  const auto found = messages_.find(id_of(published.payload));
  if (found != messages_.end()) return &found->second;
  require(!damaged_.empty(), "a message from nowhere: " + published.payload);
  return nullptr;
}

const FederatedMessage& FederationOracle::message(size_t index) const {
  return std::next(messages_.begin(), static_cast<ptrdiff_t>(index))->second.message;
}

void FederationOracle::check_hops(const Known& known,
                                  const PlayedBroker::Published& published) const {
  const std::string name = relay_identity(published.relay);
  require(known.message.been_through.count(published.relay) == 0,
          absl::StrCat("a loop: ", name, " passes on ", known.message.id, " again"));
  const std::string hop = own_hop_begin(published.relay, known.message.direction);
  require(count_of(published.payload, hop) == 1,
          absl::StrCat(name, " does not stand once in the trace of ", published.payload));
}

// One that was handed over more than once stands for the earliest time that fits. Replies may have
// waited for their requests, so only those to one request have an order.
void FederationOracle::check_order(const Known& known,
                                   const PlayedBroker::Published& published) {
  const bool is_reply = known.message.direction == Direction::kReply;
  const std::string of =
      is_reply ? known.message.request_id + " " + known.message.asker : std::string();
  uint64_t& last = last_[{known.message.direction, published.relay, published.link, of}];
  const auto found = known.handed.find(published.relay);
  require(found != known.handed.end(),
          absl::StrCat(known.message.id, " was published by ", relay_identity(published.relay),
                       ", which never had it"));
  const auto& times = found->second;
  const auto fits = std::lower_bound(times.begin(), times.end(), last);
  require(fits != times.end(),
          absl::StrCat(relay_identity(published.relay), " has changed the order of messages: ",
                       known.message.id, " was published behind later ones"));
  last = *fits;
}

void FederationOracle::see_request(const PlayedBroker::Published& published) {
  require(is_target(published.subject), "a request was published to " + published.subject);
  Known* const found = find(published);
  if (found == nullptr) return;
  Known& known = *found;
  const std::string& id = known.message.id;
  if (known.published.empty() && !is_damaged(known)) answerable_.push_back(id);
  const uint64_t times = ++known.published[{published.relay, published.subject}];
  if (is_damaged(known)) return;
  const int64_t windows = (PlayedTime::now_ms() - known.since_ms) / replay_window_ms_;
  require(times <= 1 + static_cast<uint64_t>(windows),
          absl::StrCat(relay_identity(published.relay), " sent request ", id, " ", times,
                       " times to ", published.subject));
  require(known.message.direction == Direction::kRequest, id + " is no request");
  require(!known.is_forged, "a forged request was published: " + published.payload);
  const std::vector<std::string>& targets = known.message.targets;
  require(std::find(targets.begin(), targets.end(), published.subject) != targets.end(),
          id + " went to " + published.subject);
  require(count_of(published.payload, federation_header_of(known.message)) == 1,
          "the asker is lost: " + published.payload);
  require(count_of(published.payload, reply_header_of(known.message)) == 1,
          "replies would not come back: " + published.payload);
  check_hops(known, published);
  check_order(known, published);
}

bool FederationOracle::see_reply(const PlayedBroker::Published& published) {
  // Damage may have hit the name of the asker's collective.
  require(!damaged_.empty() ? is_reply_subject(published.subject)
                            : published.subject.starts_with("c.reply."),
          "a reply was published to " + published.subject);
  if (is_own_reply(published.relay, published.payload)) return true;
  Known* const found = find(published);
  if (found == nullptr) return false;
  Known& known = *found;
  const uint64_t times = ++known.published[{published.relay, published.subject}];
  if (is_damaged(known)) return false;
  const std::string& id = known.message.id;
  require(known.message.direction == Direction::kReply, id + " is no reply");
  require(!known.is_forged || known.message.is_unasked,
          "a forged reply was published: " + published.payload);
  if (known.message.is_unasked) ++unasked_passed_[published.relay];
  require(published.subject == known.message.asker,
          "reply " + id + " for " + known.message.asker + " went to " + published.subject);
  require(times == 1 && known.published.size() == 1, "reply " + id + " was published twice");
  check_hops(known, published);
  check_order(known, published);
  return false;
}

bool FederationOracle::has_arrived(const std::string& id) const {
  const Known& known = messages_.at(id);
  const size_t wanted =
      known.message.direction == Direction::kRequest ? known.message.targets.size() : 1;
  return known.published.size() >= wanted;  // a damaged copy may have gone elsewhere too
}

}  // namespace antiphon::sim
