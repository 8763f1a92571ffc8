// The federation tier that has its process to itself, with its pages.
//
// MODEL: a reload reads the file again. What has changed makes a new tier: it connects, at most
// kHandoverMax, then the old one passes on what it has and ends; both are members of the same queue
// groups, so nothing is lost between them. The new one learns who has asked what, and knows nothing
// else of before. A reload that fails leaves everything as it was.
// THREADS: control. LIFETIME: the log must outlive it.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "broker/monitor/http_server.h"
#include "cli/federation_tier.h"
#include "cli/run_federation.h"
#include "federation/relay/load_relay.h"

namespace antiphon {

// Reads the configuration; what the command line says comes before it.
federation::LoadedRelay load_federation(const FederationLaunch& launch);

class FederationAlone {
 public:
  static constexpr std::chrono::milliseconds kHandoverMax{5000};

  FederationAlone(const FederationLaunch& launch, Log& log) : launch_(launch), log_(log) {}
  ~FederationAlone() { stop(); }
  FederationAlone(const FederationAlone&) = delete;
  FederationAlone& operator=(const FederationAlone&) = delete;

  // Once. `settings` are what connect_settings() made of `loaded`.
  absl::Status start(const federation::LoadedRelay& loaded, federation::RelaySettings settings);
  // Says in the log what came of it.
  void reload();
  // Opens the log and the border's audit file again, after somebody has set them aside.
  void reopen_files();
  // Passes on what has come.
  void stop();

 private:
  absl::Status try_to_reload();
  absl::Status start_pages(const MonitoringOptions& options);
  void show(std::shared_ptr<FederationTier> tier);
  std::shared_ptr<FederationTier> shown() const;

  const FederationLaunch launch_;
  Log& log_;
  MonitoringOptions monitoring_;
  std::string digest_;                   // of what the tier was started with
  std::shared_ptr<FederationTier> tier_;  // null before the start and after the stop
  mutable std::mutex mutex_;
  std::shared_ptr<FederationTier> shown_;  // by the pages, on their thread
  std::unique_ptr<HttpServer> pages_;
};

}  // namespace antiphon
