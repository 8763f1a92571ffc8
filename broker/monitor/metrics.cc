#include "broker/monitor/metrics.h"

#include "broker/monitor/exposition.h"

namespace antiphon {
namespace {

double seconds(int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

void counter(Exposition& out, const char* name, const char* help, uint64_t value) {
  out.counter(name, help);
  out.sample(value);
}

template <typename Number>
void gauge(Exposition& out, const char* name, const char* help, Number value) {
  out.gauge(name, help);
  out.sample(value);
}

void write_identity(Exposition& out, const ServerTotals& totals) {
  const ServerFacts& server = totals.server;
  out.gauge("antiphon_info", "Which server this is.");
  out.sample(1, {{"server_id", server.server_id},
                 {"server_name", server.server_name},
                 {"nats_version", server.version}});
  gauge(out, "antiphon_config_load_timestamp_seconds",
        "When the configuration was loaded or reloaded.", seconds(server.config_load_ns));
  gauge(out, "antiphon_lame_duck", "1 when the server is about to stop.", server.lame_duck ? 1 : 0);
  if (server.tls_cert_not_after_ns != 0) {
    gauge(out, "antiphon_tls_certificate_expiry_timestamp_seconds",
          "When the certificate shown to clients ends.", seconds(server.tls_cert_not_after_ns));
  }
}

void write_system_requests(Exposition& out, const ServerFacts& server) {
  counter(out, "antiphon_system_requests_total",
          "Requests to the server itself, under $SYS.REQ, that were answered.",
          server.system_requests);
  counter(out, "antiphon_system_requests_dropped_total",
          "Requests to the server itself that were dropped because too many waited.",
          server.system_requests_dropped);
  counter(out, "antiphon_system_events_total", "Events that the system account was told.",
          server.system_events);
  counter(out, "antiphon_system_events_dropped_total",
          "Events for the system account that were dropped because too many waited.",
          server.system_events_dropped);
}

void write_audit(Exposition& out, const ServerTotals& totals) {
  if (totals.options == nullptr || !totals.options->choria.enabled) return;
  counter(out, "antiphon_audit_records_dropped_total",
          "Records of logins that the audit file did not take.",
          totals.server.audit_records_dropped);
}

void write_process(Exposition& out, const ServerTotals& totals) {
  out.counter("process_cpu_seconds_total", "Processor time used by the process.");
  out.sample(totals.process.cpu_seconds);
  gauge(out, "process_resident_memory_bytes", "Memory of the process that is resident.",
        totals.process.resident_bytes);
  gauge(out, "process_start_time_seconds", "When the server was started.",
        seconds(totals.server.start_ns));
}

void write_connections(Exposition& out, const ServerTotals& totals) {
  const ShardCounters& counters = totals.total.counters;
  gauge(out, "antiphon_connections", "Clients that are connected.", totals.connections);
  counter(out, "antiphon_connections_total", "Clients that have connected since the start.",
          totals.total_connections);
  counter(out, "antiphon_slow_consumers_total",
          "Clients that were closed because they read too slowly.", counters.slow_consumers);
  counter(out, "antiphon_stale_connections_total",
          "Clients that were closed because they did not answer PING.", counters.stale_connections);
  out.counter("antiphon_closed_connections_total", "Connections that ended, by reason.");
  for (size_t i = 0; i < kCloseReasons; ++i) {
    const auto reason = static_cast<CloseReason>(i);
    if (reason == CloseReason::kNone) continue;
    out.sample(counters.closed[i], {{"reason", close_reason_text(reason)}});
  }
}

void write_handshakes(Exposition& out, const HandshakeCounts& counts) {
  gauge(out, "antiphon_tls_handshakes_queued", "Clients that wait for their TLS handshake.",
        counts.queued);
  gauge(out, "antiphon_tls_handshakes_running", "TLS handshakes that have begun.", counts.running);
  gauge(out, "antiphon_tls_handshakes_per_second", "TLS handshakes established a second, lately.",
        counts.per_second);
  // Not there while the rate is not known.
  if (const auto left = counts.seconds_left()) {
    gauge(out, "antiphon_tls_handshakes_left_seconds",
          "Time until all who wait now have had their TLS handshake, at the present rate.", *left);
  }
  out.counter("antiphon_tls_handshakes_total", "TLS handshakes that ended, by result.");
  out.sample(counts.established, {{"result", "established"}});
  out.sample(counts.failed, {{"result", "failed"}});
  out.sample(counts.left_the_queue, {{"result", "left_the_queue"}});
  out.sample(counts.timed_out, {{"result", "timed_out"}});
  counter(out, "antiphon_tls_handshakes_resumed_total",
          "TLS handshakes that resumed a session, of those established.", counts.resumed);
  counter(out, "antiphon_tls_handshakes_put_aside_total",
          "Times a client that was about to give up was not begun with yet.", counts.put_aside);
  out.counter("antiphon_tls_handshake_cpu_seconds_total",
              "Processor time of TLS handshakes, by whether they were established.");
  out.sample(static_cast<double>(counts.established_ns) / 1e9, {{"result", "established"}});
  out.sample(static_cast<double>(counts.wasted_ns) / 1e9, {{"result", "wasted"}});
}

void write_messages(Exposition& out, const ShardFacts& total) {
  const ShardCounters& counters = total.counters;
  counter(out, "antiphon_received_messages_total", "Messages that clients published.",
          counters.received.messages);
  counter(out, "antiphon_received_bytes_total", "Payload with headers that clients published.",
          counters.received.bytes);
  counter(out, "antiphon_sent_messages_total", "Messages delivered to clients.",
          counters.sent.messages);
  counter(out, "antiphon_sent_bytes_total", "Payload with headers delivered to clients.",
          counters.sent.bytes);
}

void write_routing(Exposition& out, const SublistCounters& sublist, uint64_t cached_matches) {
  gauge(out, "antiphon_subscriptions", "Subscriptions that there are.", sublist.subscriptions);
  counter(out, "antiphon_subscribes_total", "Subscriptions that were made.", sublist.inserts);
  counter(out, "antiphon_unsubscribes_total", "Subscriptions that ended.", sublist.removes);
  counter(out, "antiphon_matches_total", "Subjects looked up.", sublist.matches);
  counter(out, "antiphon_match_cache_hits_total", "Subjects found in the match cache.",
          sublist.cache_hits);
  gauge(out, "antiphon_match_cache_entries", "Subjects in the match cache.", cached_matches);
}

void write_shards(Exposition& out, const std::vector<ShardFacts>& shards) {
  gauge(out, "antiphon_shards", "Threads that serve clients.", shards.size());
  out.gauge("antiphon_shard_sessions", "Connections of a shard.");
  for (size_t i = 0; i < shards.size(); ++i) {
    out.sample(shards[i].sessions, {{"shard", std::to_string(i)}});
  }
  out.gauge("antiphon_shard_pending_bytes", "Memory that output waiting for clients takes.");
  for (size_t i = 0; i < shards.size(); ++i) {
    out.sample(shards[i].buffer_bytes, {{"shard", std::to_string(i)}});
  }
  out.gauge("antiphon_shard_before_login_bytes", "Unfinished lines of clients that have not logged in.");
  for (size_t i = 0; i < shards.size(); ++i) {
    out.sample(shards[i].stranger_bytes, {{"shard", std::to_string(i)}});
  }
}

void write_mesh(Exposition& out, const ServerTotals& totals) {
  const ShardFacts& total = totals.total;
  const ShardCounters& counters = total.counters;
  gauge(out, "antiphon_pending_bytes", "Memory that output waiting for clients takes.",
        total.buffer_bytes);
  gauge(out, "antiphon_pending_bytes_max", "What it may take; beyond it the slowest clients go.",
        totals.server.pending_total_bytes_max);
  counter(out, "antiphon_relayed_batches_total", "Message batches handed to other shards.",
          counters.batches_relayed);
  counter(out, "antiphon_queue_picks_forwarded_total",
          "Queue messages passed on because the shard picked had lost its members.",
          counters.queue_picks_forwarded);
  counter(out, "antiphon_queue_picks_lost_total",
          "Queue messages nobody was left for when they arrived.", counters.queue_picks_lost);
  counter(out, "antiphon_service_replies_expired_total",
          "Requests to services of other accounts that were not answered in time.",
          counters.replies_expired);
  counter(out, "antiphon_service_replies_displaced_total",
          "Such requests that were forgotten because too many were open.",
          counters.replies_displaced);
  counter(out, "antiphon_service_replies_dropped_total",
          "Answers to such requests that a shard which was behind did not get.",
          counters.replies_dropped);
  counter(out, "antiphon_fences_total", "PONGs that waited for other shards.", counters.fences);
  counter(out, "antiphon_reads_paused_total",
          "Times a client was not read because another shard was behind.", counters.reads_paused);
  counter(out, "antiphon_accepts_paused_total",
          "Times no client was accepted because descriptors had run out.", counters.accepts_paused);
}

void write_logins(Exposition& out, const ShardFacts& total) {
  const ShardCounters& counters = total.counters;
  counter(out, "antiphon_accounts_not_pinned_total",
          "Clients refused because their account is not pinned.", counters.accounts_not_pinned);
  gauge(out, "antiphon_before_login_bytes", "Unfinished lines of clients that have not logged in.",
        total.stranger_bytes);
  gauge(out, "antiphon_before_login_bytes_max",
        "What they may take, as much on each shard; beyond it those with the most are closed.",
        total.stranger_bytes_max);
  gauge(out, "antiphon_callouts_waiting", "Clients that wait for an auth callout service.",
        total.waiting_logins);
  counter(out, "antiphon_callouts_total", "Questions to auth callout services.",
          counters.callouts_asked);
  counter(out, "antiphon_callouts_expired_total", "Of them: not answered in time.",
          counters.callouts_expired);
  counter(out, "antiphon_callouts_unheard_total",
          "Clients refused because no auth callout service was there.", counters.callouts_unheard);
  counter(out, "antiphon_callouts_refused_total",
          "Clients refused because too many waited for an auth callout service.",
          counters.callouts_refused);
}

void write_requests(Exposition& out, const RequestCounts& requests) {
  out.counter("antiphon_monitoring_requests_total", "Requests for monitoring pages.");
  for (const auto& [path, count] : requests) out.sample(count, {{"path", path}});
}

// Choria shows counts as gauges too, and with its identity as a label.
void write_choria(Exposition& out, const ServerTotals& totals) {
  const std::string& configured = totals.options->choria.identity;
  const std::string& identity = configured.empty() ? totals.server.server_name : configured;
  const ShardCounters& counters = totals.total.counters;
  const auto show = [&](const char* name, const char* help, auto value) {
    out.gauge(name, help);
    out.sample(value, {{"identity", identity}});
  };
  show("choria_network_connections", "Clients that are connected.", totals.connections);
  show("choria_network_total_connections", "Clients that have connected since the start.",
       totals.total_connections);
  show("choria_network_in_msgs", "Messages that clients published.", counters.received.messages);
  show("choria_network_out_msgs", "Messages delivered to clients.", counters.sent.messages);
  show("choria_network_in_bytes", "Payload that clients published.", counters.received.bytes);
  show("choria_network_out_bytes", "Payload delivered to clients.", counters.sent.bytes);
  show("choria_network_slow_consumers", "Clients that were closed because they read too slowly.",
       counters.slow_consumers);
  show("choria_network_subscriptions", "Subscriptions that there are.",
       totals.total.sublist.subscriptions);
}

}  // namespace

std::string metrics_text(const ServerTotals& totals) {
  std::string text;
  Exposition out(text);
  write_identity(out, totals);
  write_process(out, totals);
  write_connections(out, totals);
  write_system_requests(out, totals.server);
  write_audit(out, totals);
  write_handshakes(out, totals.server.handshakes);
  write_messages(out, totals.total);
  write_routing(out, totals.total.sublist, totals.total.cached_matches);
  write_shards(out, totals.shards);
  write_mesh(out, totals);
  write_logins(out, totals.total);
  write_requests(out, totals.requests);
  write_choria(out, totals);
  return text;
}

}  // namespace antiphon
