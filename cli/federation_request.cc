#include "cli/federation_request.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/http_get.h"

namespace antiphon {
namespace {

constexpr double kNsPerMs = 1e6;
using Json = nlohmann::ordered_json;

constexpr size_t kNamesShown = 20;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void add_names(const Json& list, std::set<std::string>& names) {
  for (const Json& name : list) names.insert(name.get<std::string>());
}

void add_page(const Json& page, WholeRequest& whole) {
  ClusterRequest& cluster = whole.clusters[page.at("cluster").get<std::string>()];
  ++cluster.brokers;
  cluster.connected += page.at("ready").get<bool>();
  add_names(page.at("here"), cluster.here);
  if (!page.at("seen").get<bool>()) return;
  cluster.seen += page.at("messages").get<uint64_t>() > 0;
  const std::pair<const char*, uint64_t*> sums[] = {
      {"messages", &cluster.messages},     {"targets", &cluster.targets},
      {"broadcasts", &cluster.broadcasts}, {"published", &cluster.published},
      {"elsewhere", &cluster.elsewhere},   {"duplicates", &cluster.duplicates},
      {"refused", &cluster.refused},       {"replies", &cluster.replies}};
  for (const auto& [name, sum] : sums) *sum += page.at(name).get<uint64_t>();
  cluster.last_reply_ms = std::max(cluster.last_reply_ms, page.at("last_reply_ms").get<double>());
  if (const std::string refusal = page.at("refusal"); !refusal.empty()) cluster.refusal = refusal;
  add_names(page.at("asked"), cluster.asked);
  add_names(page.at("answered"), cluster.answered);
}

std::string listed(const std::set<std::string>& names, size_t most) {
  std::string text;
  size_t shown = 0;
  for (const std::string& name : names) {
    if (shown == most) break;
    absl::StrAppend(&text, shown++ == 0 ? "" : ", ", name);
  }
  if (names.size() > shown) absl::StrAppendFormat(&text, " and %d more", names.size() - shown);
  return text;
}

std::string cluster_line(const std::string& name, const ClusterRequest& cluster) {
  std::string line = absl::StrFormat("  %-11s ", name);
  if (cluster.seen == 0) {
    absl::StrAppend(&line, "has not seen it");
  } else {
    absl::StrAppendFormat(&line, "asked %d targets in %d messages, passed on %d", cluster.targets,
                          cluster.messages, cluster.published);
    if (cluster.elsewhere != 0) absl::StrAppendFormat(&line, ", %d are not here", cluster.elsewhere);
    if (cluster.duplicates != 0) {
      absl::StrAppendFormat(&line, ", %d had it already", cluster.duplicates);
    }
    if (cluster.refused != 0) {
      absl::StrAppendFormat(&line, ", %d messages refused: %s", cluster.refused, cluster.refusal);
    }
    absl::StrAppendFormat(&line, ", answered %d", cluster.answered.size());
    if (cluster.last_reply_ms >= 0) {
      absl::StrAppendFormat(&line, ", the last after %.1f ms", cluster.last_reply_ms);
    }
  }
  if (cluster.connected < cluster.brokers) {
    absl::StrAppendFormat(&line, "; %d of %d federation brokers NOT CONNECTED",
                          cluster.brokers - cluster.connected, cluster.brokers);
  }
  return line + "\n";
}

}  // namespace

// ---- One broker's page -------------------------------------------------------------------------

std::string federation_request_json(std::string_view id, const federation::RequestReport& report) {
  const federation::RequestRecord& record = report.record;
  const auto after_ms = [&](int64_t when_ns) {
    return record.replies == 0 ? -1 : static_cast<double>(when_ns - record.begun_ns) / kNsPerMs;
  };
  return dump({{"identity", report.identity},
               {"cluster", report.cluster},
               {"ready", report.ready},
               {"federation_connected", report.federation_connected},
               {"collective_connected", report.collective_connected},
               {"collective_server", report.collective_server},
               {"request", std::string(id)},
               {"seen", report.seen},
               {"ms_ago", report.ms_ago},
               {"messages", record.messages},
               {"targets", record.targets},
               {"broadcasts", record.broadcasts},
               {"published", record.published},
               {"elsewhere", record.elsewhere},
               {"duplicates", record.duplicates},
               {"refused", record.refused},
               {"refusal", record.refused == 0 ? "" : std::string(refusal_name(record.refusal))},
               {"replies", record.replies},
               {"first_reply_ms", after_ms(record.first_reply_ns)},
               {"last_reply_ms", after_ms(record.last_reply_ns)},
               {"asked", report.asked},
               {"answered", report.answered},
               {"here", report.here}});
}

std::string federation_target_json(std::string_view target,
                                   const federation::TargetReport& report) {
  const auto ago = [](int64_t ms) { return ms < 0 ? Json(nullptr) : Json(ms); };
  return dump({{"identity", report.identity},
               {"cluster", report.cluster},
               {"ready", report.ready},
               {"placement", placement_name(report.placement)},
               {"target", std::string(target)},
               {"heard_ms_ago", ago(report.facts.heard_ms_ago)},
               {"absent_ms_ago", ago(report.facts.absent_ms_ago)},
               {"left_out", report.facts.left_out}});
}

// ---- All together ------------------------------------------------------------------------------

size_t WholeRequest::missing() const {
  size_t all = missing_nowhere.size();
  for (const auto& [name, cluster] : clusters) all += cluster.missing.size();
  return all;
}

bool WholeRequest::seen() const {
  return std::any_of(clusters.begin(), clusters.end(), [](const auto& c) { return c.second.seen > 0; });
}

bool WholeRequest::is_broadcast() const {
  return std::any_of(clusters.begin(), clusters.end(),
                     [](const auto& c) { return c.second.broadcasts > 0; });
}

bool add_request_page(std::string_view json, WholeRequest& whole) {
  const Json page = Json::parse(json, nullptr, false);
  if (page.is_discarded()) return false;
  try {
    add_page(page, whole);
  } catch (const nlohmann::json::exception&) {
    return false;
  }
  return true;
}

void find_missing(WholeRequest& whole) {
  const bool broadcast = whole.is_broadcast();
  for (const auto& [name, cluster] : whole.clusters) {
    whole.expected.insert(cluster.asked.begin(), cluster.asked.end());
    if (broadcast) whole.expected.insert(cluster.here.begin(), cluster.here.end());
    whole.answered.insert(cluster.answered.begin(), cluster.answered.end());
  }
  for (const std::string& node : whole.expected) {
    if (whole.answered.count(node) != 0) continue;
    bool known = false;
    for (auto& [name, cluster] : whole.clusters) {
      if (cluster.here.count(node) == 0) continue;
      cluster.missing.insert(node);
      known = true;
      break;
    }
    if (!known) whole.missing_nowhere.insert(node);
  }
}

std::string request_text(std::string_view id, const WholeRequest& whole, size_t names_max) {
  if (!whole.seen()) return absl::StrFormat("request %s: nobody who was asked has seen it\n", std::string(id));
  std::string text = absl::StrFormat("request %s: expected %d, answered %d, missing %d\n",
                                     std::string(id), whole.expected.size(), whole.answered.size(),
                                     whole.missing());
  if (whole.is_broadcast()) {
    text += "  a broadcast: expected is who was heard from lately; a filter may leave some out\n";
  }
  for (const auto& [name, cluster] : whole.clusters) {
    text += cluster_line(name, cluster);
    if (cluster.missing.empty()) continue;
    absl::StrAppendFormat(&text, "    missing %d: %s\n", cluster.missing.size(),
                          listed(cluster.missing, names_max));
  }
  if (!whole.missing_nowhere.empty()) {
    absl::StrAppendFormat(&text, "  known in none of them: %s\n",
                          listed(whole.missing_nowhere, names_max));
  }
  return text;
}

std::string request_json(std::string_view id, const WholeRequest& whole) {
  Json clusters = Json::object();
  for (const auto& [name, cluster] : whole.clusters) {
    clusters[name] = {{"brokers", cluster.brokers}, {"connected", cluster.connected},
                      {"seen", cluster.seen > 0},   {"targets", cluster.targets},
                      {"published", cluster.published}, {"elsewhere", cluster.elsewhere},
                      {"refused", cluster.refused}, {"refusal", cluster.refusal},
                      {"answered", cluster.answered.size()}, {"missing", cluster.missing}};
  }
  return dump({{"request", std::string(id)},
               {"seen", whole.seen()},
               {"broadcast", whole.is_broadcast()},
               {"expected", whole.expected.size()},
               {"answered", whole.answered.size()},
               {"missing", whole.missing()},
               {"clusters", std::move(clusters)},
               {"known_nowhere", whole.missing_nowhere}});
}

int federation_request(const std::vector<std::string>& addresses, const std::string& id,
                       bool as_json, bool all_names) {
  WholeRequest whole;
  int status = 0;
  for (const std::string& address : addresses) {
    const auto page = http_get(address, "/federationz?request=" + percent_encoded(id));
    if (page.ok() && add_request_page(*page, whole)) continue;
    const std::string problem =
        page.ok() ? "this is no federation broker" : std::string(page.status().message());
    std::fprintf(stderr, "antiphon: %s: %s\n", address.c_str(), problem.c_str());
    status = 1;
  }
  find_missing(whole);
  const std::string text =
      as_json ? request_json(id, whole)
              : request_text(id, whole, all_names ? SIZE_MAX : kNamesShown);
  std::fputs(text.c_str(), stdout);
  return whole.seen() && whole.missing() == 0 ? status : 1;
}

}  // namespace antiphon
