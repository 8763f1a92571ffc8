#include "fleet/plan/calibration.h"

#include <absl/strings/str_cat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <thread>

#include "fleet/bench/fleet_idle.h"
#include "fleet/bench/fleet_ping_load.h"
#include "fleet/bench/fleet_storm.h"
#include "fleet/bench/process_usage.h"
#include "fleet/plan/built_in_costs.h"
#include "fleet/plan/message_speed.h"
#include "fleet/plan/prediction.h"
#include "fleet/plan/signature_speed.h"

namespace antiphon::fleet::plan {
namespace {

using bench::FleetSettings;
using bench::RunResult;
using bench::Target;

constexpr unsigned kSteps = 11;
// Until memory that connecting took has gone back.
constexpr double kSettleSeconds = 3;
// What a node of Choria gives a connection.
constexpr int64_t kStormTimeoutMs = 2000;
constexpr int64_t kCalmTimeoutMs = 10'000;
constexpr double kWaitSeconds = 60;
constexpr double kUsPerSecond = 1e6;
constexpr double kMsPerSecond = 1e3;
constexpr unsigned kPings = 5;

// The shapes of the fleets whose idle memory is measured. The third and the first differ in
// subjects of a node's own; only the last has more subscriptions than are searched without an
// index.
struct CalibrationFleet {
  size_t agents;
  size_t collectives;

  double subscriptions() const { return static_cast<double>((agents + 1) * collectives); }
};
constexpr CalibrationFleet kFewAgents = {7, 1};
constexpr CalibrationFleet kManyAgents = {22, 1};
constexpr CalibrationFleet kManyCollectives = {2, 7};
constexpr CalibrationFleet kIndexed = {40, 1};

struct Measured {
  RunResult result;
  MachineSpeed speed;  // around the run
  double peak_bytes = 0;
};

absl::StatusOr<MachineSpeed> measure_speed() {
  const absl::StatusOr<double> signatures = measure_signatures_per_s();
  if (!signatures.ok()) return signatures.status();
  const absl::StatusOr<double> messages = measure_messages_per_s();
  if (!messages.ok()) return messages.status();
  return MachineSpeed{*signatures, *messages};
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm date{};
  ::gmtime_r(&now, &date);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &date);
  return text.data();
}

uint64_t cores_here() {
  return std::max(1u, std::thread::hardware_concurrency());
}

class Calibration {
 public:
  Calibration(const CalibrationSettings& settings, const OnStep& on_step)
      : settings_(settings), on_step_(on_step) {}

  absl::StatusOr<CostModel> run() {
    model_.general = built_in_.general;
    model_.name = host_name();
    model_.measured_on = today();
    if (absl::Status status = measure_plain_memory(); !status.ok()) return status;
    if (absl::Status status = measure_traffic(Security::kNone); !status.ok()) return status;
    if (absl::Status status = make_certificates(); !status.ok()) return status;
    if (absl::Status status = measure_tls_memory(); !status.ok()) return status;
    if (absl::Status status = measure_traffic(Security::kRsa); !status.ok()) return status;
    tell_in_this_machines_time();
    return model_;
  }

 private:
  ConnectionCosts& costs(Security security) {
    auto& slot = model_.connections[static_cast<size_t>(security)];
    return slot ? *slot : slot.emplace();
  }

  void begin_step(const std::string& what) { on_step_(what, done_++, kSteps); }

  // Machines that are shared get slower and faster; so each run is told in messages of its own
  // moment, and the model in those of all moments.
  void tell_in_this_machines_time() {
    const double messages_per_s = speed_sum_.messages_per_core_s / runs_;
    model_.general.signatures_per_core_s = speed_sum_.signatures_per_core_s / runs_;
    model_.general.messages_per_core_s = messages_per_s;
    for (const Security security : {Security::kNone, Security::kRsa}) {
      ConnectionCosts& out = costs(security);
      const InMessages& cost = in_messages_[static_cast<size_t>(security)];
      out.ping_cpu_us = cost.ping / messages_per_s * kUsPerSecond;
      out.connect_cpu_us = cost.connect / messages_per_s * kUsPerSecond;
      out.byte_cpu_ns = built_in_.of(security)->byte_cpu_ns *
                        built_in_.general.messages_per_core_s / messages_per_s;
    }
  }

  absl::Status make_certificates() {
    if (scratch_.path().empty()) return absl::InternalError("cannot make a temporary directory");
    return bench::make_throwaway_authority(scratch_.path(), tls_);
  }

  template <typename Scenario>
  absl::StatusOr<Measured> measure(const std::string& what, Security security, Scenario scenario) {
    begin_step(what);
    const bool has_tls = security != Security::kNone;
    bench::Access access;
    access.tls = has_tls ? &tls_ : nullptr;
    access.timeout_ms = kCalmTimeoutMs;
    const auto target = Target::open({"broker", settings_.server_command, "", 0}, access);
    if (!target.ok()) return at_step(what, std::string(target.status().message()));
    const absl::StatusOr<MachineSpeed> before = measure_speed();
    absl::StatusOr<RunResult> result = scenario(*target);
    if (!result.ok()) return at_step(what, std::string(result.status().message()));
    if (!result->failure.empty()) return at_step(what, result->failure);
    const double peak = static_cast<double>(bench::rss_peak_bytes(target->pid()).value_or(0));
    const absl::StatusOr<MachineSpeed> after = measure_speed();
    if (!before.ok() || !after.ok()) return before.ok() ? after.status() : before.status();
    const MachineSpeed speed = {
        (before->signatures_per_core_s + after->signatures_per_core_s) / 2,
        (before->messages_per_core_s + after->messages_per_core_s) / 2};
    speed_sum_.signatures_per_core_s += speed.signatures_per_core_s;
    speed_sum_.messages_per_core_s += speed.messages_per_core_s;
    ++runs_;
    return Measured{*std::move(result), speed, peak};
  }

  absl::Status at_step(const std::string& what, const std::string& problem) const {
    return absl::UnavailableError(absl::StrCat(what, ": ", problem));
  }

  FleetSettings fleet_of(const CalibrationFleet& shape, uint32_t nodes) const {
    FleetSettings fleet;
    fleet.nodes = nodes;
    fleet.agents = shape.agents;
    fleet.collectives = shape.collectives;
    fleet.wait_s = kWaitSeconds;
    return fleet;
  }

  // The figure must be there: all runs know their server's process.
  absl::StatusOr<double> figure(const Measured& measured, std::string_view name) const {
    for (const bench::Metric& metric : measured.result.metrics) {
      if (metric.name == name) return metric.value;
    }
    return absl::UnavailableError(absl::StrCat("not measured: ", std::string(name)));
  }

  // Of the broker, and of a node by the way it is measured; and what connecting takes.
  struct Idle {
    double fleet_bytes = 0;
    double node_bytes = 0;
    double connects_per_core_s = 0;
    double all_connected_s = 0;
    MachineSpeed speed;
  };

  absl::StatusOr<Idle> idle(const std::string& what, Security security,
                            const CalibrationFleet& shape, uint32_t nodes) {
    const auto measured = measure(what, security, [&](const Target& target) {
      return bench::run_fleet_idle(target, fleet_of(shape, nodes), kSettleSeconds);
    });
    if (!measured.ok()) return measured.status();
    const absl::StatusOr<double> node = figure(*measured, "memory a node");
    const absl::StatusOr<double> fleet = figure(*measured, "memory of the idle fleet");
    const absl::StatusOr<double> per_core_s = figure(*measured, "connects a server core");
    const absl::StatusOr<double> back_s = figure(*measured, "all connected after");
    if (!node.ok() || !fleet.ok() || !per_core_s.ok() || !back_s.ok() || *per_core_s <= 0) {
      return at_step(what, "no figures of memory and CPU");
    }
    return Idle{*fleet, *node, *per_core_s, *back_s, measured->speed};
  }

  // A broker's own memory grows with its first nodes; so what a node takes is the difference that
  // half the fleet makes.
  absl::StatusOr<double> measure_node(Security security) {
    const std::string name(name_of(security));
    const uint32_t half = settings_.nodes / 2;
    const auto few = idle(absl::StrCat("half of the fleet, ", name), security, kFewAgents, half);
    if (!few.ok()) return few.status();
    const auto all =
        idle(absl::StrCat("idle fleet, ", name), security, kFewAgents, settings_.nodes);
    if (!all.ok()) return all.status();
    const double node_bytes =
        std::max(0.0, (all->fleet_bytes - few->fleet_bytes) / (settings_.nodes - half));
    ConnectionCosts& out = costs(security);
    out.broker_bytes = std::max(0.0, all->fleet_bytes - node_bytes * settings_.nodes);
    split_connect(security, 1 / all->connects_per_core_s, all->speed);
    out.connect_wall_factor =
        all->all_connected_s * workers(security) * all->connects_per_core_s / settings_.nodes;
    return node_bytes;
  }

  // Of a connect with TLS only the sum is measured: what is no arithmetic is taken from the model of the
  // program.
  void split_connect(Security security, double connect_s, const MachineSpeed& speed) {
    double& rest = in_messages_[static_cast<size_t>(security)].connect;
    if (security == Security::kNone) {
      rest = connect_s * speed.messages_per_core_s;
      return;
    }
    rest = built_in_.of(security)->connect_cpu_us / kUsPerSecond * built_in_.general.messages_per_core_s;
    const double arithmetic_s = std::max(0.0, connect_s - rest / speed.messages_per_core_s);
    costs(security).connect_signatures = arithmetic_s * speed.signatures_per_core_s;
  }

  // What brings connections in on this machine: threads, beside the emulator.
  static double workers(Security security) {
    if (security == Security::kNone) return cores_of_broker();
    return static_cast<double>(default_handshake_threads(cores_here()));
  }

  absl::Status measure_plain_memory() {
    const absl::StatusOr<double> node = measure_node(Security::kNone);
    if (!node.ok()) return node.status();
    const double broker_bytes = costs(Security::kNone).broker_bytes;
    IdleNodeBytes measured;
    measured.few_agents = *node;
    struct Step {
      const char* what;
      const CalibrationFleet* shape;
      double IdleNodeBytes::*bytes;
    };
    constexpr Step kIdleSteps[] = {
        {"22 agents", &kManyAgents, &IdleNodeBytes::many_agents},
        {"7 collectives", &kManyCollectives, &IdleNodeBytes::many_collectives},
        {"40 agents", &kIndexed, &IdleNodeBytes::indexed}};
    for (const Step& step : kIdleSteps) {
      const auto run = idle(step.what, Security::kNone, *step.shape, settings_.nodes);
      if (!run.ok()) return run.status();
      measured.*step.bytes = (run->fleet_bytes - broker_bytes) / settings_.nodes;
    }
    const NodeMemory memory = split_memory(measured);
    costs(Security::kNone).node_bytes = memory.node_bytes;
    model_.general.subscription_bytes = memory.subscription_bytes;
    model_.general.own_subject_bytes = memory.own_subject_bytes;
    model_.general.index_slot_bytes = memory.index_slot_bytes;
    return absl::OkStatus();
  }

  double subscriptions_bytes(const CalibrationFleet& shape) const {
    return shape.subscriptions() * model_.general.subscription_bytes +
           static_cast<double>(shape.collectives) * model_.general.own_subject_bytes;
  }

  absl::Status measure_tls_memory() {
    const absl::StatusOr<double> node = measure_node(Security::kRsa);
    if (!node.ok()) return node.status();
    costs(Security::kRsa).node_bytes = std::max(0.0, *node - subscriptions_bytes(kFewAgents));
    return absl::OkStatus();
  }

  double peak_above_idle(Security security, double peak_bytes) {
    const double idle_bytes = costs(security).node_bytes + subscriptions_bytes(kFewAgents);
    const double above = (peak_bytes - costs(security).broker_bytes) / settings_.nodes;
    return std::max(0.0, above - idle_bytes);
  }

  // What is left to a broker on this machine beside the emulator.
  static double cores_of_broker() {
    return static_cast<double>(std::max<uint64_t>(1, cores_here() - 1));
  }

  absl::Status measure_traffic(Security security) {
    if (absl::Status status = measure_ping(security); !status.ok()) return status;
    return measure_storm(security);
  }

  absl::Status measure_ping(Security security) {
    bench::PingLoad load;
    load.pings = kPings;
    const std::string what = absl::StrCat("ping, ", std::string(name_of(security)));
    const auto measured = measure(what, security, [&](const Target& target) {
      return bench::run_fleet_ping(target, fleet_of(kFewAgents, settings_.nodes), load);
    });
    if (!measured.ok()) return measured.status();
    const absl::StatusOr<double> cpu_us = figure(*measured, "server CPU a node");
    const absl::StatusOr<double> last_ms = figure(*measured, "last answer after");
    if (!cpu_us.ok() || !last_ms.ok() || *cpu_us <= 0) return at_step(what, "no CPU figures");
    ConnectionCosts& out = costs(security);
    in_messages_[static_cast<size_t>(security)].ping =
        *cpu_us / kUsPerSecond * measured->speed.messages_per_core_s;
    out.ping_peak_bytes = peak_above_idle(security, measured->peak_bytes);
    const double cpu_s = *cpu_us / kUsPerSecond * settings_.nodes;
    out.ping_wall_factor = *last_ms / kMsPerSecond * cores_of_broker() / cpu_s;
    return absl::OkStatus();
  }

  absl::Status measure_storm(Security security) {
    bench::StormSettings storm;
    storm.fleet = fleet_of(kFewAgents, settings_.nodes);
    storm.fleet.timeout_ms = kStormTimeoutMs;
    storm.calm_timeout_ms = kCalmTimeoutMs;
    storm.leave_s = 0;
    const std::string what = absl::StrCat("storm, ", std::string(name_of(security)));
    const auto measured = measure(what, security, [&](const Target& target) {
      return bench::run_fleet_storm(target, storm);
    });
    if (!measured.ok()) return measured.status();
    const absl::StatusOr<double> back_s = figure(*measured, "all back after");
    if (!back_s.ok()) return back_s.status();
    ConnectionCosts& out = costs(security);
    FleetShape closed{settings_.nodes, kFewAgents.agents, kFewAgents.collectives};
    out.storm_peak_bytes =
        peak_above_idle(security, measured->peak_bytes - closed_bytes(model_.general, closed));
    const double connect_s =
        out.connect_signatures / measured->speed.signatures_per_core_s +
        in_messages_[static_cast<size_t>(security)].connect / measured->speed.messages_per_core_s;
    out.storm_wall_factor = *back_s * workers(security) / (connect_s * settings_.nodes);
    return absl::OkStatus();
  }

  const CalibrationSettings& settings_;
  const OnStep& on_step_;
  unsigned done_ = 0;
  const CostModel built_in_ = built_in_model();
  MachineSpeed speed_sum_;  // of all runs
  unsigned runs_ = 0;
  // CPU time as the messages a core would have moved meanwhile.
  struct InMessages {
    double ping = 0;  // for a node
    double connect = 0;
  };
  std::array<InMessages, kSecurityNames.size()> in_messages_{};  // by Security
  bench::ScratchDirectory scratch_;
  bench::TlsFiles tls_;
  CostModel model_;
};

}  // namespace

absl::StatusOr<CostModel> calibrate(const CalibrationSettings& settings, const OnStep& on_step) {
  return Calibration(settings, on_step).run();
}

NodeMemory split_memory(const IdleNodeBytes& measured) {
  NodeMemory memory;
  const double subscription = (measured.many_agents - measured.few_agents) /
                              (kManyAgents.subscriptions() - kFewAgents.subscriptions());
  memory.subscription_bytes = std::max(0.0, subscription);
  const double own_subjects =
      measured.many_collectives - measured.few_agents -
      (kManyCollectives.subscriptions() - kFewAgents.subscriptions()) * memory.subscription_bytes;
  memory.own_subject_bytes =
      std::max(0.0, own_subjects /
                        static_cast<double>(kManyCollectives.collectives - kFewAgents.collectives));
  memory.node_bytes =
      std::max(0.0, measured.few_agents - kFewAgents.subscriptions() * memory.subscription_bytes -
                        static_cast<double>(kFewAgents.collectives) * memory.own_subject_bytes);
  const double index =
      measured.indexed - measured.many_agents -
      (kIndexed.subscriptions() - kManyAgents.subscriptions()) * memory.subscription_bytes;
  const auto slots = index_slots(static_cast<uint64_t>(kIndexed.subscriptions()));
  memory.index_slot_bytes = std::max(0.0, index / static_cast<double>(slots));
  return memory;
}

}  // namespace antiphon::fleet::plan
