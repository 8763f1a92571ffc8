#include "broker/monitor/varz.h"

#include "broker/monitor/json_writer.h"
#include "broker/monitor/text_forms.h"
#include "protocol/nats/connect_options.h"

namespace antiphon {
namespace {

double seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

void write_identity(JsonWriter& json, const ServerTotals& totals) {
  const ServerFacts& server = totals.server;
  json.field("server_id", server.server_id);
  json.field("server_name", server.server_name);
  json.field("version", server.version);
  json.field("proto", kClientProtocolInfo);
  json.field("go", "");
  json.field("host", server.host);
  json.field("port", server.port);
}

void write_access(JsonWriter& json, const BrokerOptions& options, const ServerFacts& server) {
  const TlsOptions& tls = options.tls;
  json.optional_field("auth_required", requires_credentials(options));
  json.optional_field("tls_required", tls.enabled && !tls.allow_non_tls);
  json.optional_field("tls_verify", tls.enabled && verifies_clients(tls));
  if (server.connect_urls.empty()) return;
  json.begin_array("connect_urls");
  for (const std::string& url : server.connect_urls) json.value(url);
  json.end_array();
}

void write_limits(JsonWriter& json, const BrokerOptions& options) {
  const MonitoringOptions& monitoring = options.monitoring;
  json.field("max_connections", options.limits.connections_max);
  json.optional_field("max_subscriptions", options.limits.subscriptions_max);
  json.field("ping_interval", options.timeouts.ping_interval.count());
  json.field("ping_max", options.timeouts.pings_out_max);
  json.field("http_host", monitoring_host(options));
  json.field("http_port", monitoring.http_port);  // as configured, so -1 for a random one
  json.field("http_base_path", monitoring.base_path == "/" ? std::string() : monitoring.base_path);
  json.field("https_port", monitoring.https_port);
  json.field("auth_timeout", seconds(auth_timeout(options)));
  json.field("max_control_line", options.limits.control_line_bytes_max);
  json.field("max_payload", options.limits.payload_bytes_max);
  json.field("max_pending", options.limits.pending_bytes_max);
}

void write_what_is_off(JsonWriter& json) {
  for (const char* name : {"cluster", "gateway", "leaf", "mqtt", "websocket", "jetstream"}) {
    json.begin_object(name);
    json.end_object();
  }
}

void write_process(JsonWriter& json, const ServerTotals& totals) {
  const BrokerOptions& options = *totals.options;
  json.field("tls_timeout", seconds(options.tls.timeout));
  json.field("write_deadline", options.timeouts.write_deadline.count());
  json.field("start", time_text(totals.server.start_ns));
  json.field("now", time_text(totals.now_ns));
  json.field("uptime", uptime_text(totals.now_ns - totals.server.start_ns));
  json.field("mem", totals.process.resident_bytes);
  json.field("cores", totals.process.cores);
  json.field("gomaxprocs", totals.shards.size());
  json.field("cpu", totals.process.cpu_percent);
}

void write_traffic(JsonWriter& json, const ServerTotals& totals) {
  const ShardCounters& counters = totals.total.counters;
  json.field("connections", totals.connections);
  json.field("total_connections", totals.total_connections);
  for (const char* name : {"routes", "remotes", "leafnodes"}) json.field(name, 0);
  json.field("in_msgs", counters.received.messages);
  json.field("in_bytes", counters.received.bytes);
  // Only clients send anything so far.
  json.field("in_client_msgs", counters.received.messages);
  json.field("in_client_bytes", counters.received.bytes);
  json.field("out_msgs", counters.sent.messages);
  json.field("out_bytes", counters.sent.bytes);
  json.field("out_client_msgs", counters.sent.messages);
  json.field("out_client_bytes", counters.sent.bytes);
  json.field("slow_consumers", counters.slow_consumers);
  json.field("stale_connections", counters.stale_connections);
  json.field("stalled_clients", 0);
  json.field("subscriptions", totals.total.sublist.subscriptions);
}

void write_configuration(JsonWriter& json, const ServerTotals& totals) {
  const IdentityOptions& identity = totals.options->identity;
  json.begin_object("http_req_stats");
  for (const auto& [path, count] : totals.requests) json.field(path, count);
  json.end_object();
  json.field("config_load_time", time_text(totals.server.config_load_ns));
  json.field("config_digest", totals.server.config_digest);
  write_identity_fields(json, identity);
  json.field("system_account", system_account_name(totals.options->authorization));
  json.optional_field("pinned_account_fails", totals.total.counters.accounts_not_pinned);
}

// Counts by kind of connection; only clients exist.
void write_by_kind(JsonWriter& json, const char* name, uint64_t clients) {
  json.begin_object(name);
  json.field("clients", clients);
  for (const char* kind : {"routes", "gateways", "leafs"}) json.field(kind, 0);
  json.end_object();
}

// Ours: how many wait for their TLS handshake, and until when.
void write_admission(JsonWriter& json, const ServerTotals& totals) {
  const HandshakeCounts& counts = totals.server.handshakes;
  json.begin_object("tls_admission");
  json.field("queued", counts.queued);
  json.field("running", counts.running);
  json.field("per_second", counts.per_second);
  json.field("established", counts.established);
  json.field("left_the_queue", counts.left_the_queue);
  if (const auto left = counts.seconds_left(); left && *left > 0) {
    json.field("all_by", time_text(totals.now_ns + static_cast<int64_t>(*left) * 1'000'000'000));
  }
  json.end_object();
}

// Ours: what who has not logged in has left unfinished, and may at most.
void write_before_login(JsonWriter& json, const ShardFacts& total) {
  json.begin_object("before_login");
  json.field("bytes", total.stranger_bytes);
  json.field("bytes_max", total.stranger_bytes_max);
  json.end_object();
}

void write_details(JsonWriter& json, const ServerTotals& totals) {
  write_by_kind(json, "slow_consumer_stats", totals.total.counters.slow_consumers);
  write_by_kind(json, "stale_connection_stats", totals.total.counters.stale_connections);
  json.begin_object("disk_io_wait_stats");
  for (const char* name : {"waiters", "waits", "wait_time", "max_wait_time"}) json.field(name, 0);
  json.end_object();
  if (totals.server.tls_cert_not_after_ns != 0) {
    json.field("tls_cert_not_after", time_text(totals.server.tls_cert_not_after_ns));
    write_admission(json, totals);
  }
  if (totals.total.stranger_bytes_max != 0) write_before_login(json, totals.total);
}

}  // namespace

void write_identity_fields(JsonWriter& json, const IdentityOptions& identity) {
  if (!identity.tags.empty()) {
    json.begin_array("tags");
    for (const std::string& tag : identity.tags) json.value(tag);
    json.end_array();
  }
  if (!identity.metadata.empty()) {
    json.begin_object("metadata");
    for (const auto& [key, value] : identity.metadata) json.field(key, value);
    json.end_object();
  }
  json.begin_object("feature_flags");
  for (const char* name :
       {"js_ack_fc_v2", "js_api_reply_v2", "js_raft_delete_range", "js_snapshot_sources"}) {
    json.field(name, false);
  }
  json.end_object();
}

std::string varz_json(const ServerTotals& totals) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_identity(json, totals);
  write_access(json, *totals.options, totals.server);
  write_limits(json, *totals.options);
  write_what_is_off(json);
  write_process(json, totals);
  write_traffic(json, totals);
  write_configuration(json, totals);
  write_details(json, totals);
  json.end_object();
  return out;
}

}  // namespace antiphon
