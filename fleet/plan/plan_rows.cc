#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include "fleet/plan/ping_bytes.h"
#include "fleet/plan/plan_report.h"
#include "fleet/plan/quantity.h"

namespace antiphon::fleet::plan {
namespace {

constexpr double kGigabitBytes = 1e9 / 8;

// Builds the rows; what they share stands in members.
class RowWriter {
 public:
  RowWriter(const CostModel& model, const Prediction& prediction, const PlanMachine& machine)
      : general_(model.general),
        costs_(*model.of(prediction.shape.security)),
        shape_(prediction.shape),
        out_(prediction),
        machine_(machine) {}

  std::vector<PlanRow> made() {
    add_counts();
    add_memory();
    add_kernel_memory();
    add_ping();
    add_storm();
    return std::move(rows_);
  }

 private:
  using Text = std::string (*)(double);

  void add(const char* what, const Amount& amount, Text text, std::string assumption,
           std::string formula) {
    rows_.push_back({section_, what, text(amount.of(1, shape_.nodes_per_broker())),
                     text(amount.of(shape_.brokers, shape_.nodes)), std::move(assumption),
                     std::move(formula)});
  }

  void add_time(const char* what, double seconds, std::string assumption, std::string formula) {
    rows_.push_back(
        {section_, what, seconds_text(seconds), "", std::move(assumption), std::move(formula)});
  }

  std::string nodes() const { return count_text(static_cast<double>(shape_.nodes_per_broker())); }

  std::string linear(const Amount& amount, Text text) const {
    const std::string product = absl::StrCat(nodes(), " nodes x ", text(amount.of_node));
    if (amount.of_broker == 0) return product;
    return absl::StrCat(text(amount.of_broker), " + ", product);
  }

  void add_counts() {
    section_ = "Connections";
    add("nodes", {0, 1}, &count_text, "spread evenly",
        absl::StrFormat("%s nodes / %d brokers", count_text(static_cast<double>(shape_.nodes)),
                        shape_.brokers));
    const std::string each =
        absl::StrFormat("(%d agent%s + 1) x %d collective%s = %d a node", shape_.agents,
                        shape_.agents == 1 ? "" : "s", shape_.collectives,
                        shape_.collectives == 1 ? "" : "s", shape_.subscriptions_per_node());
    add("subscriptions", out_.subscriptions, &count_text, each,
        absl::StrCat(nodes(), " nodes x ", each));
    const bool fits = shape_.descriptors_per_broker() <= machine_.descriptors_max;
    add("descriptors", out_.descriptors, &count_text,
        absl::StrFormat("limit of a process here: %s%s",
                        count_text(static_cast<double>(machine_.descriptors_max)),
                        fits ? "" : ", TOO LOW"),
        linear(out_.descriptors, &count_text));
  }

  std::string node_memory_formula() const {
    std::string text = absl::StrFormat(
        "%s + %d subscriptions x %s + %d subjects of its own x %s", bytes_text(costs_.node_bytes),
        shape_.subscriptions_per_node(), bytes_text(general_.subscription_bytes),
        shape_.collectives, bytes_text(general_.own_subject_bytes));
    if (const uint64_t slots = index_slots(shape_.subscriptions_per_node()); slots > 0) {
      absl::StrAppendFormat(&text, " + %d slots of an index x %s", slots,
                            bytes_text(general_.index_slot_bytes));
    }
    return text;
  }

  void add_memory() {
    section_ = "Memory of the brokers (RSS)";
    const std::string node = bytes_text(out_.idle_bytes.of_node);
    add("idle fleet", out_.idle_bytes, &bytes_text, node + " a node",
        absl::StrCat(linear(out_.idle_bytes, &bytes_text), "; a node: ", node_memory_formula()));
    add("peak of a ping of all", out_.ping_bytes, &bytes_text,
        absl::StrCat("the asker reads; else up to ", bytes_text(out_.unread_answers_bytes),
                     " more"),
        absl::StrCat(linear(out_.ping_bytes, &bytes_text), "; a node: ", node, " + ",
                     bytes_text(costs_.ping_peak_bytes)));
    const std::string closed = bytes_text(closed_bytes(general_, shape_));
    add("peak of a storm", out_.storm_bytes, &bytes_text,
        absl::StrCat("with ", closed, " of closed connections for /connz"),
        absl::StrCat(linear(out_.storm_bytes, &bytes_text), "; a node: ", node, " + ",
                     bytes_text(costs_.storm_peak_bytes), "; a broker: with ", closed,
                     " of closed connections"));
  }

  void add_kernel_memory() {
    section_ = "Memory of the kernel (beside that)";
    add("idle fleet", out_.kernel_idle_bytes, &bytes_text, "sockets without data",
        linear(out_.kernel_idle_bytes, &bytes_text));
    const uint64_t frame = request_frame_bytes(shape_.request_bytes);
    const bool tls = shape_.security != Security::kNone;
    add("peak of a ping of all", out_.kernel_ping_bytes, &bytes_text,
        "no node has read the request yet",
        absl::StrCat(linear(out_.kernel_ping_bytes, &bytes_text),
                     "; a node: ", bytes_text(general_.kernel_connection_bytes), " + ",
                     record_bytes(frame, tls), " B of request + ", packets_of(frame, tls),
                     " packets x ", bytes_text(general_.kernel_packet_bytes)));
  }

  void add_ping() {
    section_ = "Ping of the whole fleet";
    add("CPU", out_.ping_cpu_s, &seconds_text, seconds_text(out_.ping_cpu_s.of_node) + " a node",
        absl::StrFormat(
            "%s nodes x %s; a node: (%s us + (reply of %d B - %d + (request of %d B - %d) / 2) x "
            "%s ns) x %s for the speed of a core at messages",
            nodes(), seconds_text(out_.ping_cpu_s.of_node), number_text(costs_.ping_cpu_us),
            shape_.reply_bytes, kReplyBytesMeasured, shape_.request_bytes, kRequestBytesMeasured,
            number_text(costs_.byte_cpu_ns), number_text(out_.message_scale)));
    add_time(
        "last answer after", out_.last_answer_s,
        absl::StrFormat("%d cores share it; nodes answer at once", shape_.cores),
        absl::StrFormat("CPU x %s / %d cores", number_text(costs_.ping_wall_factor), shape_.cores));
    add("bytes to the brokers", out_.ping_in_bytes, &bytes_text,
        absl::StrFormat("answers of %d B", shape_.reply_bytes),
        linear(out_.ping_in_bytes, &bytes_text));
    const double out_bytes = out_.ping_out_bytes.of(1, shape_.nodes_per_broker());
    add("bytes from the brokers", out_.ping_out_bytes, &bytes_text,
        absl::StrFormat("requests of %d B, answers; %s at 1 Gbit/s", shape_.request_bytes,
                        seconds_text(out_bytes / kGigabitBytes)),
        linear(out_.ping_out_bytes, &bytes_text));
  }

  std::string arithmetic_text() const {
    if (costs_.connect_signatures == 0) return {};
    return absl::StrFormat("%s signatures / %s a second + ", number_text(costs_.connect_signatures),
                           count_text(machine_.speed.signatures_per_core_s));
  }

  void add_storm() {
    section_ = "All nodes cut at once";
    const bool tls = shape_.security != Security::kNone;
    add("CPU", out_.storm_cpu_s, &seconds_text,
        absl::StrFormat("%s a node%s", seconds_text(out_.storm_cpu_s.of_node),
                        tls ? ", full handshakes" : ""),
        absl::StrFormat("%s nodes x %s; a node: %s%s us x %s for the speed of a core at messages",
                        nodes(), seconds_text(out_.storm_cpu_s.of_node), arithmetic_text(),
                        number_text(costs_.connect_cpu_us), number_text(out_.message_scale)));
    const uint64_t workers = tls ? handshake_workers(shape_, shape_.cores) : shape_.cores;
    const std::string worker_text = absl::StrFormat(
        "%d %s%s", workers, tls ? "handshake thread" : "core", workers == 1 ? "" : "s");
    add_time(
        "all back, patient nodes", out_.all_back.patient_s, worker_text,
        absl::StrFormat("CPU x %s / %s", number_text(costs_.connect_wall_factor), worker_text));
    add_time("all back, impatient nodes", out_.all_back.impatient_s,
             "they give up a dial after 2 s, and back off",
             absl::StrFormat("CPU x %s / %s", number_text(costs_.storm_wall_factor), worker_text));
  }

  const GeneralCosts& general_;
  const ConnectionCosts& costs_;
  const FleetShape& shape_;
  const Prediction& out_;
  const PlanMachine& machine_;
  const char* section_ = "";
  std::vector<PlanRow> rows_;
};

}  // namespace

std::vector<PlanRow> plan_rows(const CostModel& model, const Prediction& prediction,
                               const PlanMachine& machine) {
  return RowWriter(model, prediction, machine).made();
}

std::vector<std::string> plan_notes(const CostModel& model, const Prediction& prediction,
                                    const PlanMachine& machine) {
  const FleetShape& shape = prediction.shape;
  const auto descriptors = static_cast<double>(shape.descriptors_per_broker());
  std::vector<std::string> notes;
  if (descriptors > static_cast<double>(machine.descriptors_max)) {
    notes.push_back(absl::StrFormat(
        "a broker needs %s descriptors, a process here may have %s: raise the limit (ulimit -Hn, "
        "LimitNOFILE=)",
        count_text(descriptors), count_text(static_cast<double>(machine.descriptors_max))));
  }
  if (shape.nodes_per_broker() > kConnectionsDefault) {
    notes.push_back(absl::StrFormat("set max_connections above %s: the default is %s",
                                    count_text(static_cast<double>(shape.nodes_per_broker())),
                                    count_text(static_cast<double>(kConnectionsDefault))));
  }
  if (shape.brokers > 1) {
    notes.push_back(absl::StrFormat(
        "brokers do not form clusters yet: each of the %d is pinged by itself", shape.brokers));
  }
  if (shape.request_bytes == kRequestBytesMeasured) {
    notes.push_back("requests are unsigned; signed ones are larger, see --request-bytes");
  }
  const uint64_t usual_threads = default_handshake_threads(shape.cores);
  if (shape.security != Security::kNone && shape.handshake_threads > 0 &&
      shape.handshake_threads != usual_threads) {
    notes.push_back(absl::StrFormat(
        "set antiphon { handshake_threads: %d }: the default with %d core%s is %d%s",
        shape.handshake_threads, shape.cores, shape.cores == 1 ? "" : "s", usual_threads,
        shape.handshake_threads > usual_threads
            ? "; while all come back messages share the cores with handshakes"
            : ""));
  }
  const auto source = [](bool measured) { return measured ? "measured here just now" : "as told"; };
  if (shape.security != Security::kNone) {
    notes.push_back(absl::StrFormat(
        "the arithmetic of handshakes is scaled from %s to %s RSA-2048 signatures a second of a core "
        "(%s)",
        count_text(model.general.signatures_per_core_s),
        count_text(machine.speed.signatures_per_core_s), source(machine.signatures_measured)));
  }
  notes.push_back(absl::StrFormat(
      "other CPU is scaled from %s to %s messages a second that a core takes and gives (%s)",
      count_text(model.general.messages_per_core_s), count_text(machine.speed.messages_per_core_s),
      source(machine.messages_measured)));
  notes.push_back("delays of the network and the time of nodes and asker are not in it");
  notes.push_back(
      "impatient nodes were measured with 9,000 or fewer; more of them waste more, so that the time is a "
      "lower limit");
  return notes;
}

}  // namespace antiphon::fleet::plan
