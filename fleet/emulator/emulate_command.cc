#include "fleet/emulator/emulate_command.h"

#include <absl/strings/str_format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "fleet/emulator/descriptor_limit.h"
#include "fleet/emulator/emulation.h"
#include "fleet/emulator/emulation_watch.h"
#include "fleet/wire/arguments.h"
#include "fleet/wire/connection_flags.h"

namespace antiphon::fleet {
namespace {

constexpr int kStatusNotReady = 1;

constexpr const char* kFooter = R"(Examples:
  antiphon emulate --nodes 2000
      2,000 nodes on nats://127.0.0.1:4222, until interrupted
  antiphon emulate --nodes 9000 --server tls://broker:4222
      --tls-cert node.pem --tls-key node.key --tls-ca ca.pem --threads 2
  antiphon emulate --nodes 1000 --collectives site1,site2 --agents 10
      --duration 60 --json

Every node answers discovery and "rpcutil ping" and evaluates identity, agent,
class and fact filters. Facts: emulated, number, role (web, app, db, cache),
site (site0 to site8), os.family, os.name, os.release.major. Classes: emulated
and role::ROLE. On loopback each node comes from an address of its own.

Exit status: 0 ended as asked; 1 not all nodes connected within --wait, or the
descriptor limit is too low; 2 wrong options or files.)";

struct EmulateFlags {
  ConnectionFlags connection;
  TokenIssuer token_issuer;
  FleetProfile profile;
  size_t agents = kAgentsDefault;
  double dials_per_s = 0;
  uint32_t concurrent_max = EmulationSettings{}.concurrent_max;
  unsigned threads = 1;
  WatchSettings watch;
};

void add_fleet_flags(CLI::App& command, EmulateFlags& flags) {
  FleetProfile& profile = flags.profile;
  profile.collectives = {"mcollective"};
  command.add_option("--nodes", profile.nodes, "How many nodes")->required();
  command.add_option("--agents", flags.agents, "Agents of each node")
      ->capture_default_str()
      ->check(CLI::Range(size_t{1}, kAgentsMax));
  command.add_option("--collectives", profile.collectives, "Collectives of each node")
      ->delimiter(',')
      ->capture_default_str();
  command
      .add_option("--identity", profile.identity_pattern, "Node names; {n} is the node's number")
      ->capture_default_str();
  add_token_issuer_flag(command, flags.token_issuer);
  command.add_option("--first", profile.first_number, "Number of the first node")
      ->capture_default_str();
}

void add_run_flags(CLI::App& command, EmulateFlags& flags) {
  command.add_option("--threads", flags.threads, "Threads that share the nodes")
      ->capture_default_str()
      ->check(CLI::Range(1u, kThreadsMax));
  command.add_option("--connect-rate", flags.dials_per_s, "Connections a second; 0: no limit")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command
      .add_option("--concurrent", flags.concurrent_max,
                  "Connections in the making at a time; 0: no limit, as a real fleet")
      ->capture_default_str();
  command.add_option("--wait", flags.watch.wait_s, "Seconds until all nodes must be connected")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command
      .add_option("--duration", flags.watch.duration_s,
                  "Seconds to stay after all are connected; 0: until a signal")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command.add_option("--ready-file", flags.watch.ready_file,
                     "File to write the ready line to when all nodes are connected");
  command.add_flag("--json", flags.watch.json,
                   "Print one JSON object at the end; lines for people go to standard error");
}

absl::StatusOr<EmulationSettings> emulation_settings(const EmulateFlags& flags) {
  EmulationSettings settings;
  settings.profile = flags.profile;
  settings.profile.agents = agent_names(flags.agents);
  if (const std::string error = profile_error(settings.profile); !error.empty()) {
    return absl::InvalidArgumentError(error);
  }
  absl::StatusOr<ClientSettings> client = client_settings(flags.connection);
  if (!client.ok()) return client.status();
  absl::StatusOr<Credentials> who = credentials(flags.connection.login);
  if (!who.ok()) return who.status();
  settings.client = *std::move(client);
  settings.credentials = *std::move(who);
  settings.token_issuer = flags.token_issuer;
  settings.dials_per_s = flags.dials_per_s;
  settings.concurrent_max = flags.concurrent_max;
  settings.threads = flags.threads;
  settings.seed = static_cast<uint64_t>(wall_now_ns());
  return settings;
}

int status_of(WatchEnd end) {
  switch (end) {
    case WatchEnd::kAsAsked:
      return 0;
    case WatchEnd::kNotReady:
      return kStatusNotReady;
    case WatchEnd::kReadyFileFailed:
      return kStatusUsage;
  }
  return kStatusUsage;
}

int run(const EmulateFlags& flags) {
  absl::StatusOr<EmulationSettings> settings = emulation_settings(flags);
  if (!settings.ok()) {
    absl::FPrintF(stderr, "emulate: %s\n", settings.status().message());
    return kStatusUsage;
  }
  if (const std::string shortage = descriptor_shortage(flags.profile.nodes); !shortage.empty()) {
    absl::FPrintF(stderr, "emulate: %s\n", shortage);
    return kStatusNotReady;
  }
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  block_ending_signals();
  Emulation emulation(*std::move(settings));
  EmulationWatch watch(emulation, flags.watch);
  emulation.start();
  const WatchEnd end = watch.until_over();
  emulation.stop();
  watch.report();
  return status_of(end);
}

}  // namespace

int emulate_main(int argc, char** argv) {
  CLI::App command("Connects thousands of emulated Choria nodes to a broker", "antiphon emulate");
  command.footer(kFooter);
  EmulateFlags flags;
  add_fleet_flags(command, flags);
  add_run_flags(command, flags);
  add_connection_flags(command, flags.connection, "--timeout");
  if (const auto status = parse_arguments(command, argc, argv)) return *status;
  return run(flags);
}

}  // namespace antiphon::fleet
