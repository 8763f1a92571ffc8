#include "cli/federation_beside.h"

#include <absl/strings/str_cat.h>

#include <utility>

namespace antiphon {

using federation::LoadedRelay;

std::optional<LoadedRelay> load_federation(const std::string& path, const BrokerOptions& options) {
  if (!options.choria.federation) return std::nullopt;
  return federation::load_relay_beside(path, system_config_inputs(), options);
}

void FederationBeside::adopt(std::optional<LoadedRelay> configured) {
  if (stopped_) return;
  configured_ = std::move(configured);
  if (!configured_) {
    if (tier_ != nullptr) log_.info("federation: it is configured no more");
    return replace(nullptr);
  }
  if (tier_ != nullptr && configured_->digest == running_digest_) {
    configured_.reset();
    return;
  }
  try_to_start();
}

void FederationBeside::try_to_start() {
  log_.info(absl::StrCat("federation ", configured_->settings.cluster, ": starting, identity ",
                         configured_->settings.identity));
  auto next = start();
  if (!next.ok()) {
    log_.error(absl::StrCat("federation: ", next.status().message(), "; ",
                            tier_ == nullptr ? "it does not run" : "it runs as before",
                            ", the next attempt follows in ", kRetryS, " s"));
    return;
  }
  running_digest_ = configured_->digest;
  configured_.reset();
  replace(*std::move(next));
}

absl::StatusOr<std::unique_ptr<FederationTier>> FederationBeside::start() {
  auto settings = federation::connect_settings(
      *configured_, fleet::in_process_endpoint(server_, server_.client_url()));
  if (!settings.ok()) return settings.status();
  return FederationTier::start(*configured_, *std::move(settings), log_);
}

absl::Status FederationBeside::reopen_files() {
  return tier_ == nullptr ? absl::OkStatus() : tier_->reopen_files();
}

void FederationBeside::replace(std::shared_ptr<FederationTier> next) {
  const std::shared_ptr<FederationTier> last = std::exchange(tier_, std::move(next));
  if (last != nullptr && tier_ != nullptr) {
    (void)tier_->wait_until_ready(kHandoverMax);
    tier_->take_over(*last);
  }
  server_.set_companion(tier_);
  if (last != nullptr) last->stop();
}

void FederationBeside::stop() {
  if (stopped_) return;
  stopped_ = true;
  if (tier_ != nullptr) log_.info("federation: stopping, passing on what has come");
  replace(nullptr);
}

}  // namespace antiphon
