#include "cli/federation_command.h"

#include <absl/strings/str_cat.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <random>
#include <thread>

#include "broker/monitor/http_server.h"
#include "broker/monitor/query.h"
#include "broker/runtime/clock.h"
#include "broker/runtime/line_file.h"
#include "broker/server/version.h"
#include "cli/federation_border.h"
#include "cli/federation_pages.h"
#include "cli/federation_permissions.h"
#include "cli/federation_request.h"
#include "cli/federation_status.h"
#include "cli/federation_trace.h"
#include "cli/log_settings.h"
#include "federation/border/load_border.h"
#include "federation/relay/load_relay.h"
#include "federation/relay/relay.h"

namespace antiphon {
namespace {

using federation::LoadedRelay;
using federation::Relay;
using federation::RelayReport;
using federation::RelaySettings;

constexpr const char* kFooter = R"(Signals: INT and TERM stop when everything that has come is passed on; USR1
opens the log file and the border's audit file again.

Examples:
  antiphon federation run --config /etc/choria/federation.conf
  antiphon federation run --config federation.conf --check
  antiphon federation status 127.0.0.1:8222
  antiphon federation trace web1.ams --federations ams --brokers 127.0.0.1:8222)";

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr const char* kStatusAddress = "127.0.0.1:8222";

struct FederationFlags {
  std::string config;
  int64_t http_port = 0;
  bool check_only = false;
};

void complain(const std::string& text) {
  std::fprintf(stderr, "antiphon: %s\n", text.c_str());
}

sigset_t watched_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGUSR1}) ::sigaddset(&set, number);
  return set;
}

// /federationz with an argument is about one request or one target.
void answer_page(Relay& relay, const std::string& target, PageDone done) {
  const size_t question = target.find('?');
  const std::string path = target.substr(0, question);
  if (path == "/federationz" && question != std::string::npos) {
    const Query query(std::string_view(target).substr(question + 1));
    if (const std::string id(query.get("request")); !id.empty()) {
      return relay.ask_about_request(
          id, [id, done = std::move(done)](const federation::RequestReport& report) mutable {
            done(json_page(federation_request_json(id, report)));
          });
    }
    if (const std::string subject(query.get("target")); !subject.empty()) {
      return relay.ask_about_target(
          subject, [subject, done = std::move(done)](const federation::TargetReport& report) mutable {
            done(json_page(federation_target_json(subject, report)));
          });
    }
  }
  relay.ask([path, done = std::move(done)](const RelayReport& report) mutable {
    done(federation_page(path, report));
  });
}

absl::StatusOr<std::unique_ptr<HttpServer>> start_pages(const MonitoringOptions& options,
                                                        Relay& relay) {
  HttpSettings settings;
  settings.host = options.host;
  if (options.http_port != 0) {
    settings.http_port = options.http_port < 0 ? 0 : static_cast<uint16_t>(options.http_port);
  }
  return HttpServer::start(settings, [&relay](std::string target, PageDone done) {
    answer_page(relay, target, std::move(done));
  });
}

// What moved away is begun anew.
void reopen_audit(LineFile& audit, const std::string& path, Log& log) {
  if (!audit.is_open()) return;
  const absl::Status status = audit.open(path);
  if (!status.ok()) log.error(std::string(status.message()));
}

void wait_for_the_end(LineFile& audit, const std::string& audit_file, Log& log) {
  const sigset_t set = watched_signals();
  while (true) {
    int number = 0;
    ::sigwait(&set, &number);
    if (number != SIGUSR1) return;
    const std::string problem = log.reopen();
    if (!problem.empty()) log.error("cannot open the log file again: " + problem);
    reopen_audit(audit, audit_file, log);
  }
}

int serve(const LoadedRelay& loaded, RelaySettings settings, Log& log) {
  log.info(absl::StrCat("antiphon federation ", kProductVersion, ": cluster ", settings.cluster,
                        ", identity ", settings.identity));
  LineFile audit;
  auto border = open_border(loaded, audit, log);
  if (!border.ok()) {
    log.write(Severity::kFatal, "cannot open the border: " + std::string(border.status().message()));
    log.flush();
    return 1;
  }
  Relay relay(std::move(settings), log, std::random_device{}(), *std::move(border));
  std::unique_ptr<HttpServer> pages;
  if (loaded.options.monitoring.http_port != 0) {
    auto started = start_pages(loaded.options.monitoring, relay);
    if (!started.ok()) {
      log.write(Severity::kFatal, std::string(started.status().message()));
      log.flush();
      return 1;
    }
    pages = *std::move(started);
    log.info(absl::StrCat("Starting http monitor on ", loaded.options.monitoring.host, ":",
                          pages->http_port()));
  }
  std::thread worker([&relay] { relay.run(); });
  wait_for_the_end(audit, loaded.border.audit_file, log);
  log.info("stopping: passing on what has come");
  if (pages != nullptr) pages->stop();
  relay.stop();
  worker.join();
  log.info("stopped");
  log.flush();
  return 0;
}

// A token may be put there later, so only a check takes notice before the first login.
bool tokens_are_good(const LoadedRelay& loaded) {
  bool good = true;
  for (const federation::SideSettings& side : loaded.settings.sides) {
    federation::SideLogin login(side.credentials, side.token);
    const absl::Status status = login.prepare(wall_now_ns() / kNsPerSecond);
    if (!status.ok()) complain(std::string(status.message()));
    good = good && status.ok();
  }
  return good;
}

bool border_is_good(const LoadedRelay& loaded) {
  if (!loaded.border.on) return true;
  const auto border =
      federation::open_border(loaded.border, loaded.settings.cluster, wall_now_ns() / kNsPerSecond,
                              [](const std::string&) {});
  if (!border.ok()) complain("border: " + std::string(border.status().message()));
  return border.ok();
}

int run(const FederationFlags& flags) {
  LoadedRelay loaded = federation::load_relay(flags.config, system_config_inputs());
  for (const Diagnostic& warning : loaded.warnings) complain("warning: " + to_string(warning));
  for (const Diagnostic& error : loaded.errors) complain(to_string(error));
  if (!loaded.ok()) return 1;
  if (flags.check_only) {
    if (!tokens_are_good(loaded) || !border_is_good(loaded)) return 1;
    std::printf("antiphon: configuration file %s is valid\n", flags.config.c_str());
    return 0;
  }
  if (flags.http_port != 0) loaded.options.monitoring.http_port = flags.http_port;
  absl::StatusOr<RelaySettings> settings = federation::connect_settings(loaded);
  if (!settings.ok()) {
    complain(std::string(settings.status().message()));
    return 1;
  }
  ::signal(SIGPIPE, SIG_IGN);
  const sigset_t set = watched_signals();
  // Blocked before any thread exists, so that every thread inherits it.
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  Log log;
  const std::string problem = log.configure(log_settings(loaded.options.logging));
  if (!problem.empty()) {
    complain("cannot open the log: " + problem);
    return 1;
  }
  return serve(loaded, *std::move(settings), log);
}

}  // namespace

int federation_main(int argc, char** argv) {
  CLI::App app{"The federation broker: takes requests from a federation to a collective's nodes."};
  app.name("antiphon federation");
  app.require_subcommand(1);
  FederationFlags flags;
  CLI::App* command = app.add_subcommand("run", "Run the federation broker in the foreground");
  command->add_option("--config,-c", flags.config, "Configuration file, in Choria's format")
      ->type_name("FILE")
      ->required();
  command->add_flag("--check,-t", flags.check_only, "Check the configuration and exit");
  command
      ->add_option("--http-port,-m", flags.http_port,
                   "Port for metrics, instead of plugin.choria.stats_port (-1: any free port)")
      ->type_name("PORT")
      ->check(CLI::Range(-1, 65535));
  command->footer(kFooter);
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
  permissions->add_option("--config,-c", flags.config, "Configuration file, in Choria's format")
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
  CLI11_PARSE(app, argc, argv);
  if (*trace_command) return federation_trace(trace);
  if (*permissions) return federation_permissions(flags.config);
  if (*status && !request.empty()) return federation_request(addresses, request, as_json, all_names);
  if (*status) return federation_status(addresses, as_json, with_requests);
  return run(flags);
}

}  // namespace antiphon
