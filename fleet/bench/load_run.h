// Streams messages through a server and says how fast they came and whether all did.
//
// MODEL: open() connects everybody, so that only messages are measured; publishers and groups of
// readers then run on threads of their own. The run is over when every reader has every message, or
// nothing has come for a while: what is missing then was lost.
#pragma once

#include <absl/status/statusor.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fleet/bench/delay_histogram.h"
#include "fleet/bench/load_settings.h"
#include "fleet/bench/publisher.h"
#include "fleet/bench/reader_group.h"
#include "fleet/bench/target.h"

namespace antiphon::fleet::bench {

struct LoadOutcome {
  uint64_t published = 0;
  ScanCounts counts;
  DelayHistogram delays;  // empty unless LoadSettings::delays
  double seconds = 0;   // from the first message sent to the last one delivered
  std::string failure;  // loss and other trouble in one line; empty: none
};

class LoadRun {
 public:
  static absl::StatusOr<std::unique_ptr<LoadRun>> open(const Target& target,
                                                       const LoadSettings& settings);
  ~LoadRun();
  LoadRun(const LoadRun&) = delete;
  LoadRun& operator=(const LoadRun&) = delete;

  void start();
  // Waits until it is over.
  LoadOutcome finish();
  // Deliveries so far.
  uint64_t delivered() const;

 private:
  explicit LoadRun(const LoadSettings& settings) : settings_(settings) {}
  absl::Status connect(const Target& target);
  bool is_complete() const;
  bool has_stalled(int64_t& progress_ns, uint64_t& seen) const;
  void join();
  std::string failure(const LoadOutcome& outcome) const;

  const LoadSettings settings_;
  std::atomic<bool> stop_{false};
  std::vector<std::unique_ptr<Publisher>> publishers_;
  std::vector<std::unique_ptr<ReaderGroup>> groups_;
  std::vector<LoadConnection> stuck_;
  std::vector<std::thread> threads_;
  int64_t start_ns_ = 0;
};

}  // namespace antiphon::fleet::bench
