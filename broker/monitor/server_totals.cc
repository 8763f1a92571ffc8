#include "broker/monitor/server_totals.h"

#include <algorithm>

#include "broker/runtime/clock.h"

namespace antiphon {
namespace {

void add(ShardCounters& sum, const ShardCounters& shard) {
  sum.received.messages += shard.received.messages;
  sum.received.bytes += shard.received.bytes;
  sum.sent.messages += shard.sent.messages;
  sum.sent.bytes += shard.sent.bytes;
  sum.slow_consumers += shard.slow_consumers;
  sum.stale_connections += shard.stale_connections;
  for (size_t i = 0; i < kCloseReasons; ++i) sum.closed[i] += shard.closed[i];
  sum.batches_relayed += shard.batches_relayed;
  sum.queue_picks_forwarded += shard.queue_picks_forwarded;
  sum.queue_picks_lost += shard.queue_picks_lost;
  sum.replies_expired += shard.replies_expired;
  sum.replies_displaced += shard.replies_displaced;
  sum.replies_dropped += shard.replies_dropped;
  sum.accounts_not_pinned += shard.accounts_not_pinned;
  sum.callouts_asked += shard.callouts_asked;
  sum.callouts_expired += shard.callouts_expired;
  sum.callouts_unheard += shard.callouts_unheard;
  sum.callouts_refused += shard.callouts_refused;
  sum.fences += shard.fences;
  sum.reads_paused += shard.reads_paused;
  sum.accepts_paused += shard.accepts_paused;
}

void add(SublistCounters& sum, const SublistCounters& shard) {
  sum.subscriptions += shard.subscriptions;
  sum.inserts += shard.inserts;
  sum.removes += shard.removes;
  sum.matches += shard.matches;
  sum.cache_hits += shard.cache_hits;
}

}  // namespace

ShardFacts total_of(const std::vector<ShardFacts>& shards) {
  ShardFacts total;
  for (const ShardFacts& shard : shards) {
    add(total.counters, shard.counters);
    add(total.sublist, shard.sublist);
    total.cached_matches += shard.cached_matches;
    total.cached_fanout_max = std::max(total.cached_fanout_max, shard.cached_fanout_max);
    total.cached_fanout_sum += shard.cached_fanout_sum;
    total.sessions += shard.sessions;
    total.waiting_logins += shard.waiting_logins;
    total.buffer_bytes += shard.buffer_bytes;
    total.stranger_bytes += shard.stranger_bytes;
    total.stranger_bytes_max += shard.stranger_bytes_max;
  }
  return total;
}

ServerTotals gather_totals(ServerView& view, ProcessUsage& usage, RequestCounts requests) {
  ServerTotals totals;
  totals.server = view.facts();
  totals.options = view.options();
  totals.shards = view.shards({});
  totals.total = total_of(totals.shards);
  totals.connections = view.connections();
  totals.total_connections = view.total_connections();
  totals.process = usage.now();
  totals.requests = std::move(requests);
  totals.now_ns = wall_now_ns();
  return totals;
}

}  // namespace antiphon
