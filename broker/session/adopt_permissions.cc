#include "broker/session/adopt_permissions.h"

#include <absl/strings/str_cat.h>

#include <vector>

#include "broker/session/fanout.h"
#include "broker/session/flush.h"
#include "broker/session/session_log.h"
#include "broker/session/subscribe.h"
#include "protocol/bytes/json_text.h"

namespace antiphon {
namespace {

std::string_view queue_of(const Subscription& subscription) {
  return subscription.queue == nullptr ? std::string_view() : subscription.queue->name;
}

bool are_same(const SessionPermissions* had, const Permissions* has) {
  if (had == nullptr || has == nullptr) return (had == nullptr) == (has == nullptr);
  return had->rules().settings() == has->settings();
}

void take_away(Shard& shard, Session& session, Subscription& subscription) {
  std::string which;
  append_go_quoted(which, subscription.entry->subject());
  if (subscription.queue != nullptr) {
    which += " using queue ";
    append_go_quoted(which, subscription.queue->name);
  }
  which += " (sid ";
  append_go_quoted(which, subscription.sid.text());
  which += ")";
  log_notice(shard, session, absl::StrCat("Removed sub ", which, " - not authorized"));
  remove_subscription(shard, subscription);
  queue_error(shard, session, absl::StrCat("Permissions Violation for Subscription to ", which));
}

// A subscription with a maximum is looked at anyway, and keeps it.
void watch(Shard& shard, Session& session, Subscription& subscription, bool watched) {
  const uint64_t wanted = watched ? kNeverReached : 0;
  const bool has_maximum =
      subscription.max_messages != 0 && subscription.max_messages != kNeverReached;
  if (has_maximum || subscription.max_messages == wanted) return;
  shard.account(session.account).sublist.limit(subscription, wanted);
}

}  // namespace

void watch_if_needed(Shard& shard, Session& session, Subscription& subscription) {
  const bool watched =
      session.permissions != nullptr &&
      must_watch(*session.permissions, subscription.entry->subject(), queue_of(subscription));
  watch(shard, session, subscription, watched);
}

void adopt_permissions(Shard& shard, Session& session,
                       const std::shared_ptr<const Permissions>& permissions) {
  if (are_same(session.permissions.get(), permissions.get())) return;
  fanout_commit(shard, CommitTime::kMidTurn);
  session.permissions =
      permissions == nullptr ? nullptr : std::make_unique<SessionPermissions>(permissions);
  session.has_permissions = permissions != nullptr;
  shard.hot_route.permitted = {};
  std::vector<Subscription*> forbidden;
  for (const auto& subscription : session.subscriptions) {
    const bool allowed =
        permissions == nullptr ||
        permissions->may_subscribe(subscription->entry->subject(), queue_of(*subscription));
    if (allowed) {
      watch_if_needed(shard, session, *subscription);
    } else {
      forbidden.push_back(&*subscription);
    }
  }
  for (Subscription* subscription : forbidden) take_away(shard, session, *subscription);
}

}  // namespace antiphon
