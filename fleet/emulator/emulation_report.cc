#include "fleet/emulator/emulation_report.h"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace antiphon::fleet {
namespace {

using Json = nlohmann::ordered_json;

void append_counts(const FailureCounts& counts, std::string_view mark, std::string& out) {
  std::vector<std::pair<uint64_t, std::string>> rows;
  for (const auto& [text, count] : counts.by_text()) rows.emplace_back(count, text);
  std::sort(rows.begin(), rows.end(), std::greater<>());
  for (const auto& [count, text] : rows) {
    absl::StrAppendFormat(&out, "%8d x %s%s\n", count, std::string(mark), text);
  }
}

Json by_text(const FailureCounts& counts) {
  Json object = Json::object();
  for (const auto& [text, count] : counts.by_text()) object[text] = count;
  return object;
}

}  // namespace

std::string ready_line(const EmulationCounts& counts, double seconds) {
  const bool ready = counts.connected == counts.nodes;
  return absl::StrFormat("%s: %d of %d nodes connected %s %.1f s", ready ? "ready" : "not ready",
                         counts.connected, counts.nodes, ready ? "in" : "after", seconds);
}

std::string failure_lines(const EmulationCounts& counts) {
  std::string lines;
  append_counts(counts.failures, "", lines);
  append_counts(counts.complaints, "complaint: ", lines);
  return lines;
}

std::string summary_line(const EmulationCounts& counts) {
  return absl::StrFormat(
      "ended: %d of %d nodes connected, %d requests, %d replies, %d filtered, %d unanswered, "
      "%d connections lost, %d failures",
      counts.connected, counts.nodes, counts.requests, counts.replies, counts.filtered,
      counts.unanswered + counts.dropped, counts.lost, counts.failures.total());
}

std::string emulation_json(const EmulationCounts& counts, const EmulationTimes& times) {
  Json json;
  json["nodes"] = counts.nodes;
  json["connected"] = counts.connected;
  json["ready_seconds"] = times.ready_s < 0 ? Json(nullptr) : Json(times.ready_s);
  json["total_seconds"] = times.total_s;
  json["cpu_seconds"] = times.cpu_s;
  json["dials"] = counts.dials;
  json["logins"] = counts.logins;
  json["lost"] = counts.lost;
  json["requests"] = counts.requests;
  json["messages"] = counts.messages;
  json["replies"] = counts.replies;
  json["filtered"] = counts.filtered;
  json["unanswered"] = counts.unanswered;
  json["dropped"] = counts.dropped;
  json["failures"] = by_text(counts.failures);
  json["complaints"] = by_text(counts.complaints);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace antiphon::fleet
