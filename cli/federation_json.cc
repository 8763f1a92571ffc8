#include "cli/federation_json.h"

#include <nlohmann/json.hpp>

#include "broker/server/version.h"

namespace antiphon {
namespace {

using federation::DirectionCounts;
using federation::RelayReport;
using federation::SideCounts;

nlohmann::ordered_json json_of(const std::array<uint64_t, federation::kRefusals>& refused) {
  nlohmann::ordered_json reasons = nlohmann::ordered_json::object();
  for (size_t i = 1; i < federation::kRefusals; ++i) {
    if (refused[i] == 0) continue;
    reasons[std::string(refusal_name(static_cast<federation::Refusal>(i)))] = refused[i];
  }
  return reasons;
}

nlohmann::ordered_json json_of(const federation::PlacementCounts& placement) {
  nlohmann::ordered_json signs = nlohmann::ordered_json::object();
  for (size_t i = 0; i < federation::kLifeSigns; ++i) {
    signs[std::string(life_sign_name(static_cast<federation::LifeSign>(i)))] = placement.signs[i];
  }
  return {{"mode", placement_name(placement.mode)}, {"nodes_here", placement.here},
          {"absent", placement.absent},  {"told", placement.told},
          {"names", placement.names},    {"unnamed", placement.unnamed},
          {"compactions", placement.compactions}, {"signs", std::move(signs)},
          {"nameless_signs", placement.nameless}};
}

nlohmann::ordered_json json_of(const federation::AskedCounts& asked) {
  return {{"hearing", hearing_name(asked.hearing)},
          {"others_known", asked.others_known},
          {"heard", asked.heard},
          {"forgotten", asked.forgotten},
          {"unknown_passed", asked.unknown_passed},
          {"waited", asked.waited},
          {"waiting", asked.waiting}};
}

nlohmann::ordered_json json_of(const std::vector<federation::RequestLine>& lines) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const federation::RequestLine& line : lines) {
    all.push_back({{"request", line.id}, {"ms_ago", line.ms_ago}, {"targets", line.targets},
                   {"published", line.published}, {"elsewhere", line.elsewhere},
                   {"refused", line.refused}, {"replies", line.replies}});
  }
  return all;
}

nlohmann::ordered_json json_of(const DirectionCounts& counts) {
  nlohmann::ordered_json reasons = json_of(counts.refused);
  return {{"received", counts.received},
          {"forwarded", counts.forwarded},
          {"published", counts.published},
          {"duplicate_targets", counts.duplicate_targets},
          {"elsewhere_targets", counts.elsewhere_targets},
          {"refused", std::move(reasons)}};
}

nlohmann::ordered_json json_of(const SideCounts& side) {
  return {{"connected", side.connected}, {"server", side.server},
          {"in_process", side.in_process},
          {"connects", side.connects},   {"failures", side.failures},
          {"lost_bytes", side.lost_bytes},
          {"complaints", side.complaints}, {"look_ups", side.look_ups},
          {"look_up_failures", side.look_up_failures},
          {"queue_bytes", side.queue_bytes}, {"queue_bytes_high", side.queue_bytes_high},
          {"pauses", side.pauses}};
}

}  // namespace

std::string federation_json(const RelayReport& report) {
  const nlohmann::ordered_json json = {
      {"identity", report.identity},
      {"cluster", report.cluster},
      {"version", kProductVersion},
      {"ready", report.ready()},
      {"federation", json_of(report.sides[0])},
      {"collective", json_of(report.sides[1])},
      {"requests", json_of(report.directions[0])},
      {"replies", json_of(report.directions[1])},
      {"queue_bytes_max", report.queue_bytes_max},
      {"replay_forgotten", report.replay_forgotten},
      {"asked", json_of(report.asked)},
      {"placement", json_of(report.placement)},
      {"events",
       {{"received", report.events.received},
        {"forwarded", report.events.forwarded},
        {"refused", json_of(report.events.refused)}}},
      {"rates",
       {{"requests", report.rates.requests},
        {"targets", report.rates.targets},
        {"replies", report.rates.replies},
        {"events", report.rates.events}}},
      {"limits",
       {{"requests_rate", report.limits.requests_per_s},
        {"targets_rate", report.limits.targets_per_s},
        {"events_rate", report.limits.events_per_s}}},
      {"error_replies", report.error_replies},
      {"border", {{"on", report.carried_over.has_value()},
                  {"carried_over", report.carried_over.value_or(0)}}},
      {"last_requests", json_of(report.requests)},
  };
  return json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace antiphon
