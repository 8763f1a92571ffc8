#include "broker/session/subscribe.h"

#include <absl/strings/str_cat.h>

#include "broker/session/account_limits.h"
#include "broker/session/adopt_permissions.h"
#include "broker/session/flush.h"
#include "broker/session/interest_exchange.h"
#include "broker/session/session_log.h"
#include "broker/session/shadow.h"
#include "protocol/bytes/json_text.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/error_text.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

// The queue name that only servers use.
constexpr std::string_view kSystemQueue = "_sys_";

std::string subscription_violation(const ClientFrame& frame) {
  std::string text = "Permissions Violation for Subscription to ";
  append_go_quoted(text, frame.subject);
  return text;
}

std::string queue_violation(const ClientFrame& frame) {
  std::string text = subscription_violation(frame) + " using queue ";
  append_go_quoted(text, frame.queue);
  return text;
}

bool is_permitted(const Session& session, const ClientFrame& frame) {
  if (frame.queue == kSystemQueue) return false;
  return !session.has_permissions ||
         session.permissions->rules().may_subscribe(frame.subject, frame.queue);
}

void refuse_permission(Shard& shard, Session& session, const ClientFrame& frame) {
  std::string log = "Subscription Violation - Subject ";
  append_go_quoted(log, frame.subject);
  if (!frame.queue.empty()) {
    log += ", Queue: ";
    append_go_quoted(log, frame.queue);
  }
  log_error(shard, session, absl::StrCat(log, ", SID ", to_absl(frame.sid)));
  queue_error(shard, session,
              frame.queue.empty() ? subscription_violation(frame) : queue_violation(frame));
}

// Why a subscription is refused, other than for its subject; empty when it is not.
std::string refusal(const Shard& shard, const Session& session, const ClientFrame& frame) {
  const SessionSettings& settings = *shard.settings;
  if (settings.subscription_tokens_max != 0 &&
      token_count(frame.subject) > settings.subscription_tokens_max) {
    return subscription_violation(frame) + ", too many tokens";
  }
  if (session.subscriptions.size() >= subscriptions_max(shard, session)) {
    return std::string(error_text::kMaximumSubscriptions);
  }
  return {};
}

}  // namespace

void subscribe(Shard& shard, Session& session, const ClientFrame& frame) {
  if (!is_permitted(session, frame)) return refuse_permission(shard, session, frame);
  const std::string refused = refusal(shard, session, frame);
  if (!refused.empty()) {
    log_error(shard, session, refused);
    queue_error(shard, session, refused);
    return;
  }
  // The same sid again keeps the first subscription.
  if (session.subscriptions.find(frame.sid) == nullptr) {
    if (frame.has_cr_or_nul || !is_valid_subject(frame.subject)) {
      queue_error(shard, session, error_text::kInvalidSubject);
      return;
    }
    fanout_commit(shard, CommitTime::kMidTurn);
    Subscription& added = session.subscriptions.add(&session, frame.sid);
    AccountState& account = shard.account(session.account);
    const InterestChange change = account.sublist.insert(added, frame.subject, frame.queue);
    if (session.has_permissions) watch_if_needed(shard, session, added);
    announce_change(shard, session, session.account, change, frame.subject, frame.queue, 1);
    if (account.rules != nullptr) add_shadows(shard, account, added);
  }
  if (session.verbose) queue_text(shard, session, "+OK\r\n");
}

void unsubscribe(Shard& shard, Session& session, const ClientFrame& frame) {
  fanout_commit(shard, CommitTime::kMidTurn);
  if (session.is_closing()) return;
  if (Subscription* subscription = session.subscriptions.find(frame.sid)) {
    const bool later = frame.max_messages > 0 &&
                       static_cast<uint64_t>(frame.max_messages) > subscription->delivered;
    if (later) {
      shard.account(session.account)
          .sublist.limit(*subscription, static_cast<uint64_t>(frame.max_messages));
    } else {
      trace_removal(shard, session, subscription->sid.text());
      remove_subscription(shard, *subscription);
    }
  }
  if (session.verbose) queue_text(shard, session, "+OK\r\n");
}

void remove_subscription(Shard& shard, Subscription& subscription) {
  fanout_commit(shard, CommitTime::kMidTurn);
  Session& session = *subscription.session;
  // Copies: with the last subscription the entry and the group go too.
  const std::string subject(subscription.entry->subject());
  const std::string queue = subscription.queue == nullptr ? "" : subscription.queue->name;
  AccountState& account = shard.account(session.account);
  if (!account.shadows.empty()) remove_shadows(shard, account, subscription);
  const InterestChange change = account.sublist.remove(subscription);
  announce_change(shard, session, session.account, change, subject, queue, 0);
  session.subscriptions.erase(subscription);
}

size_t drop_some_subscriptions(Shard& shard, Session& session, size_t most) {
  size_t dropped = 0;
  for (; dropped < most && !session.subscriptions.empty(); ++dropped) {
    remove_subscription(shard, **(session.subscriptions.end() - 1));
  }
  if (session.subscriptions.empty()) session.subscriptions.clear();
  return dropped;
}

}  // namespace antiphon
