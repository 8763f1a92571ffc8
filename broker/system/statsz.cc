#include "broker/system/statsz.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "broker/monitor/json_writer.h"
#include "broker/monitor/text_forms.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

void write_traffic(JsonWriter& json, const char* name, const TrafficCounters& traffic) {
  json.begin_object(name);
  json.field("msgs", traffic.messages);
  json.field("bytes", traffic.bytes);
  json.end_object();
}

// Of clients: there are no other connections yet.
void write_by_kind(JsonWriter& json, const char* name, uint64_t clients) {
  if (clients == 0) return;
  json.begin_object(name);
  json.field("clients", clients);
  for (const char* kind : {"routes", "gateways", "leafs"}) json.field(kind, 0);
  json.end_object();
}

}  // namespace

std::string statsz_json(const ServerTotals& totals, int64_t active_accounts) {
  const ShardCounters& counters = totals.total.counters;
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.field("start", time_text(totals.server.start_ns));
  json.field("mem", totals.process.resident_bytes);
  json.field("cores", totals.process.cores);
  json.field("cpu", totals.process.cpu_percent);
  json.field("connections", totals.connections);
  json.field("total_connections", totals.total_connections);
  json.field("active_accounts", active_accounts);
  json.field("subscriptions", totals.total.sublist.subscriptions);
  write_traffic(json, "sent", counters.sent);
  write_traffic(json, "sent_to_clients", counters.sent);
  write_traffic(json, "received", counters.received);
  write_traffic(json, "received_from_clients", counters.received);
  json.field("slow_consumers", counters.slow_consumers);
  write_by_kind(json, "slow_consumer_stats", counters.slow_consumers);
  json.optional_field("stale_connections", counters.stale_connections);
  write_by_kind(json, "stale_connection_stats", counters.stale_connections);
  json.field("active_servers", 1);
  json.field("gomaxprocs", totals.shards.size());
  json.end_object();
  return out;
}

std::string statsz_answer_json(ServerView& view, ProcessUsage& usage, std::string_view server) {
  const auto accounts = view.accounts();
  const auto active = std::count_if(
      accounts.begin(), accounts.end(),
      [](const AccountFacts& account) { return account.connections > 0; });
  return absl::StrCat("{\"server\":", to_absl(server), ",\"statsz\":",
                      statsz_json(gather_totals(view, usage, {}), active), "}");
}

}  // namespace antiphon
