// What a Relay holds replies against: the requests that it takes, and copies of those that others of
// its cluster take.
//
// MODEL: a reply passes if its request is known and its asker is who asked. One whose request is not
// known waits a moment for the copy (memory/early_replies.h), and is refused then; unless this relay
// cannot know it: others share the work, and it has listened for a shorter time than requests are
// answered in; or the memory had to forget; or its broker lets it hear no copies.
#include <absl/strings/str_cat.h>

#include "federation/relay/relay.h"

namespace antiphon::federation {

// ---- Copies ------------------------------------------------------------------------------------

// As soon as the federation's broker is there, and for as long as it is: what is asked while the
// collective is away is answered later.
void Relay::listen_to_all_requests() {
  hearing_ = Hearing::kOff;
  last_request_.forget();
  if (!holds_replies_against_requests() || stage_ != Stage::kRunning) return;
  hearing_ = Hearing::kNotYet;
  listens_since_ms_ = loop_.now().ms();
  loop_.send(id_of(Side::kFederation),
             absl::StrCat("SUB ", link(Side::kFederation).messages, " ", kCopiesSid, "\r\n"));
}

void Relay::hear_copies() {
  if (hearing_ != Hearing::kNotYet) return;
  hearing_ = Hearing::kYes;
  listens_since_ms_ = loop_.now().ms();
}

// Brokers that name no group refuse both subscriptions in the same words, first this one.
bool Relay::is_of_copies(Side side, std::string_view complaint) const {
  const bool is_subscribed = hearing_ == Hearing::kNotYet || hearing_ == Hearing::kYes;
  return side == Side::kFederation && is_subscribed && !SideLink::is_of_group(complaint);
}

void Relay::hear_no_copies() {
  hearing_ = Hearing::kForbidden;
  // Who may not serve either is told that.
  if (link(Side::kFederation).serving) tell_what_is_forbidden();
}

void Relay::tell_what_is_forbidden() {
  if (hearing_ != Hearing::kForbidden) return;
  log_.error(absl::StrCat(
      "federation ", settings_.cluster,
      ": the login of the federation side has no permission to subscribe to ",
      link(Side::kFederation).messages,
      " without a queue group: which requests others take is not known here, and replies pass "
      "whoever has asked"));
}

void Relay::take_copy(std::string_view message) {
  ++asked_counts_.heard;
  others_.heard_copy(loop_.now().ms());
  look_for_others();
  if (last_request_.is(LastRequest::Kind::kTaken, message)) return last_request_.forget();
  note_lone_copy();
  if (!last_request_.keep(LastRequest::Kind::kCopy, message)) note_copy(message);
}

// What on_fence() is called for when the federation's side is serving.
void Relay::look_for_others() {
  if (!others_.wants_proof() || !link(Side::kFederation).serving) return;
  loop_.fence(id_of(Side::kFederation));
  others_.proof_asked();
}

// One that came by the queue group.
void Relay::note_taken(std::string_view message) {
  if (hearing_ == Hearing::kOff || hearing_ == Hearing::kForbidden) return;
  others_.took_request(loop_.now().ms());
  look_for_others();
  if (last_request_.is(LastRequest::Kind::kCopy, message)) return last_request_.forget();
  note_lone_copy();
  last_request_.keep(LastRequest::Kind::kTaken, message);
}

void Relay::note_lone_copy() {
  const std::string_view copy = last_request_.copy();
  if (copy.empty()) return;
  note_copy(copy);
  last_request_.forget();
}

// Whoever has taken it may pass on what would be refused here.
void Relay::note_copy(std::string_view message) {
  const Refusal refusal = scan_transport(message, settings_.limits, transport_);
  const bool is_read = refusal == Refusal::kNone || refusal == Refusal::kTooManyTargets;
  if (is_read && may_be_told()) note_request();
}

void Relay::note_request() {
  if (!holds_replies_against_requests()) return;
  const AskedKey key = asked_.key_of(transport_.request_id, transport_.reply_to);
  if (asked_.note(key, loop_.now().ms())) has_asked_news_ = true;
}

// ---- Replies -----------------------------------------------------------------------------------

bool Relay::may_be_unknown() const {
  const int64_t now_ms = loop_.now().ms();
  if (hearing_ == Hearing::kForbidden || asked_.has_forgotten(now_ms)) return true;
  return others_.are_known(now_ms) && now_ms - listens_since_ms_ < AskedRequests::kLifeMs;
}

// Nothing: it waits.
std::optional<Refusal> Relay::look_for_request(std::string_view reply) {
  if (!holds_replies_against_requests() || !is_open(Side::kFederation)) return Refusal::kNone;
  const AskedKey key = asked_.key_of(transport_.request_id, transport_.federation_reply_to);
  const AskedBy asked = asked_.find(key, loop_.now().ms());
  if (asked == AskedBy::kAsker) return Refusal::kNone;
  if (asked == AskedBy::kAnother) return Refusal::kOtherAsker;
  if (may_be_unknown()) {
    ++asked_counts_.unknown_passed;
    return Refusal::kNone;
  }
  if (!early_.add(key, reply)) return Refusal::kNoRequest;
  ++asked_counts_.waited;
  return std::nullopt;
}

void Relay::look_at_early_replies() {
  const bool is_read = is_open(Side::kFederation) &&
                       link(Side::kCollective).pressure.flow() != Flow::kPaused;
  early_.turn(loop_.now().ms(), is_read);
  release_early_replies();
  tell_of_unasked_replies();
}

// Also before each reply: those that have waited for the same request go first.
void Relay::release_early_replies() {
  note_lone_copy();
  if (early_.empty()) return;
  const int64_t now_ms = loop_.now().ms();
  const bool all = !is_open(Side::kFederation) || may_be_unknown();
  if (!all && !has_asked_news_ && !early_.is_any_late()) return;
  has_asked_news_ = false;
  const auto goes = [&](const EarlyReply& one) {
    return all || early_.is_late(one) || asked_.find(one.key, now_ms) != AskedBy::kNobody;
  };
  for (const EarlyReply& one : early_.take_if(goes)) settle(one);
}

// At the end: the copies of all that was asked before have been read, so what waits now waits for nothing;
// and what passes must leave before the last fence.
void Relay::settle_early_replies() {
  note_lone_copy();
  for (const EarlyReply& one : early_.take_if([](const EarlyReply&) { return true; })) settle(one);
}

void Relay::settle(const EarlyReply& reply) {
  const AskedBy asked = asked_.find(reply.key, loop_.now().ms());
  const bool is_unknown = asked == AskedBy::kNobody;
  Refusal refusal = judge(Direction::kReply, reply.message);
  if (asked == AskedBy::kAnother) refusal = Refusal::kOtherAsker;
  if (is_unknown && !may_be_unknown()) refusal = Refusal::kNoRequest;
  if (!is_open(Side::kFederation)) refusal = Refusal::kLinkDown;
  if (refusal == Refusal::kNone) {
    asked_counts_.unknown_passed += is_unknown;
    refusal = pass_reply();
  }
  directions_[static_cast<size_t>(Direction::kReply)].ended(refusal);
}

void Relay::tell_of_unasked_replies() {
  const auto& refused = directions_[static_cast<size_t>(Direction::kReply)].refused;
  const uint64_t all = refused[static_cast<size_t>(Refusal::kNoRequest)] +
                       refused[static_cast<size_t>(Refusal::kOtherAsker)];
  const int64_t now_ms = loop_.now().ms();
  if (all == unasked_told_ || now_ms - unasked_told_ms_ < kUnaskedLineEveryMs) return;
  log_.warning(absl::StrCat("federation ", settings_.cluster, ": ", all - unasked_told_,
                            " replies were refused that nobody has asked for, or somebody else "
                            "than they name"));
  unasked_told_ = all;
  unasked_told_ms_ = now_ms;
}

// ---- What is known -----------------------------------------------------------------------------

AskedCounts Relay::asked_counts() const {
  AskedCounts counts = asked_counts_;
  counts.hearing = hearing_ == Hearing::kOff || is_open(Side::kFederation) ? hearing_ : Hearing::kNotYet;
  counts.others_known = others_.are_known(loop_.now().ms());
  counts.forgotten = asked_.forgotten();
  counts.waiting = static_cast<uint32_t>(early_.count());
  return counts;
}

void Relay::ask_what_was_asked(absl::AnyInvocable<void(AskedMemory)> done) {
  loop_.post([this, done = std::move(done)]() mutable {
    const bool listens = hearing_ == Hearing::kYes && is_open(Side::kFederation);
    done({asked_, others_, listens ? listens_since_ms_ : loop_.now().ms()});
  });
}

void Relay::learn_what_was_asked(AskedMemory earlier) {
  loop_.post([this, earlier = std::move(earlier)] {
    const int64_t now_ms = loop_.now().ms();
    asked_.add_all(earlier.requests, now_ms);
    others_.take_over(earlier.others, now_ms);
    // Both were listening: nothing was missed between them.
    if (hearing_ == Hearing::kYes) {
      listens_since_ms_ = std::min(listens_since_ms_, earlier.listens_since_ms);
    }
    has_asked_news_ = true;
  });
}

}  // namespace antiphon::federation
