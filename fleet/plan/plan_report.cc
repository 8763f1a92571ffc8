#include "fleet/plan/plan_report.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fleet/plan/built_in_costs.h"
#include "fleet/plan/quantity.h"

namespace antiphon::fleet::plan {
namespace {

using Json = nlohmann::ordered_json;

std::string security_text(Security security) {
  switch (security) {
    case Security::kNone:
      return "plain connections";
    case Security::kRsa:
      return "mutual TLS (RSA-2048)";
    case Security::kEcdsa:
      return "mutual TLS (ECDSA)";
  }
  return {};
}

std::string plural(uint64_t count, const char* what) {
  return absl::StrFormat("%s %s%s", count_text(static_cast<double>(count)), what,
                         count == 1 ? "" : "s");
}

std::string title(const FleetShape& shape) {
  return absl::StrFormat("%s, %s, %s, %s; %s with %s%s\n", plural(shape.nodes, "node"),
                         plural(shape.agents, "agent"), plural(shape.collectives, "collective"),
                         security_text(shape.security), plural(shape.brokers, "broker"),
                         plural(shape.cores, "core"), shape.brokers > 1 ? " each" : "");
}

std::string by_cores_line(const Prediction& prediction) {
  std::string line = "  patient, by cores:";
  for (const ReturnTimeByCores& back : prediction.all_back_by_cores) {
    absl::StrAppendFormat(&line, "%s %d: %s", line.back() == ':' ? "" : ",", back.cores,
                          seconds_text(back.time.patient_s));
  }
  return line + "\n";
}

std::string note_lines(const std::vector<std::string>& notes) {
  std::string lines = "\nNotes\n";
  for (const std::string& note : notes) absl::StrAppend(&lines, "  - ", note, "\n");
  return lines;
}

// The costs of a model; where each comes from, if it is the one of the program.
std::string cost_lines(const CostModel& model, Security security) {
  std::string lines =
      absl::StrCat("\nCosts (model \"", model.name, "\", measured on ", model.measured_on, ")\n");
  const bool built_in = model == built_in_model();
  const auto add = [&](std::string_view section, std::string_view name, double value) {
    absl::StrAppendFormat(&lines, "  %-34s %12s", absl::StrFormat("%s/%s", section, name),
                          number_text(value));
    for (const BuiltInCost& cost : built_in_costs()) {
      if (!built_in || cost.section != section || cost.name != name) continue;
      absl::StrAppendFormat(&lines, "  %s, %s", cost.date, cost.source);
    }
    lines += "\n";
  };
  for (const auto& field : kGeneralFields) add("general", field.name, model.general.*field.member);
  const ConnectionCosts& costs = *model.of(security);
  for (const auto& field : kConnectionFields) {
    add(name_of(security), field.name, costs.*field.member);
  }
  return lines;
}

Json memory_json(const Prediction& prediction, uint64_t brokers, uint64_t nodes) {
  return {{"nodes", nodes},
          {"subscriptions", prediction.subscriptions.of(brokers, nodes)},
          {"descriptors", prediction.descriptors.of(brokers, nodes)},
          {"idle_memory_bytes", prediction.idle_bytes.of(brokers, nodes)},
          {"ping_peak_memory_bytes", prediction.ping_bytes.of(brokers, nodes)},
          {"storm_peak_memory_bytes", prediction.storm_bytes.of(brokers, nodes)},
          {"kernel_idle_memory_bytes", prediction.kernel_idle_bytes.of(brokers, nodes)},
          {"kernel_ping_memory_bytes", prediction.kernel_ping_bytes.of(brokers, nodes)},
          {"ping_cpu_seconds", prediction.ping_cpu_s.of(brokers, nodes)},
          {"ping_in_bytes", prediction.ping_in_bytes.of(brokers, nodes)},
          {"ping_out_bytes", prediction.ping_out_bytes.of(brokers, nodes)},
          {"storm_cpu_seconds", prediction.storm_cpu_s.of(brokers, nodes)}};
}

Json shape_json(const FleetShape& shape) {
  return {{"nodes", shape.nodes},
          {"agents", shape.agents},
          {"collectives", shape.collectives},
          {"tls", std::string(name_of(shape.security))},
          {"brokers", shape.brokers},
          {"cores", shape.cores},
          {"handshake_threads", shape.handshake_threads > 0
                                    ? shape.handshake_threads
                                    : default_handshake_threads(shape.cores)},
          {"request_bytes", shape.request_bytes},
          {"reply_bytes", shape.reply_bytes},
          {"subscriptions_per_node", shape.subscriptions_per_node()}};
}

}  // namespace

std::string plan_table(const CostModel& model, const Prediction& prediction,
                       const PlanMachine& machine) {
  const bool several = prediction.shape.brokers > 1;
  std::string out = title(prediction.shape);
  std::string section;
  for (const PlanRow& row : plan_rows(model, prediction, machine)) {
    if (row.section != section) {
      section = row.section;
      const bool heads = several && out.find('\n') + 1 == out.size();
      absl::StrAppendFormat(&out, "\n%s", section);
      if (heads) {
        out += std::string(section.size() < 28 ? 28 - section.size() : 1, ' ');
        absl::StrAppendFormat(&out, "%13s %13s", "each broker", "all brokers");
      }
      out += "\n";
    }
    absl::StrAppendFormat(&out, "  %-26s%13s", row.what, row.each_broker);
    if (several) absl::StrAppendFormat(&out, " %13s", row.all_brokers);
    absl::StrAppend(&out, "   ", row.assumption, "\n");
  }
  out += by_cores_line(prediction);
  return out + note_lines(plan_notes(model, prediction, machine));
}

std::string plan_explanation(const CostModel& model, const Prediction& prediction,
                             const PlanMachine& machine) {
  std::string out = title(prediction.shape);
  std::string section;
  for (const PlanRow& row : plan_rows(model, prediction, machine)) {
    if (row.section != section) absl::StrAppend(&out, "\n", row.section, ", each broker\n");
    section = row.section;
    absl::StrAppendFormat(&out, "  %s = %s\n      = %s\n", row.what, row.each_broker, row.formula);
  }
  out += by_cores_line(prediction);
  out += note_lines(plan_notes(model, prediction, machine));
  return out + cost_lines(model, prediction.shape.security);
}

std::string plan_json(const CostModel& model, const Prediction& prediction,
                      const PlanMachine& machine) {
  const FleetShape& shape = prediction.shape;
  Json each = memory_json(prediction, 1, shape.nodes_per_broker());
  each["idle_node_memory_bytes"] = prediction.idle_bytes.of_node;
  each["unread_answers_memory_bytes"] = prediction.unread_answers_bytes;
  each["ping_cpu_node_us"] = prediction.ping_cpu_s.of_node * 1e6;
  each["ping_last_answer_seconds"] = prediction.last_answer_s;
  each["storm_cpu_node_us"] = prediction.storm_cpu_s.of_node * 1e6;
  each["storm_all_back_patient_seconds"] = prediction.all_back.patient_s;
  each["storm_all_back_impatient_seconds"] = prediction.all_back.impatient_s;
  Json by_cores = Json::array();
  for (const ReturnTimeByCores& back : prediction.all_back_by_cores) {
    by_cores.push_back({{"cores", back.cores},
                        {"patient_seconds", back.time.patient_s},
                        {"impatient_seconds", back.time.impatient_s}});
  }
  const Json json = {{"shape", shape_json(shape)},
                     {"machine",
                      {{"signatures_per_core_s", machine.speed.signatures_per_core_s},
                       {"messages_per_core_s", machine.speed.messages_per_core_s},
                       {"is_this_machine", machine.signatures_measured && machine.messages_measured},
                       {"descriptors_max", machine.descriptors_max}}},
                     {"model", {{"name", model.name}, {"measured_on", model.measured_on}}},
                     {"each_broker", each},
                     {"all_brokers", memory_json(prediction, shape.brokers, shape.nodes)},
                     {"storm_all_back_by_cores", by_cores},
                     {"notes", plan_notes(model, prediction, machine)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace antiphon::fleet::plan
