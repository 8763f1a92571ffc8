#include "broker/session/route.h"

#include "broker/session/deliver.h"
#include "broker/session/hot_route.h"
#include "broker/session/relay.h"

namespace antiphon {
namespace {

// Delivers on this shard alone: to plain subscribers and one member of each queue group.
bool deliver_here(Shard& shard, AccountState& account, Session* sender, const Message& message) {
  const MatchResult& entries = account.sublist.match(message.subject);
  bool has_queues = false;
  for (const SubjectEntry* entry : entries) has_queues |= entry->queues != nullptr;
  if (!has_queues) {
    // The server's own subjects are always looked at.
    if (!message.subject.starts_with("$SYS.")) {
      remember_route(shard, account.sublist, message.subject, entries);
    }
    return deliver_plain(shard, account, entries, sender, message);
  }
  bool delivered = false;
  // The names are copied too: the last member of a group may leave with this message.
  NameList& names = shard.queue_names;
  names.clear();
  for (const SubjectEntry* entry : entries) {
    for (size_t i = 0; i < entry->queue_count(); ++i) names.add((*entry->queues)[i]->name);
  }
  for (const std::string& name : names) {
    const MatchResult current = account.sublist.match(message.subject);
    delivered |= deliver_to_queue(shard, account, current, name, sender, message);
  }
  const MatchResult current = account.sublist.match(message.subject);
  return deliver_plain(shard, account, current, sender, message) || delivered;
}

}  // namespace

bool route_message(Shard& shard, AccountState& account, Session* sender, const Message& message,
                   ShardMask also, ShardMask& relayed_to) {
  if (shard.is_alone()) return deliver_here(shard, account, sender, message);
  return route_everywhere(shard, account, sender, message, also, relayed_to);
}

}  // namespace antiphon
