#include "broker/session/deliver.h"

#include "broker/session/flush.h"
#include "broker/session/session_log.h"
#include "broker/session/shadow.h"
#include "broker/session/subscribe.h"

namespace antiphon {
namespace {

// Subscriptions that reached their maximum; removed after the lists were walked.
using Expired = absl::InlinedVector<Subscription*, 4>;

// For subscriptions that are looked at one by one.
bool takes_watched(Shard& shard, const Subscription& subscription, const Message& message) {
  const Session& reader = *subscription.session;
  // What came by an imported service goes on to nobody's imported stream, as in the reference.
  if (subscription.is_shadow && message.from_service) return false;
  if (!reader.has_permissions) return true;
  const std::string_view subject =
      subscription.is_shadow ? imported_subject(shard, shadow_of(subscription), message.subject)
                             : message.subject;
  const QueueGroup* queue = subscription.queue;
  return reader.permissions->may_deliver(subject, queue == nullptr ? "" : queue->name);
}

bool takes(Shard& shard, const Subscription& subscription, const Session* publisher,
           const Message& message) {
  const Session& reader = *subscription.session;
  if (!reader.can_receive() || (&reader == publisher && !reader.echo)) return false;
  return subscription.max_messages == 0 || takes_watched(shard, subscription, message);
}

void note_expired(Subscription& subscription, Expired& expired) {
  for (const Subscription* known : expired) {
    if (known == &subscription) return;
  }
  expired.push_back(&subscription);
}

void deliver_one(Shard& shard, Subscription& subscription, const Message& message,
                 Expired& expired) {
  Session& reader = *subscription.session;
  ++subscription.delivered;
  if (subscription.max_messages != 0) {
    if (subscription.is_shadow) {
      const ShadowSubscription& shadow = shadow_of(subscription);
      Message here = message;
      here.subject = imported_subject(shard, shadow, message.subject);
      return deliver_one(shard, *shadow.origin, here, expired);
    }
    if (subscription.delivered >= subscription.max_messages) {
      note_expired(subscription, expired);
      if (subscription.delivered > subscription.max_messages) return;
    }
  }
  const std::string_view sid = subscription.sid.text();
  const size_t bytes = message_bytes(message, sid, reader.headers);
  write_message(reader.out.reserve(shard.pool, bytes), message, sid, reader.headers);
  const size_t payload = reader.headers ? message.payload.size() : message.body().size();
  ++reader.sent.messages;
  reader.sent.bytes += payload;
  ++shard.counters.sent.messages;
  shard.counters.sent.bytes += payload;
  reader.last_activity_ns = shard.wall_ns;
  trace_delivery(shard, reader, message, sid);
  if (reader.has_permissions && reader.permissions->tracks_replies() && !message.reply.empty()) {
    reader.permissions->open_reply(message.reply, shard.now);
  }
  after_queueing(shard, reader);
}

void remove_expired(Shard& shard, const Expired& expired) {
  for (Subscription* subscription : expired) remove_subscription(shard, *subscription);
}

size_t plain_readers(const MatchResult& entries) {
  size_t count = 0;
  for (const SubjectEntry* entry : entries) count += entry->plain.size();
  return count;
}

bool any_limited(const MatchResult& entries) {
  for (const SubjectEntry* entry : entries) {
    if (entry->limited != 0) return true;
  }
  return false;
}

}  // namespace

bool deliver_plain(Shard& shard, AccountState&, const MatchResult& entries, Session* publisher,
                   const Message& message) {
  const size_t readers = plain_readers(entries);
  if (readers >= Fanout::kReadersMin && !any_limited(entries)) {
    Session* excluded = publisher != nullptr && !publisher->echo ? publisher : nullptr;
    fanout_add(shard, entries, excluded, message);
    return true;
  }
  if (readers == 0) return false;
  fanout_commit(shard, CommitTime::kMidTurn);
  bool delivered = false;
  Expired expired;
  for (SubjectEntry* entry : entries) {
    for (size_t i = 0; i < entry->plain.size(); ++i) {
      Subscription& subscription = *entry->plain[i];
      if (!takes(shard, subscription, publisher, message)) continue;
      deliver_one(shard, subscription, message, expired);
      delivered = true;
    }
  }
  if (!expired.empty()) remove_expired(shard, expired);
  return delivered;
}

bool deliver_to_queue(Shard& shard, AccountState&, const MatchResult& entries,
                      std::string_view queue, Session* publisher, const Message& message) {
  absl::InlinedVector<const QueueGroup*, 4> groups;  // the group on each matching subject
  size_t members = 0;
  for (const SubjectEntry* entry : entries) {
    for (size_t i = 0; i < entry->queue_count(); ++i) {
      const QueueGroup* group = (*entry->queues)[i].get();
      if (group->name != queue) continue;
      groups.push_back(group);
      members += group->members.size();
    }
  }
  if (members == 0) return false;
  fanout_commit(shard, CommitTime::kMidTurn);
  // From a random member on, the first that can take it.
  size_t index = shard.random.below(members);
  for (size_t tried = 0; tried < members; ++tried, index = (index + 1) % members) {
    size_t offset = index;
    size_t which = 0;
    while (offset >= groups[which]->members.size()) offset -= groups[which++]->members.size();
    Subscription& member = *groups[which]->members[offset];
    if (!takes(shard, member, publisher, message)) continue;
    Expired expired;
    deliver_one(shard, member, message, expired);
    remove_expired(shard, expired);
    return true;
  }
  return false;
}

}  // namespace antiphon
