// A running federation tier: a relay on a thread of its own, and what it shows over HTTP.
//
// MODEL: alone in its process it has the HTTP port to itself (answer()); beside a broker it is the
// Companion on the broker's monitoring port, where `/`, /metrics and /healthz are the broker's and
// the health of its sides is at /federation/healthz.
// THREADS: start and stop on the control thread; the rest on any. LIMITS: a page that the relay
// does not make within kAnswerMsMax is a 503.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "broker/monitor/companion.h"
#include "broker/monitor/http_server.h"
#include "broker/runtime/line_file.h"
#include "broker/runtime/log.h"
#include "federation/relay/load_relay.h"
#include "federation/relay/relay.h"

namespace antiphon {

class FederationTier final : public Companion {
 public:
  static constexpr std::chrono::milliseconds kAnswerMsMax{2000};

  // `settings` are what connect_settings() made of `loaded`. Runs at once; the error is about its
  // border. The log must outlive it, and so must a broker that is one of its sides.
  static absl::StatusOr<std::unique_ptr<FederationTier>> start(
      const federation::LoadedRelay& loaded, federation::RelaySettings settings, Log& log);
  ~FederationTier() override { stop(); }
  FederationTier(const FederationTier&) = delete;
  FederationTier& operator=(const FederationTier&) = delete;

  // Takes no more messages, passes on what has come, and waits for that: at most kGoodbyeMsMax of
  // the relay. No-op when it has stopped.
  void stop();
  // Returns whether both sides' brokers have taken its subscriptions, as soon as they have, at the
  // latest after `most`.
  bool wait_until_ready(std::chrono::milliseconds most);
  // Takes over from another one of this process, which stops next: what was asked through that one is
  // answered through this one.
  void take_over(FederationTier& last);
  // Opens the border's audit file again, after somebody has set it aside.
  absl::Status reopen_files();

  // Makes the page of a request; `done` is called on the relay's thread, or dropped if it stops.
  void answer(const std::string& target, PageDone done);

  // Companion
  std::optional<Page> page(const std::string& target) override;
  std::string metrics() override;

 private:
  // Where a border's decisions go; without a name, to the log.
  struct Audit {
    std::string path;
    LineFile file;
  };

  FederationTier(federation::RelaySettings settings, Log& log, std::unique_ptr<Audit> audit,
                 std::unique_ptr<federation::Border> border);
  Page wait_for_page(const std::string& target);

  const std::unique_ptr<Audit> audit_;  // before the relay, whose border writes to it
  federation::Relay relay_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace antiphon
