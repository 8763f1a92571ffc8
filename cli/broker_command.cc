#include "cli/broker_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <utility>

#include "broker/config/choria_brokers.h"
#include "cli/run_federation.h"
#include "cli/run_server.h"
#include "fleet/wire/arguments.h"

namespace antiphon {
namespace {

struct BrokerFlags {
  std::string config_path;
  std::string host;
  int64_t port = 0;  // 0: as configured; so for the others
  int64_t monitor_port = 0;
  int64_t shards = 0;
  bool check_only = false;
  bool debug = false;
  bool trace = false;
};

void add_flags(CLI::App& run, BrokerFlags& flags) {
  run.add_option("--config,-c", flags.config_path,
                 "Configuration file, in NATS's grammar or as Choria's broker.conf")
      ->type_name("FILE");
  run.add_flag("--check,-t", flags.check_only, "Check the configuration and exit");
  run.add_option("--listen,-a", flags.host, "Address to listen on (default: all)")->type_name("HOST");
  run.add_option("--port,-p", flags.port, "Port for clients (default: 4222; -1: any free port)")->type_name("PORT");
  run.add_option("--http-port,-m", flags.monitor_port, "Port for HTTP monitoring (default: off; -1: any free port)")
      ->type_name("PORT");
  run.add_option("--shards", flags.shards,
                 "Threads that serve connections (default: one per processor)")
      ->check(CLI::Range(1, 64));
  run.add_flag("--debug,-D", flags.debug, "Debugging output");
  run.add_flag("--trace,-V", flags.trace, "Trace the protocol");
  run.footer(
      "Signals: INT and TERM stop, HUP reloads the configuration, USR1 opens the log file again,\n"
      "USR2 begins lame duck mode.\n\n"
      "With plugin.choria.broker_federation = true in Choria's dialect, the federation tier runs in the\n"
      "same process; without plugin.choria.broker_network it runs alone, as `antiphon federation run`.\n\n"
      "Examples:\n"
      "  antiphon broker run --config /etc/choria/broker.conf\n"
      "  antiphon broker run --port 4222 --http-port 8222\n"
      "  antiphon broker run --config broker.conf --check\n\n"
      "Exit status: 0 after a stop, or the configuration is good; 1 it could not start, or the\n"
      "configuration has errors; 2 wrong options.");
}

// A configuration with the federation tier and no network broker.
int run_federation_alone(const BrokerFlags& flags) {
  if (!flags.host.empty() || flags.port != 0 || flags.shards != 0) {
    std::fprintf(stderr, "antiphon: --listen, --port and --shards are for a network broker: set "
                         "plugin.choria.broker_network = true\n");
    return fleet::kStatusUsage;
  }
  return run_federation({flags.config_path, flags.monitor_port, flags.check_only});
}

void apply(const BrokerFlags& flags, BrokerOptions& options) {
  if (!flags.host.empty()) options.listen.host = flags.host;
  if (flags.port != 0) options.listen.port = flags.port;
  if (flags.monitor_port != 0) options.monitoring.http_port = flags.monitor_port;
  if (flags.shards != 0) options.threads.shards = flags.shards;
  if (flags.debug) options.logging.debug = true;
  if (flags.trace) options.logging.trace = true;
}

}  // namespace

int broker_main(int argc, char** argv) {
  CLI::App app{"The network broker: NATS clients and Choria nodes connect to it."};
  app.name("antiphon broker");
  app.require_subcommand(1);
  BrokerFlags flags;
  add_flags(*app.add_subcommand("run", "Run the broker in the foreground"), flags);
  if (const auto status = fleet::parse_arguments(app, argc, argv)) return *status;

  if (flags.check_only && flags.config_path.empty()) {
    std::fprintf(stderr, "antiphon: --check needs --config FILE\n");
    return fleet::kStatusUsage;
  }
  const ChoriaBrokers brokers = choria_brokers(flags.config_path, system_config_inputs());
  if (brokers.federation_broker && !brokers.network_broker) return run_federation_alone(flags);
  ServerLaunch launch;
  launch.program = "antiphon";
  launch.config_path = flags.config_path;
  launch.command_line = [flags](BrokerOptions& options) { apply(flags, options); };
  if (!load_options(launch)) return 1;
  if (flags.check_only) {
    std::printf("antiphon: configuration file %s is valid (%s)\n", launch.config_path.c_str(),
                launch.config_digest.c_str());
    return 0;
  }
  return run_server(std::move(launch));
}

}  // namespace antiphon
