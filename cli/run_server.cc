#include "cli/run_server.h"

#include <absl/strings/str_cat.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "broker/config/option_checks.h"
#include "broker/config/tls_files.h"
#include "broker/runtime/line_file.h"
#include "broker/runtime/log.h"
#include "broker/server/server.h"
#include "cli/federation_beside.h"
#include "cli/federation_border.h"
#include "cli/log_settings.h"

namespace antiphon {
namespace {

// Sent by the server to itself.
const int kAccountsSignal = SIGRTMIN;
const int kReloadSignal = SIGRTMIN + 1;
// How late the end of an activation may be noticed.
constexpr time_t kClockStepS = 1;
constexpr long kLameDuckStepNs = 10'000'000;  // how often lame duck mode looks what is due

void complain(const ServerLaunch& launch, const std::string& text) {
  std::fprintf(stderr, "%s: %s\n", launch.program.c_str(), text.c_str());
}

// Problems of the finished options, command line included. Returns whether there are none.
bool check_options(const ServerLaunch& launch) {
  bool good = true;
  if (const std::string& audit = launch.options.choria.audit_file; !audit.empty()) {
    const absl::Status status = LineFile::check(audit);
    if (!status.ok()) complain(launch, absl::StrCat("plugin.antiphon.audit_file: ", status.message()));
    good = status.ok();
  }
  for (const OptionProblem& problem : option_errors(launch.options)) {
    complain(launch, absl::StrCat(std::string(problem.option), ": ", problem.message));
    good = false;
  }
  return good;
}

const char* signal_text(int number) {
  switch (number) {
    case SIGINT: return "interrupt";
    case SIGTERM: return "terminated";
    case SIGHUP: return "hangup";
    case SIGUSR1: return "user defined signal 1";
    default: return "user defined signal 2";
  }
}

sigset_t watched_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, kAccountsSignal,
                           kReloadSignal}) {
    ::sigaddset(&set, number);
  }
  return set;
}

// Waits for a signal, but not longer than until there is something to do without one.
int wait_for_signal(const sigset_t& set, const Server& server, const FederationBeside& federation) {
  if (server.is_lame_duck()) {
    const timespec step{0, kLameDuckStepNs};
    return ::sigtimedwait(&set, nullptr, &step);
  }
  if (server.sharing_changes_s() != 0) {
    // The wall clock may be set meanwhile, so it is looked at again and again.
    const timespec step{kClockStepS, 0};
    return ::sigtimedwait(&set, nullptr, &step);
  }
  if (federation.waits_to_start()) {
    const timespec step{FederationBeside::kRetryS, 0};
    return ::sigtimedwait(&set, nullptr, &step);
  }
  int number = 0;
  ::sigwait(&set, &number);
  return number;
}

std::string failed(Log& log, std::string problem) {
  log.error("Failed to reload server configuration: " + problem);
  return problem;
}

// Returns what went wrong, or nothing. All problems are logged, the first is returned.
std::string reload(Server& server, FederationBeside& federation, ServerLaunch& launch, Log& log) {
  if (launch.config_path.empty()) {
    return failed(log, "can only reload config when a file is provided using -c or --config");
  }
  LoadedConfig loaded = load_config(launch.config_path, system_config_inputs());
  for (const Diagnostic& error : loaded.errors) (void)failed(log, to_string(error));
  if (!loaded.ok()) return to_string(loaded.errors.front());
  launch.command_line(loaded.options);
  for (const OptionProblem& problem : option_errors(loaded.options)) {
    return failed(log, absl::StrCat(std::string(problem.option), ": ", problem.message));
  }
  std::optional<federation::LoadedRelay> tier = load_federation(launch.config_path, loaded.options);
  if (tier && !tier->ok()) {
    for (const Diagnostic& error : tier->errors) (void)failed(log, to_string(error));
    return to_string(tier->errors.front());
  }
  const LogSettings logging = log_settings(loaded.options.logging);
  const absl::Status status = server.reload(loaded.options, loaded.digest);
  if (!status.ok()) return failed(log, std::string(status.message()));
  if (const std::string problem = log.configure(logging); !problem.empty()) {
    log.error("Cannot change the log: " + problem);
  }
  federation.adopt(std::move(tier));
  // The last word: whoever waits for it may rely on everything that was changed.
  log.info(absl::StrCat("Reloaded server configuration (", loaded.digest, ")"));
  return {};
}

// Serves until a signal (or the end of lame duck mode) says stop.
void serve(Server& server, FederationBeside& federation, ServerLaunch& launch, Log& log) {
  const sigset_t set = watched_signals();
  while (true) {
    const int number = wait_for_signal(set, server, federation);
    if (number < 0 && federation.waits_to_start()) federation.try_to_start();
    const int64_t changes_s = server.sharing_changes_s();
    const int64_t now_s = std::time(nullptr);
    if (changes_s != 0 && now_s >= changes_s) server.renew_sharing(now_s);
    if (number == kAccountsSignal) {
      server.reload_accounts();
      continue;
    }
    if (number == kReloadSignal) {
      server.begin_asked_reload();
      server.end_asked_reload(reload(server, federation, launch, log));
      continue;
    }
    if (number > 0) log.info(absl::StrCat("Trapped \"", signal_text(number), "\" signal"));
    switch (number) {
      case SIGINT: return;
      case SIGTERM:
        if (!server.is_lame_duck()) return;  // it is leaving already
        break;
      case SIGHUP: (void)reload(server, federation, launch, log); break;
      case SIGUSR1:
        if (const std::string problem = log.reopen(); !problem.empty()) {
          log.error("Cannot open the log file again: " + problem);
        } else {
          log.info("File log re-opened");
        }
        for (const absl::Status& status : {server.reopen_files(), federation.reopen_files()}) {
          if (!status.ok()) {
            log.error("Cannot open the audit file again: " + std::string(status.message()));
          }
        }
        break;
      case SIGUSR2:
        federation.stop();  // what it has taken is answered by nodes that are still here
        server.begin_lame_duck();
        break;
      default: break;
    }
    if (server.is_lame_duck() && server.continue_lame_duck()) return;
  }
}

bool load_federation(ServerLaunch& launch) {
  launch.federation = load_federation(launch.config_path, launch.options);
  if (!launch.federation) return true;
  for (const Diagnostic& warning : launch.federation->warnings) {
    complain(launch, "warning: " + to_string(warning));
  }
  for (const Diagnostic& error : launch.federation->errors) complain(launch, to_string(error));
  const absl::Status audit = check_border_audit(launch.federation->border);
  if (!audit.ok()) complain(launch, absl::StrCat("border: ", audit.message()));
  return launch.federation->ok() && audit.ok();
}

}  // namespace

bool load_options(ServerLaunch& launch) {
  if (!launch.config_path.empty()) {
    LoadedConfig loaded = load_config(launch.config_path, system_config_inputs());
    for (const Diagnostic& warning : loaded.warnings) complain(launch, "warning: " + to_string(warning));
    for (const Diagnostic& error : loaded.errors) complain(launch, to_string(error));
    if (!loaded.ok()) return false;
    launch.options = std::move(loaded.options);
    launch.config_digest = std::move(loaded.digest);
  }
  if (launch.command_line) launch.command_line(launch.options);
  return check_options(launch) && load_federation(launch);
}

int run_server(ServerLaunch launch) {
  ::signal(SIGPIPE, SIG_IGN);
  const sigset_t set = watched_signals();
  // Blocked before any thread exists, so that every thread inherits it and only serve() sees them.
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  Log log;
  if (const std::string problem = log.configure(log_settings(launch.options.logging));
      !problem.empty()) {
    complain(launch, "cannot open the log: " + problem);
    return 1;
  }
  ServerOrigin origin{launch.program, launch.config_path, launch.config_digest,
                      [] { ::kill(::getpid(), kAccountsSignal); },
                      [] { ::kill(::getpid(), kReloadSignal); }};
  auto server = Server::start(launch.options, std::move(origin), log);
  if (!server.ok()) {
    log.write(Severity::kFatal, std::string(server.status().message()));
    log.flush();
    return 1;
  }
  {
    FederationBeside federation(**server, log);
    federation.adopt(std::move(launch.federation));
    serve(**server, federation, launch, log);
  }  // it stops before the broker
  log.info("Initiating Shutdown...");
  server->reset();
  log.info("Server Exiting..");
  log.flush();
  return 0;
}

}  // namespace antiphon
