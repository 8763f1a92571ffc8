#include "cli/federation_command.h"

#include <CLI/CLI.hpp>

#include "cli/federation_permissions.h"
#include "cli/federation_request.h"
#include "cli/federation_status.h"
#include "cli/federation_trace.h"
#include "cli/run_federation.h"
#include "fleet/wire/arguments.h"

namespace antiphon {
namespace {

constexpr const char* kExamples = R"(Examples:
  antiphon federation run --config /etc/choria/federation.conf
  antiphon federation run --config federation.conf --check
  antiphon federation status 127.0.0.1:8222
  antiphon federation trace web1.ams --federations ams --brokers 127.0.0.1:8222)";

constexpr const char* kStatusAddress = "127.0.0.1:8222";

}  // namespace

int federation_main(int argc, char** argv) {
  CLI::App app{"The federation broker: takes requests from a federation to a collective's nodes."};
  app.name("antiphon federation");
  app.require_subcommand(1);
  app.footer(kExamples);
  FederationLaunch launch;
  CLI::App* command = app.add_subcommand("run", "Run the federation broker in the foreground");
  command->add_option("--config,-c", launch.config, "Configuration file, in Choria's format")
      ->type_name("FILE")
      ->required();
  command->add_flag("--check,-t", launch.check_only, "Check the configuration and exit");
  command
      ->add_option("--http-port,-m", launch.http_port,
                   "Port for metrics, instead of plugin.choria.stats_port (-1: any free port)")
      ->type_name("PORT")
      ->check(CLI::Range(-1, 65535));
  command->footer(std::string(kFederationSignals) + "\n\n" + kExamples +
                  "\n\nExit status: 0 after a stop, or the configuration is good; 1 it could not start, or the\n"
                  "configuration has errors; 2 wrong options.");
  std::vector<std::string> addresses = {kStatusAddress};
  bool as_json = false;
  bool with_requests = false;
  bool all_names = false;
  std::string request;
  CLI::App* status = app.add_subcommand("status", "Show what federation brokers say of themselves");
  status->add_option("ADDRESS", addresses, "host:port of their metrics")->capture_default_str();
  status->add_flag("--json", as_json, "Print what they say as it is");
  status->add_flag("--requests", with_requests, "Show the last requests and their ids");
  status
      ->add_option("--request", request,
                   "Show what became of this request: who was asked, who answered, who is missing")
      ->type_name("ID");
  status->add_flag("--all-names", all_names, "With --request: print every name");
  status->footer(
      "Exit status: 0 all are there and connected to both sides, or nobody is missing;\n1 not.");
  CLI::App* permissions = app.add_subcommand(
      "permissions", "Show what its tokens must allow, and the commands that make them");
  std::string permissions_config;
  permissions->add_option("--config,-c", permissions_config, "Configuration file, in Choria's format")
      ->type_name("FILE")
      ->required();
  permissions->footer(
      "Choria's tokens know no federation brokers: what one may do stands there as subjects. Where\n"
      "both sides are brokers of one organization, one token may have the subjects of both. Nodes\n"
      "must be allowed to publish to choria.federation.CLUSTER.collective: Choria's brokers and\n"
      "Antiphon's let them if CLUSTER is the name of their collective; else give their tokens\n"
      "--publish choria.federation.CLUSTER.collective.");
  TraceFlags trace;
  CLI::App* trace_command =
      app.add_subcommand("trace", "Draw the way of a request to a node and back, or where it ends");
  add_trace_flags(*trace_command, trace);
  if (const auto wrong = fleet::parse_arguments(app, argc, argv)) return *wrong;
  if (*trace_command) return federation_trace(trace);
  if (*permissions) return federation_permissions(permissions_config);
  if (*status && !request.empty()) return federation_request(addresses, request, as_json, all_names);
  if (*status) return federation_status(addresses, as_json, with_requests);
  return run_federation(launch);
}

}  // namespace antiphon
