#include "broker/system/absent_features.h"

#include <functional>

#include "broker/monitor/json_writer.h"
#include "broker/monitor/text_forms.h"

namespace antiphon {
namespace {

std::string object(const std::function<void(JsonWriter&)>& write) {
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  write(json);
  json.end_object();
  return out;
}

void write_empty(JsonWriter& json, const char* name, bool is_array) {
  if (is_array) {
    json.begin_array(name);
    json.end_array();
  } else {
    json.begin_object(name);
    json.end_object();
  }
}

std::string no_routes(const ServerFacts& server, int64_t now_ns) {
  return object([&](JsonWriter& json) {
    json.field("server_id", server.server_id);
    json.field("server_name", server.server_name);
    json.field("now", time_text(now_ns));
    json.field("num_routes", 0);
    write_empty(json, "routes", true);
  });
}

std::string no_gateways(const ServerFacts& server, int64_t now_ns) {
  return object([&](JsonWriter& json) {
    json.field("server_id", server.server_id);
    json.field("now", time_text(now_ns));
    write_empty(json, "outbound_gateways", false);
    write_empty(json, "inbound_gateways", false);
  });
}

std::string no_leafnodes(const ServerFacts& server, int64_t now_ns) {
  return object([&](JsonWriter& json) {
    json.field("server_id", server.server_id);
    json.field("now", time_text(now_ns));
    json.field("leafnodes", 0);
    write_empty(json, "leafs", true);
  });
}

std::string no_jetstream(const ServerFacts& server, int64_t now_ns) {
  return object([&](JsonWriter& json) {
    for (const char* name : {"memory", "storage", "reserved_memory", "reserved_storage", "accounts",
                             "ha_assets"}) {
      json.field(name, 0);
    }
    json.begin_object("api");
    for (const char* name : {"level", "total", "errors"}) json.field(name, 0);
    json.end_object();
    json.field("server_id", server.server_id);
    json.field("now", time_text(now_ns));
    json.field("disabled", true);
    json.begin_object("config");
    for (const char* name : {"max_memory", "max_storage"}) json.field(name, 0);
    json.end_object();
    for (const char* name : {"streams", "consumers", "messages", "bytes", "total"}) {
      json.field(name, 0);
    }
  });
}

std::string no_profile(const std::string& profile) {
  return object([&](JsonWriter& json) {
    json.null_field("profile");
    json.field("error", profile.empty()
                            ? "Profile name not specified"
                            : "Profile \"" + profile +
                                  "\" not found: this server is no Go program, use perf on its host");
  });
}

}  // namespace

std::optional<AbsentFeature> absent_feature(const ServiceAddress& address, const ServerFacts& server,
                                            const std::string& profile, int64_t now_ns) {
  switch (address.service) {
    case SystemService::kRoutez: return AbsentFeature{no_routes(server, now_ns), {}};
    case SystemService::kGatewayz: return AbsentFeature{no_gateways(server, now_ns), {}};
    case SystemService::kLeafz: return AbsentFeature{no_leafnodes(server, now_ns), {}};
    case SystemService::kJsz:
      if (!address.account.empty()) return AbsentFeature{{}, "jetstream not enabled"};
      return AbsentFeature{no_jetstream(server, now_ns), {}};
    case SystemService::kRaftz:
    case SystemService::kIpqueuesz: return AbsentFeature{"{}", {}};
    case SystemService::kProfilez: return AbsentFeature{no_profile(profile), {}};
    default: return std::nullopt;
  }
}

}  // namespace antiphon
