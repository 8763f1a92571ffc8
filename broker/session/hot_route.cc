#include "broker/session/hot_route.h"

#include <cstring>

#include "broker/buffer/buffer_limits.h"
#include "broker/session/flush.h"
#include "broker/session/shard.h"
#include "protocol/nats/message.h"

namespace antiphon {

bool publish_hot(Shard& shard, Session& session, const ClientFrame& frame) {
  HotRoute& route = shard.hot_route;
  if (route.reader == nullptr || frame.tail.empty() || frame.verb != Verb::kPub ||
      frame.subject.size() != route.subject_bytes) {
    return false;
  }
  AccountState& account = shard.account(session.account);
  if (route.sublist != &account.sublist || route.sublist_changes != account.sublist.changes() ||
      std::memcmp(frame.subject.data(), route.prefix + 4, route.subject_bytes) != 0) {
    return false;
  }
  Session& reader = *route.reader->session;
  if (!reader.can_receive() || (&reader == &session && !session.echo) || shard.fanout.is_open()) {
    return false;
  }
  char* out = reader.out.reserve(shard.pool, route.prefix_bytes + frame.tail.size());
  std::memcpy(out, route.prefix, route.prefix_bytes);
  std::memcpy(out + route.prefix_bytes, frame.tail.data(), frame.tail.size());
  const size_t payload = frame.payload.size();
  ++route.reader->delivered;
  ++reader.sent.messages;
  reader.sent.bytes += payload;
  ++shard.counters.sent.messages;
  shard.counters.sent.bytes += payload;
  reader.last_activity_ns = shard.wall_ns;
  if (!reader.dirty || reader.out.pending_bytes() >= kFlushBytes) after_queueing(shard, reader);
  return true;
}

void remember_route(Shard& shard, const Sublist& sublist, std::string_view subject,
                    const MatchResult& entries) {
  HotRoute& route = shard.hot_route;
  route.reader = nullptr;
  route.permitted = {};
  if (!shard.is_alone() || entries.size() != 1) return;
  if (subject.starts_with('$')) return;  // the server may have something to say to it
  const SubjectEntry& entry = *entries.front();
  if (entry.plain.size() != 1 || entry.queues != nullptr || entry.limited != 0) return;
  if (shard.services.log != nullptr && shard.services.log->trace_enabled()) return;
  Message message;
  message.subject = subject;
  const std::string_view sid = entry.plain.front()->sid.text();
  const size_t bytes = message_prefix_bytes(message, sid);
  if (bytes > HotRoute::kPrefixBytesMax) return;
  write_message_prefix(route.prefix, message, sid);
  route.prefix_bytes = static_cast<uint32_t>(bytes);
  route.subject_bytes = static_cast<uint32_t>(subject.size());
  route.sublist = &sublist;
  route.sublist_changes = sublist.changes();
  route.reader = entry.plain.front();
}

}  // namespace antiphon
