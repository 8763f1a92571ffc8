#include "cli/broker_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "broker/config/choria_roles.h"
#include "cli/run_federation.h"
#include "cli/run_server.h"

namespace antiphon {

int broker_main(int argc, char** argv) {
  CLI::App app{"The network broker: NATS clients and Choria nodes connect to it."};
  app.name("antiphon broker");
  app.require_subcommand(1);
  CLI::App* run = app.add_subcommand("run", "Run the broker in the foreground");
  ServerLaunch launch;
  launch.program = "antiphon";
  std::string host;
  int64_t port = 0;
  int64_t monitor_port = 0;
  int64_t shards = 0;
  bool check_only = false;
  bool debug = false;
  bool trace = false;
  run->add_option("--config,-c", launch.config_path,
                  "Configuration file, in NATS's grammar or as Choria's broker.conf")
      ->type_name("FILE");
  run->add_flag("--check,-t", check_only, "Check the configuration and exit");
  run->add_option("--listen,-a", host, "Address to listen on")->type_name("HOST");
  run->add_option("--port,-p", port, "Port for clients (-1: any free port)")->type_name("PORT");
  run->add_option("--http-port,-m", monitor_port, "Port for HTTP monitoring (-1: any free port)")
      ->type_name("PORT");
  run->add_option("--shards", shards, "Threads that serve connections (default: one per processor)")
      ->check(CLI::Range(1, 64));
  run->add_flag("--debug,-D", debug, "Debugging output");
  run->add_flag("--trace,-V", trace, "Trace the protocol");
  run->footer(
      "Signals: INT and TERM stop, HUP reloads the configuration, USR1 opens the log file again,\n"
      "USR2 begins lame duck mode.\n\n"
      "With plugin.choria.broker_federation = true in Choria's dialect, the federation tier runs in the\n"
      "same process; without plugin.choria.broker_network it runs alone, as `antiphon federation run`.\n\n"
      "Examples:\n"
      "  antiphon broker run --config /etc/choria/broker.conf\n"
      "  antiphon broker run --port 4222 --http-port 8222\n"
      "  antiphon broker run --config broker.conf --check");
  CLI11_PARSE(app, argc, argv);

  launch.command_line = [=](BrokerOptions& options) {
    if (!host.empty()) options.listen.host = host;
    if (port != 0) options.listen.port = port;
    if (monitor_port != 0) options.monitoring.http_port = monitor_port;
    if (shards != 0) options.shards.count = shards;
    if (debug) options.logging.debug = true;
    if (trace) options.logging.trace = true;
  };
  if (check_only && launch.config_path.empty()) {
    std::fprintf(stderr, "antiphon: --check needs --config FILE\n");
    return 1;
  }
  const ChoriaRoles roles = choria_roles(launch.config_path, system_config_inputs());
  if (roles.federation_broker && !roles.network_broker) {
    if (!host.empty() || port != 0 || shards != 0) {
      std::fprintf(stderr, "antiphon: --listen, --port and --shards are for a network broker: set "
                           "plugin.choria.broker_network = true\n");
      return 1;
    }
    return run_federation({launch.config_path, monitor_port, check_only});
  }
  if (!load_options(launch)) return 1;
  if (check_only) {
    std::printf("antiphon: configuration file %s is valid (%s)\n", launch.config_path.c_str(),
                launch.config_digest.c_str());
    return 0;
  }
  return run_server(std::move(launch));
}

}  // namespace antiphon
