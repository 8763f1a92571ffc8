#include "broker/system/accountz.h"

#include <algorithm>

#include "broker/monitor/json_writer.h"
#include "broker/monitor/server_totals.h"
#include "broker/monitor/text_forms.h"

namespace antiphon {
namespace {

const char* kind_text(ShareKind kind) { return kind == ShareKind::kStream ? "stream" : "service"; }

void write_exports(JsonWriter& json, const AccountSettings& account) {
  if (account.exports.empty()) return;
  json.begin_array("exports");
  for (const ExportSettings& shared : account.exports) {
    json.begin_object();
    json.field("subject", shared.subject);
    json.field("type", kind_text(shared.kind));
    if (shared.kind == ShareKind::kService) {
      const char* const kNames[] = {"Singleton", "Stream", "Chunked"};
      json.field("response_type", kNames[static_cast<size_t>(shared.response)]);
    }
    json.begin_array("approved_accounts");
    if (shared.accounts) {
      for (const std::string& name : *shared.accounts) json.value(name);
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

void write_imports(JsonWriter& json, const AccountSettings& account) {
  if (account.imports.empty()) return;
  json.begin_array("imports");
  for (const ImportSettings& import : account.imports) {
    json.begin_object();
    json.field("subject", import.subject);
    json.field("account", import.account);
    json.optional_field("local_subject", import.to.empty() ? import.prefix : import.to);
    json.field("type", kind_text(import.kind));
    json.optional_field("share", import.share);
    json.field("invalid", false);
    json.end_object();
  }
  json.end_array();
}

void write_mappings(JsonWriter& json, const AccountSettings& account) {
  if (account.mappings.empty()) return;
  json.begin_object("mappings");
  for (const MappingSettings& mapping : account.mappings) {
    json.begin_array(mapping.subject);
    for (const MappingDestination& destination : mapping.destinations) {
      json.begin_object();
      json.field("subject", destination.subject);
      json.field("weight", destination.weight);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
}

// What it shares, or nothing of all that.
AccountSettings sharing_of(const BrokerOptions& options, const std::string& account) {
  for (AccountSettings& settings : antiphon::sharing_of(options.authorization)) {
    if (settings.name == account) return std::move(settings);
  }
  return {};
}

}  // namespace

std::optional<std::string> account_info_json(ServerView& view, const std::string& account) {
  const auto accounts = view.accounts();
  const auto found = std::find_if(accounts.begin(), accounts.end(),
                                  [&](const AccountFacts& facts) { return facts.name == account; });
  if (found == accounts.end()) return std::nullopt;
  const auto options = view.options();
  const AccountSettings settings = sharing_of(*options, account);
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.field("account_name", account);
  json.field("update_time", time_text(view.facts().config_load_ns));
  json.optional_field("is_system", account == system_account_name(options->authorization));
  json.field("expired", false);
  json.field("complete", true);
  json.field("jetstream_enabled", false);
  json.field("leafnode_connections", 0);
  json.field("client_connections", found->connections);
  json.field("subscriptions", total_of(view.shards(account)).sublist.subscriptions);
  write_mappings(json, settings);
  write_exports(json, settings);
  write_imports(json, settings);
  json.end_object();
  return out;
}

std::optional<std::string> accountz_json(ServerView& view, const std::string& account,
                                         int64_t now_ns) {
  std::optional<std::string> detail;
  if (!account.empty()) {
    detail = account_info_json(view, account);
    if (!detail) return std::nullopt;
  }
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.field("server_id", view.facts().server_id);
  json.field("now", time_text(now_ns));
  json.field("system_account", system_account_name(view.options()->authorization));
  if (!detail) {
    json.begin_array("accounts");
    for (const AccountFacts& facts : view.accounts()) json.value(facts.name);
    json.end_array();
  }
  json.end_object();
  if (detail) {
    out.pop_back();
    out += ",\"account_detail\":" + *detail + "}";
  }
  return out;
}

}  // namespace antiphon
