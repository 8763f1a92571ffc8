#include "cli/federation_status.h"

#include <absl/strings/str_format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/http_get.h"

namespace antiphon {
namespace {

using Json = nlohmann::ordered_json;

std::string side_line(const char* name, const Json& side) {
  const bool connected = side.at("connected");
  // Those of earlier versions do not say it.
  const char* where = side.value("in_process", false) ? " in its own process" : "";
  std::string line = absl::StrFormat(
      "  %-11s %s%s, %d failures, %d complaints, queue %d bytes (most %d), %d pauses", name,
      connected ? "connected to " + side.at("server").get<std::string>() : "NOT CONNECTED",
      connected ? where : "", side.at("failures").get<uint64_t>(), side.at("complaints").get<uint64_t>(),
      side.at("queue_bytes").get<uint64_t>(), side.at("queue_bytes_high").get<uint64_t>(),
      side.at("pauses").get<uint64_t>());
  if (const uint64_t lost = side.value("lost_bytes", uint64_t{0}); lost != 0) {
    absl::StrAppendFormat(&line, ", %d bytes lost", lost);
  }
  return line + "\n";
}

std::string direction_line(const char* name, const Json& direction) {
  std::string line = absl::StrFormat(
      "  %-11s %d received, %d passed on as %d messages", name,
      direction.at("received").get<uint64_t>(), direction.at("forwarded").get<uint64_t>(),
      direction.at("published").get<uint64_t>());
  if (const uint64_t left_out = direction.at("duplicate_targets"); left_out != 0) {
    absl::StrAppendFormat(&line, ", %d targets had it already", left_out);
  }
  if (const uint64_t elsewhere = direction.at("elsewhere_targets"); elsewhere != 0) {
    absl::StrAppendFormat(&line, ", %d targets are not here", elsewhere);
  }
  for (const auto& [reason, count] : direction.at("refused").items()) {
    absl::StrAppendFormat(&line, ", %d refused: %s", count.get<uint64_t>(), reason);
  }
  return line + "\n";
}

std::string placement_line(const Json& placement) {
  std::string line = absl::StrFormat("  placement   %s: %d nodes are here, %d targets are absent",
                                     placement.at("mode").get<std::string>(),
                                     placement.at("nodes_here").get<uint64_t>(),
                                     placement.at("absent").get<uint64_t>());
  // Those of earlier versions do not say it.
  const Json signs = placement.value("signs", Json::object());
  for (const auto& [sign, count] : signs.items()) {
    if (count.get<uint64_t>() == 0) continue;
    absl::StrAppendFormat(&line, ", %d signs of %s", count.get<uint64_t>(), sign);
  }
  return line + "\n";
}

// Those of earlier versions do not say it.
std::string asked_line(const Json& page) {
  if (!page.contains("asked")) return "";
  const Json& asked = page.at("asked");
  const std::string hearing = asked.at("hearing");
  if (hearing == "off") return "  asked       replies pass whoever has asked\n";
  std::string line = absl::StrFormat(
      "  asked       %d requests heard, %d replies came before them",
      asked.at("heard").get<uint64_t>(), asked.at("waited").get<uint64_t>());
  if (asked.at("others_known").get<bool>()) line += ", others share the work";
  if (const uint64_t passed = asked.at("unknown_passed"); passed != 0) {
    absl::StrAppendFormat(&line, ", %d replies passed unknown", passed);
  }
  if (hearing == "forbidden") line += ", LISTENING IS FORBIDDEN: replies pass whoever has asked";
  return line + "\n";
}

// Those of earlier versions do not say it.
std::string rates_line(const Json& page) {
  if (!page.contains("rates")) return "";
  const Json& rates = page.at("rates");
  std::string line = absl::StrFormat(
      "  rates       %.1f requests, %.1f targets, %.1f replies, %.1f events a second",
      rates.at("requests").get<double>(), rates.at("targets").get<double>(),
      rates.at("replies").get<double>(), rates.at("events").get<double>());
  const char* before = "; limits: ";
  for (const char* of : {"requests", "targets", "events"}) {
    const double limit = page.at("limits").at(std::string(of) + "_rate").get<double>();
    if (limit == 0) continue;
    absl::StrAppendFormat(&line, "%s%.0f %s", before, limit, of);
    before = ", ";
  }
  return line + "\n";
}

// Nothing when no events go up.
std::string events_line(const Json& events) {
  if (events.at("received").get<uint64_t>() == 0) return "";
  std::string line = absl::StrFormat("  events      %d received, %d passed up",
                                     events.at("received").get<uint64_t>(),
                                     events.at("forwarded").get<uint64_t>());
  for (const auto& [reason, count] : events.at("refused").items()) {
    absl::StrAppendFormat(&line, ", %d refused: %s", count.get<uint64_t>(), reason);
  }
  return line + "\n";
}

}  // namespace

std::string federation_requests_text(std::string_view json) {
  const Json page = Json::parse(json, nullptr, false);
  std::string lines;
  if (page.is_discarded()) return lines;
  try {
    for (const Json& one : page.at("last_requests")) {
      absl::StrAppendFormat(
          &lines, "  request     %s %.1f s ago: %d targets, %d passed on, %d not here, %d refused, "
          "%d replies\n",
          one.at("request").get<std::string>(), one.at("ms_ago").get<double>() / 1000,
          one.at("targets").get<uint64_t>(), one.at("published").get<uint64_t>(),
          one.at("elsewhere").get<uint64_t>(), one.at("refused").get<uint64_t>(),
          one.at("replies").get<uint64_t>());
    }
  } catch (const nlohmann::json::exception&) {
    return "";
  }
  return lines;
}

std::string federation_status_text(std::string_view json) {
  const Json page = Json::parse(json, nullptr, false);
  if (page.is_discarded()) return "";
  try {
    return absl::StrFormat("%s, federation broker of %s: %s\n",
                           page.at("identity").get<std::string>(),
                           page.at("cluster").get<std::string>(),
                           page.at("ready").get<bool>() ? "ready" : "NOT READY") +
           side_line("federation", page.at("federation")) +
           side_line("collective", page.at("collective")) +
           direction_line("requests", page.at("requests")) +
           direction_line("replies", page.at("replies")) + asked_line(page) +
           rates_line(page) +
           placement_line(page.at("placement")) + events_line(page.at("events"));
  } catch (const nlohmann::json::exception&) {
    return "";
  }
}

int federation_status(const std::vector<std::string>& addresses, bool as_json,
                      bool with_requests) {
  int status = 0;
  for (const std::string& address : addresses) {
    const absl::StatusOr<std::string> page = http_get(address, "/federationz");
    const std::string text = page.ok() ? federation_status_text(*page) : "";
    if (text.empty()) {
      const std::string problem =
          page.ok() ? "this is no federation broker" : std::string(page.status().message());
      std::fprintf(stderr, "antiphon: %s: %s\n", address.c_str(), problem.c_str());
      status = 1;
      continue;
    }
    if (!Json::parse(*page).at("ready").get<bool>()) status = 1;
    std::fputs(as_json ? page->c_str() : text.c_str(), stdout);
    if (with_requests && !as_json) std::fputs(federation_requests_text(*page).c_str(), stdout);
  }
  return status;
}

}  // namespace antiphon
