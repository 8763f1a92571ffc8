#include "fleet/plan/plan_command.h"

#include <absl/strings/str_format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

#include "fleet/bench/scratch_directory.h"
#include "fleet/emulator/descriptor_limit.h"
#include "fleet/emulator/fleet_profile.h"
#include "fleet/plan/built_in_costs.h"
#include "fleet/plan/calibration.h"
#include "fleet/plan/message_speed.h"
#include "fleet/plan/model_file.h"
#include "fleet/plan/plan_report.h"
#include "fleet/plan/signature_speed.h"
#include "fleet/wire/arguments.h"

namespace antiphon::fleet {
namespace {

using plan::CostModel;
using plan::FleetShape;
using plan::MachineSpeed;
using plan::PlanMachine;
using plan::Prediction;
using plan::Security;

constexpr int kStatusFailed = 1;
constexpr double kSpeedMin = 1;
constexpr double kSignaturesMax = 1e6;
constexpr double kMessagesMax = 1e9;

constexpr const char* kFooter = R"(Examples:
  antiphon plan --nodes 100000 --agents 10 --collectives 2 --tls rsa
      one broker with the cores of this machine
  antiphon plan --nodes 100000 --brokers 3 --cores 8 --explain
      the formulas, with their numbers
  antiphon plan --nodes 100000 --cores 8 --handshake-threads 8
      with antiphon { handshake_threads: 8 } in the broker's configuration
  antiphon plan --measure costs.json
  antiphon plan --nodes 20000 --model costs.json --json
      with the costs of a machine of your own, measured in about a minute

CPU time is scaled to this machine by two speeds of its cores, which takes a
moment to measure: RSA-2048 signatures a second, and messages that are taken
from one TCP connection and given to another. For another machine give its
figures by --signatures-per-second and --messages-per-second; "antiphon plan
--nodes 1" there tells them in its notes.

Exit status: 0 there is a plan; 1 the measurement failed; 2 wrong options, or
a model file with errors.)";

struct PlanFlags {
  FleetShape shape;
  std::string tls = std::string(plan::name_of(Security::kRsa));
  MachineSpeed speed;  // 0: measured
  std::string model_file;
  bool print_model = false;
  bool json = false;
  bool explain = false;
  std::string measure_file;
  plan::CalibrationSettings calibration;
};

void add_shape_flags(CLI::App& command, PlanFlags& flags) {
  constexpr const char* kGroup = "The fleet";
  FleetShape& shape = flags.shape;
  shape.agents = kAgentsDefault;
  shape.collectives = 1;
  shape.cores = std::max(1u, std::thread::hardware_concurrency());
  const auto number = [&](const char* name, uint64_t& value, const char* text) {
    return command.add_option(name, value, text)->group(kGroup);
  };
  number("--nodes", shape.nodes, "How many nodes");
  number("--agents", shape.agents, "Agents of each node")->capture_default_str();
  number("--collectives", shape.collectives, "Collectives of each node")->capture_default_str();
  command
      .add_option("--tls", flags.tls,
                  "none, or mutual TLS with certificates of this kind: rsa (2048 bits); ecdsa only "
                  "with a model that has it")
      ->capture_default_str()
      ->check(CLI::IsMember(
          std::vector<std::string>(plan::kSecurityNames.begin(), plan::kSecurityNames.end())))
      ->group(kGroup);
  number("--request-bytes", shape.request_bytes, "Payload of a request")->capture_default_str();
  number("--reply-bytes", shape.reply_bytes, "Payload of an answer")->capture_default_str();
}

void add_machine_flags(CLI::App& command, PlanFlags& flags) {
  constexpr const char* kGroup = "The brokers";
  command
      .add_option("--brokers", flags.shape.brokers,
                  "Machines that share the nodes; brokers do not form clusters yet")
      ->capture_default_str()
      ->group(kGroup);
  command.add_option("--cores", flags.shape.cores, "Cores of each (default: of this machine)")
      ->group(kGroup);
  command
      .add_option("--handshake-threads", flags.shape.handshake_threads,
                  "Threads of each that make TLS handshakes, as antiphon.handshake_threads (default: "
                  "one for each two cores)")
      ->check(CLI::Range(uint64_t{1}, plan::kHandshakeThreadsMax))
      ->group(kGroup);
  command
      .add_option("--signatures-per-second", flags.speed.signatures_per_core_s,
                  "RSA-2048 signatures of a core (default: measured here)")
      ->check(CLI::Range(kSpeedMin, kSignaturesMax))
      ->group(kGroup);
  command
      .add_option("--messages-per-second", flags.speed.messages_per_core_s,
                  "Messages a core takes from one connection and gives to another (default: "
                  "measured here)")
      ->check(CLI::Range(kSpeedMin, kMessagesMax))
      ->group(kGroup);
}

void add_model_flags(CLI::App& command, PlanFlags& flags) {
  constexpr const char* kGroup = "The costs";
  command.add_option("--model", flags.model_file, "Costs measured elsewhere, a JSON file")
      ->group(kGroup);
  command
      .add_flag("--print-model", flags.print_model, "Print the costs as such a file, and no plan")
      ->group(kGroup);
  auto* measure = command.add_option("--measure", flags.measure_file,
                                     "Measure this machine and write its costs to this file");
  measure->excludes("--model")->group(kGroup);
  command
      .add_option("--server", flags.calibration.server_command,
                  "With --measure: the broker to start, a command that takes nats-server's flags "
                  "(default: this program)")
      ->needs(measure)
      ->group(kGroup);
  command
      .add_option("--measure-nodes", flags.calibration.nodes,
                  "With --measure: how many nodes to emulate")
      ->capture_default_str()
      ->check(CLI::Range(plan::kCalibrationNodesMin, plan::kCalibrationNodesMax))
      ->needs(measure)
      ->group(kGroup);
}

void add_output_flags(CLI::App& command, PlanFlags& flags) {
  constexpr const char* kGroup = "Output";
  auto* json = command.add_flag("--json", flags.json, "Print one JSON object")->group(kGroup);
  command.add_flag("--explain", flags.explain, "Print the formulas with their numbers, and costs")
      ->excludes(json)
      ->group(kGroup);
}

Security security_of(const std::string& name) {
  const auto& names = plan::kSecurityNames;
  return static_cast<Security>(std::find(names.begin(), names.end(), name) - names.begin());
}

int fail(int status, absl::string_view problem) {
  absl::FPrintF(stderr, "plan: %s\n", problem);
  return status;
}

// ---- Measuring

void show_step(const std::string& what, unsigned done, unsigned all) {
  if (::isatty(STDERR_FILENO)) {
    absl::FPrintF(stderr, "\r\033[K[%d/%d] %s", done + 1, all, what);
  }
}

// This program under the name whose flags it then takes.
std::string own_command(const std::string& directory) {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const std::string link = directory + "/nats-server";
  std::filesystem::create_symlink(program, link, error);
  return error ? std::string() : "'" + link + "'";
}

absl::StatusOr<CostModel> measured_model(const PlanFlags& flags) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  const bench::ScratchDirectory scratch;
  plan::CalibrationSettings settings = flags.calibration;
  if (settings.server_command.empty()) settings.server_command = own_command(scratch.path());
  if (settings.server_command.empty()) {
    return absl::InternalError("cannot start this program anew; name a broker by --server");
  }
  // Each node is a connection of this process and of the broker that it starts.
  if (const uint64_t fit = nodes_that_fit(raise_descriptor_limit()); settings.nodes > fit) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "%d nodes need more descriptors than there are; %d fit", settings.nodes, fit));
  }
  absl::StatusOr<CostModel> model = plan::calibrate(settings, &show_step);
  if (::isatty(STDERR_FILENO)) absl::FPrintF(stderr, "\r\033[K");
  if (!model.ok()) return model.status();
  const absl::Status written = plan::write_model(*model, flags.measure_file);
  if (!written.ok()) return written;
  return model;
}

bool can_be_written(const std::string& file) {
  const std::filesystem::path directory = std::filesystem::path(file).parent_path();
  return ::access(directory.empty() ? "." : directory.c_str(), W_OK) == 0;
}

// ---- Planning

absl::StatusOr<PlanMachine> machine_of(const PlanFlags& flags) {
  PlanMachine machine;
  machine.descriptors_max = raise_descriptor_limit();
  machine.speed = flags.speed;
  if (machine.speed.signatures_per_core_s == 0) {
    const absl::StatusOr<double> measured = plan::measure_signatures_per_s();
    if (!measured.ok()) return measured.status();
    machine.speed.signatures_per_core_s = *measured;
    machine.signatures_measured = true;
  }
  if (machine.speed.messages_per_core_s == 0) {
    const absl::StatusOr<double> measured = plan::measure_messages_per_s();
    if (!measured.ok()) return measured.status();
    machine.speed.messages_per_core_s = *measured;
    machine.messages_measured = true;
  }
  return machine;
}

int print_plan(const PlanFlags& flags, const CostModel& model) {
  if (const std::string error = shape_error(flags.shape); !error.empty()) {
    return fail(kStatusUsage, error);
  }
  if (!model.of(flags.shape.security)) {
    return fail(kStatusUsage,
                absl::StrFormat("the model \"%s\" has no measured costs for --tls %s; a file for "
                                "--model may have them",
                                model.name, flags.tls));
  }
  const absl::StatusOr<PlanMachine> machine = machine_of(flags);
  if (!machine.ok()) return fail(kStatusFailed, machine.status().message());
  const Prediction prediction = plan::predict(model, flags.shape, machine->speed);
  const auto print = flags.json      ? &plan::plan_json
                     : flags.explain ? &plan::plan_explanation
                                     : &plan::plan_table;
  std::fputs(print(model, prediction, *machine).c_str(), stdout);
  return 0;
}

absl::StatusOr<CostModel> known_model(const PlanFlags& flags) {
  if (flags.model_file.empty()) return plan::built_in_model();
  return plan::read_model(flags.model_file);
}

int run(const PlanFlags& flags, bool has_nodes) {
  const bool measures = !flags.measure_file.empty();
  if (!has_nodes && !measures && !flags.print_model) {
    return fail(kStatusUsage, "--nodes is required; see --help");
  }
  // Before a minute is spent on measuring.
  if (const std::string error = shape_error(flags.shape); has_nodes && !error.empty()) {
    return fail(kStatusUsage, error);
  }
  if (measures && !can_be_written(flags.measure_file)) {
    return fail(kStatusUsage, "cannot write " + flags.measure_file);
  }
  const absl::StatusOr<CostModel> model = measures ? measured_model(flags) : known_model(flags);
  if (!model.ok()) return fail(measures ? kStatusFailed : kStatusUsage, model.status().message());
  if (flags.print_model) {
    std::fputs(plan::model_json(*model).c_str(), stdout);
    return 0;
  }
  return has_nodes ? print_plan(flags, *model) : 0;
}

}  // namespace

int plan_main(int argc, char** argv) {
  CLI::App command("Predicts what a fleet will cost its brokers, from measured costs",
                   "antiphon plan");
  command.footer(kFooter);
  PlanFlags flags;
  add_shape_flags(command, flags);
  add_machine_flags(command, flags);
  add_model_flags(command, flags);
  add_output_flags(command, flags);
  if (const auto status = parse_arguments(command, argc, argv)) return *status;
  flags.shape.security = security_of(flags.tls);
  return run(flags, command.count("--nodes") > 0);
}

}  // namespace antiphon::fleet
