#include "cli/federation_alone.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "cli/log_settings.h"

namespace antiphon {

using federation::LoadedRelay;
using federation::RelaySettings;

LoadedRelay load_federation(const FederationLaunch& launch) {
  LoadedRelay loaded = federation::load_relay(launch.config, system_config_inputs());
  if (launch.http_port != 0) loaded.options.monitoring.http_port = launch.http_port;
  return loaded;
}

// ---- Pages -------------------------------------------------------------------------------------

absl::Status FederationAlone::start_pages(const MonitoringOptions& options) {
  HttpSettings settings;
  settings.host = options.host;
  settings.http_port = options.http_port < 0 ? 0 : static_cast<uint16_t>(options.http_port);
  auto started = HttpServer::start(settings, [this](std::string target, PageDone done) {
    shown()->answer(target, std::move(done));
  });
  if (!started.ok()) return started.status();
  pages_ = *std::move(started);
  log_.info(absl::StrCat("Starting http monitor on ", options.host, ":", pages_->http_port()));
  return absl::OkStatus();
}

void FederationAlone::show(std::shared_ptr<FederationTier> tier) {
  const std::lock_guard lock(mutex_);
  shown_ = std::move(tier);
}

std::shared_ptr<FederationTier> FederationAlone::shown() const {
  const std::lock_guard lock(mutex_);
  return shown_;
}

// ---- The tier ----------------------------------------------------------------------------------

absl::Status FederationAlone::start(const LoadedRelay& loaded, RelaySettings settings) {
  auto started = FederationTier::start(loaded, std::move(settings), log_);
  if (!started.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot open the border: ", started.status().message()));
  }
  tier_ = *std::move(started);
  show(tier_);
  digest_ = loaded.digest;
  monitoring_ = loaded.options.monitoring;
  return monitoring_.http_port == 0 ? absl::OkStatus() : start_pages(monitoring_);
}

void FederationAlone::reload() {
  if (const absl::Status status = try_to_reload(); !status.ok()) {
    log_.error(absl::StrCat("Failed to reload the configuration: ", status.message()));
  }
}

absl::Status FederationAlone::try_to_reload() {
  const LoadedRelay loaded = load_federation(launch_);
  for (const Diagnostic& warning : loaded.warnings) log_.warning(to_string(warning));
  if (!loaded.ok()) {
    std::string all;
    for (const Diagnostic& error : loaded.errors) {
      absl::StrAppend(&all, all.empty() ? "" : "; ", to_string(error));
    }
    return absl::InvalidArgumentError(all);
  }
  if (loaded.options.monitoring != monitoring_) {
    return absl::FailedPreconditionError(
        "plugin.choria.stats_port and stats_address cannot change while it runs");
  }
  std::shared_ptr<FederationTier> next;
  if (loaded.digest != digest_) {
    absl::StatusOr<RelaySettings> settings = federation::connect_settings(loaded);
    if (!settings.ok()) return settings.status();
    auto started = FederationTier::start(loaded, *std::move(settings), log_);
    if (!started.ok()) return started.status();
    next = *std::move(started);
  }
  if (const std::string problem = log_.configure(log_settings(loaded.options.logging));
      !problem.empty()) {
    log_.error("cannot change the log: " + problem);
  }
  if (next == nullptr) {
    log_.info("Reloaded the configuration: the federation tier is the same");
    return absl::OkStatus();
  }
  (void)next->wait_until_ready(kHandoverMax);
  if (tier_ != nullptr) next->take_over(*tier_);
  show(next);
  std::exchange(tier_, std::move(next))->stop();
  digest_ = loaded.digest;
  log_.info("Reloaded the configuration");
  return absl::OkStatus();
}

void FederationAlone::reopen_files() {
  if (const std::string problem = log_.reopen(); !problem.empty()) {
    log_.error("cannot open the log file again: " + problem);
  }
  if (const absl::Status status = tier_->reopen_files(); !status.ok()) {
    log_.error(absl::StrCat("cannot open the audit file again: ", status.message()));
  }
}

void FederationAlone::stop() {
  if (pages_ != nullptr) pages_->stop();
  if (tier_ != nullptr) tier_->stop();
}

}  // namespace antiphon
