#include "fleet/plan/prediction.h"

#include <algorithm>

#include "broker/runtime/strong_id.h"
#include "fleet/plan/ping_bytes.h"
#include "protocol/bytes/check.h"

namespace antiphon::fleet::plan {
namespace {

constexpr double kUsPerSecond = 1e6;
constexpr double kNsPerUs = 1e3;
constexpr uint64_t kCoresShown[] = {1, 2, 4, 8, 16, 32, 64};

// A broker's default max_pending: more is not kept for a reader.
constexpr double kPendingBytesMax = 64.0 * 1024 * 1024;

// SOURCE: kSearchedMax of broker/session/sid_table.h, and how abseil's hash maps grow: to the next
// power of two, less one, at seven eighths.
constexpr uint64_t kSubscriptionsSearchedMax = 24;
constexpr uint64_t kSlotsFirst = 31;

class Predictor {
 public:
  Predictor(const CostModel& model, const FleetShape& shape, const MachineSpeed& speed)
      : general_(model.general),
        costs_(*model.of(shape.security)),
        signatures_per_core_s_(speed.signatures_per_core_s) {
    out_.shape = shape;
    out_.message_scale = general_.messages_per_core_s / speed.messages_per_core_s;
  }

  Prediction made() {
    add_counts();
    add_memory();
    add_kernel_memory();
    add_ping();
    add_storm();
    return out_;
  }

 private:
  bool has_tls() const { return out_.shape.security != Security::kNone; }

  void add_counts() {
    out_.subscriptions = {0, static_cast<double>(out_.shape.subscriptions_per_node())};
    out_.descriptors = {static_cast<double>(kDescriptorsBeside), 1};
  }

  void add_memory() {
    const FleetShape& shape = out_.shape;
    const uint64_t subscriptions = shape.subscriptions_per_node();
    const double node = costs_.node_bytes +
                        static_cast<double>(subscriptions) * general_.subscription_bytes +
                        static_cast<double>(shape.collectives) * general_.own_subject_bytes +
                        static_cast<double>(index_slots(subscriptions)) * general_.index_slot_bytes;
    const double broker = costs_.broker_bytes +
                          static_cast<double>(shape.shared_subjects()) * general_.own_subject_bytes;
    out_.idle_bytes = {broker, node};
    out_.ping_bytes = {broker, node + costs_.ping_peak_bytes};
    out_.storm_bytes = {broker + closed_bytes(general_, shape), node + costs_.storm_peak_bytes};
    const auto answer = static_cast<double>(answer_frame_bytes(shape.reply_bytes));
    out_.unread_answers_bytes =
        std::min(kPendingBytesMax, static_cast<double>(shape.nodes_per_broker()) * answer);
  }

  void add_kernel_memory() {
    const uint64_t frame = request_frame_bytes(out_.shape.request_bytes);
    const double packets = static_cast<double>(packets_of(frame, has_tls()));
    out_.kernel_idle_bytes = {0, general_.kernel_connection_bytes};
    out_.kernel_ping_bytes = {0, general_.kernel_connection_bytes +
                                     static_cast<double>(record_bytes(frame, has_tls())) +
                                     packets * general_.kernel_packet_bytes};
  }

  void add_ping() {
    const FleetShape& shape = out_.shape;
    // The measured cost of a byte is that of coming and going; a request goes to each node, but
    // comes only once.
    const double more_bytes =
        static_cast<double>(shape.reply_bytes) - kReplyBytesMeasured +
        (static_cast<double>(shape.request_bytes) - kRequestBytesMeasured) / 2;
    const double us = costs_.ping_cpu_us + more_bytes * costs_.byte_cpu_ns / kNsPerUs;
    out_.ping_cpu_s = {0, std::max(us, 0.0) / kUsPerSecond * out_.message_scale};
    out_.last_answer_s = out_.ping_cpu_s.of(1, shape.nodes_per_broker()) * costs_.ping_wall_factor /
                         static_cast<double>(shape.cores);
    const uint64_t answer = answer_frame_bytes(shape.reply_bytes);
    const uint64_t request = request_frame_bytes(shape.request_bytes);
    out_.ping_in_bytes = {wire_bytes_alone(request, has_tls()),
                          wire_bytes_alone(reply_frame_bytes(shape.reply_bytes), has_tls())};
    out_.ping_out_bytes = {
        0, wire_bytes_alone(request, has_tls()) + wire_bytes_in_a_row(answer, has_tls())};
  }

  ReturnTime all_back(uint64_t cores) const {
    const uint64_t threads = has_tls() ? handshake_workers(out_.shape, cores) : cores;
    const double seconds =
        out_.storm_cpu_s.of(1, out_.shape.nodes_per_broker()) / static_cast<double>(threads);
    return {seconds * costs_.connect_wall_factor, seconds * costs_.storm_wall_factor};
  }

  void add_storm() {
    const double arithmetic_s = costs_.connect_signatures / signatures_per_core_s_;
    const double rest_s = costs_.connect_cpu_us / kUsPerSecond * out_.message_scale;
    out_.storm_cpu_s = {0, arithmetic_s + rest_s};
    out_.all_back = all_back(out_.shape.cores);
    for (const uint64_t cores : kCoresShown) {
      out_.all_back_by_cores.push_back({cores, all_back(cores)});
    }
  }

  const GeneralCosts& general_;
  const ConnectionCosts& costs_;
  const double signatures_per_core_s_;
  Prediction out_;
};

}  // namespace

Prediction predict(const CostModel& model, const FleetShape& shape, const MachineSpeed& speed) {
  AP_CHECK(shape_error(shape).empty() && model.of(shape.security));
  AP_CHECK(speed.signatures_per_core_s > 0 && speed.messages_per_core_s > 0);
  return Predictor(model, shape, speed).made();
}

uint64_t index_slots(uint64_t subscriptions) {
  if (subscriptions <= kSubscriptionsSearchedMax) return 0;
  uint64_t slots = kSlotsFirst;
  while (slots - slots / 8 < subscriptions) slots = slots * 2 + 1;
  return slots;
}

double closed_bytes(const GeneralCosts& general, const FleetShape& shape) {
  const uint64_t connections = std::min(shape.nodes_per_broker(), kClosedConnectionsDefault);
  const double subscriptions =
      static_cast<double>(connections * shape.subscriptions_per_node()) *
      general.closed_subscription_bytes;
  return static_cast<double>(connections) * general.closed_connection_bytes +
         std::min(subscriptions, static_cast<double>(kClosedSubscriptionBytesMax));
}

// SOURCE: broker/server/server.cc gives the pool one thread for two shards (kShardsMax at most).
uint64_t default_handshake_threads(uint64_t cores) {
  return std::max<uint64_t>(std::min<uint64_t>(cores, kShardsMax) / 2, 1);
}

uint64_t handshake_workers(const FleetShape& shape, uint64_t cores) {
  const uint64_t told = shape.handshake_threads;
  return std::min(told > 0 ? told : default_handshake_threads(cores), cores);
}

}  // namespace antiphon::fleet::plan
