// The federation tier that runs in the process of a broker, where the configuration asks for one.
//
// MODEL: last to start and first to stop. A side that is the broker itself is joined without a
// socket. What a reload has changed makes a new tier: the old one goes on until both sides of the
// new one are connected, at most kHandoverMax, and then passes on what it has; both are members of
// the same queue groups, so nothing is lost between them. The new one learns who has asked what, and knows
// nothing else of before.
// A tier that cannot start (a certificate that cannot be read) leaves the broker to its nodes and is
// tried again every kRetryS.
// THREADS: control. LIFETIME: stop() before the server goes.
#pragma once

#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include "broker/server/server.h"
#include "cli/federation_tier.h"
#include "federation/relay/load_relay.h"

namespace antiphon {

// The tier's part of a configuration file that was read into `options`; nothing when the file asks
// for none.
std::optional<federation::LoadedRelay> load_federation(const std::string& path,
                                                       const BrokerOptions& options);

class FederationBeside {
 public:
  static constexpr std::chrono::milliseconds kHandoverMax{5000};
  static constexpr time_t kRetryS = 10;

  FederationBeside(Server& server, Log& log) : server_(server), log_(log) {}
  ~FederationBeside() { stop(); }
  FederationBeside(const FederationBeside&) = delete;
  FederationBeside& operator=(const FederationBeside&) = delete;

  // Starts, changes or ends the tier as it is configured from now on. No-op once it was stopped.
  void adopt(std::optional<federation::LoadedRelay> configured);
  // It is configured and does not run: call try_to_start() after kRetryS.
  bool waits_to_start() const { return configured_.has_value() && !stopped_; }
  void try_to_start();

  // Opens files that are appended to again, after somebody has set them aside.
  absl::Status reopen_files();

  // For good: passes on what has come.
  void stop();

 private:
  absl::StatusOr<std::unique_ptr<FederationTier>> start();
  void replace(std::shared_ptr<FederationTier> next);

  Server& server_;
  Log& log_;
  std::optional<federation::LoadedRelay> configured_;  // and not started
  std::string running_digest_;                         // of the tier that runs
  std::shared_ptr<FederationTier> tier_;
  bool stopped_ = false;
};

}  // namespace antiphon
