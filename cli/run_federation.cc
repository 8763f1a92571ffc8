#include "cli/run_federation.h"

#include <absl/strings/str_cat.h>
#include <signal.h>

#include <cstdio>

#include "broker/runtime/clock.h"
#include "broker/server/version.h"
#include "cli/federation_alone.h"
#include "cli/federation_border.h"
#include "cli/log_settings.h"
#include "federation/border/load_border.h"
#include "federation/relay/load_relay.h"

namespace antiphon {
namespace {

using federation::LoadedRelay;
using federation::RelaySettings;

constexpr int64_t kNsPerSecond = 1'000'000'000;

void complain(const std::string& text) {
  std::fprintf(stderr, "antiphon: %s\n", text.c_str());
}

sigset_t watched_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2}) ::sigaddset(&set, number);
  return set;
}

void wait_for_the_end(FederationAlone& federation, Log& log) {
  const sigset_t set = watched_signals();
  while (true) {
    int number = 0;
    ::sigwait(&set, &number);
    switch (number) {
      case SIGHUP:
        log.info("reading the configuration again");
        federation.reopen_files();
        federation.reload();
        break;
      case SIGUSR1: federation.reopen_files(); break;
      default: return;
    }
  }
}

int serve(const FederationLaunch& launch, const LoadedRelay& loaded, RelaySettings settings,
          Log& log) {
  log.info(absl::StrCat("antiphon federation ", kProductVersion, ": cluster ", settings.cluster,
                        ", identity ", settings.identity));
  FederationAlone federation(launch, log);
  if (const absl::Status started = federation.start(loaded, std::move(settings)); !started.ok()) {
    log.write(Severity::kFatal, std::string(started.message()));
    federation.stop();
    log.flush();
    return 1;
  }
  wait_for_the_end(federation, log);
  log.info("stopping: passing on what has come");
  federation.stop();
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
  if (const absl::Status audit = check_border_audit(loaded.border); !audit.ok()) {
    complain("border: " + std::string(audit.message()));
    return false;
  }
  const auto border =
      federation::open_border(loaded.border, loaded.settings.cluster, wall_now_ns() / kNsPerSecond,
                              [](const std::string&) {});
  if (!border.ok()) complain("border: " + std::string(border.status().message()));
  return border.ok();
}

}  // namespace

int run_federation(const FederationLaunch& launch) {
  const LoadedRelay loaded = load_federation(launch);
  for (const Diagnostic& warning : loaded.warnings) complain("warning: " + to_string(warning));
  for (const Diagnostic& error : loaded.errors) complain(to_string(error));
  if (!loaded.ok()) return 1;
  if (launch.check_only) {
    if (!tokens_are_good(loaded) || !border_is_good(loaded)) return 1;
    std::printf("antiphon: configuration file %s is valid\n", launch.config.c_str());
    return 0;
  }
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
  return serve(launch, loaded, *std::move(settings), log);
}

}  // namespace antiphon
