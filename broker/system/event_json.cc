#include "broker/system/event_json.h"

#include <absl/strings/str_cat.h>

#include "broker/monitor/text_forms.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

using Kind = ClientEvent::Kind;

constexpr std::string_view kTypePrefix = "io.nats.server.advisory.v1.";

// `fields`: what follows the server, as an object of its own.
std::string event_json(std::string_view type, std::string_view id, int64_t wall_ns,
                       std::string_view server, std::string_view fields) {
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.field("type", std::string(kTypePrefix) + std::string(type));
  json.field("id", id);
  json.field("timestamp", time_text(wall_ns));
  json.end_object();
  out.pop_back();
  absl::StrAppend(&out, ",\"server\":", to_absl(server), ",", to_absl(fields.substr(1)));
  return out;
}

void write_client(JsonWriter& json, const ClientEvent& event) {
  const SessionFacts& facts = event.facts;
  json.begin_object("client");
  json.field("start", time_text(facts.start_ns));
  json.field("host", facts.peer.ip_text());
  json.field("id", facts.client_id);
  json.field("acc", event.account_name);
  json.optional_field("user", facts.details.user);
  json.optional_field("name", facts.details.name);
  json.optional_field("lang", facts.details.lang);
  json.optional_field("ver", facts.details.version);
  if (facts.stop_ns != 0) {
    json.optional_field("rtt", facts.rtt_ns);
    json.field("stop", time_text(facts.stop_ns));
  }
  json.field("name_tag", event.account_tag);
  json.field("kind", "Client");
  json.field("client_type", "nats");
  json.end_object();
}

void write_traffic(JsonWriter& json, const char* name, const TrafficCounters& traffic) {
  json.begin_object(name);
  json.field("msgs", traffic.messages);
  json.field("bytes", traffic.bytes);
  json.end_object();
}

// An account's, by the kinds of connections: there are clients only.
void write_traffic_by_kind(JsonWriter& json, const char* name, const TrafficCounters& traffic) {
  json.begin_object(name);
  json.field("msgs", traffic.messages);
  json.field("bytes", traffic.bytes);
  for (const char* kind : {"gateways", "routes", "leafs"}) write_traffic(json, kind, {});
  json.end_object();
}

}  // namespace

std::string new_event_id(Random& random) {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr size_t kIdBytes = 22;  // as nats-server's
  std::string id(kIdBytes, '0');
  for (char& digit : id) digit = kDigits[random.below(kDigits.size())];
  return id;
}

std::string client_event_json(const ClientEvent& event, std::string_view id,
                              std::string_view server) {
  std::string fields;
  JsonWriter json(fields, JsonWriter::Layout::kCompact);
  json.begin_object();
  write_client(json, event);
  if (event.kind != Kind::kConnected) {
    // As the client sees it.
    write_traffic(json, "sent", event.facts.received);
    write_traffic(json, "received", event.facts.sent);
    json.field("reason", event.reason.empty() ? close_reason_text(event.facts.reason)
                                              : std::string_view(event.reason));
  }
  json.end_object();
  const char* type = event.kind == Kind::kConnected ? "client_connect" : "client_disconnect";
  return event_json(type, id, event.wall_ns, server, fields);
}

void write_account_figures(JsonWriter& json, const AccountFigures& account) {
  json.field("acc", account.name);
  json.field("name", account.tag);
  json.field("conns", account.connections);
  json.field("leafnodes", 0);
  json.field("total_conns", account.connections);
  json.field("num_subscriptions", account.subscriptions);
  write_traffic_by_kind(json, "sent", account.sent);
  write_traffic_by_kind(json, "received", account.received);
  json.field("slow_consumers", account.slow_consumers);
}

std::string connections_event_json(const AccountFigures& account, std::string_view id,
                                   int64_t wall_ns, std::string_view server) {
  std::string fields;
  JsonWriter json(fields, JsonWriter::Layout::kCompact);
  json.begin_object();
  write_account_figures(json, account);
  json.end_object();
  return event_json("account_connections", id, wall_ns, server, fields);
}

}  // namespace antiphon
