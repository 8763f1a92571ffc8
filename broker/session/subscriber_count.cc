#include "broker/session/subscriber_count.h"

#include "broker/session/session.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

bool is_within(const Subscription& subscription, const SubscriberQuery& query) {
  const std::string_view queue =
      subscription.queue == nullptr ? std::string_view() : subscription.queue->name;
  return (!query.queue || *query.queue == queue) &&
         subject_covers(query.subject, subscription.entry->subject());
}

}  // namespace

uint64_t subscribers_reached(Shard& shard, AccountId account, const SubscriberQuery& query) {
  uint64_t count = 0;
  for (const SubjectEntry* entry : shard.account(account).sublist.match(query.subject)) {
    if (!query.queue) count += entry->plain.size();
    if (entry->queues == nullptr) continue;
    for (const auto& group : *entry->queues) {
      if (!query.queue || *query.queue == group->name) count += group->members.size();
    }
  }
  return count;
}

uint64_t subscribers_within(Shard& shard, const Session& session, AccountId account,
                            const SubscriberQuery& query) {
  uint64_t count = 0;
  const ShadowTable& shadows = shard.account(session.account).shadows;
  for (const auto& subscription : session.subscriptions) {
    if (session.account == account) count += is_within(*subscription, query);
    const auto found = shadows.find(subscription.get());
    if (found == shadows.end()) continue;
    for (const auto& shadow : found->second) {
      if (shadow->import->exporter == account) count += is_within(*shadow, query);
    }
  }
  return count;
}

}  // namespace antiphon
