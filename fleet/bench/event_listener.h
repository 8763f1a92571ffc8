// Somebody who listens to subjects while something else is measured, and counts what comes.
//
// THREADS: one of its own, which ends with it; heard() is for any.
#pragma once

#include <absl/status/statusor.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fleet/bench/load_connection.h"

namespace antiphon::fleet::bench {

class EventListener {
 public:
  // When this returns the server knows of its subscriptions. Without subjects it does not connect.
  static absl::StatusOr<std::unique_ptr<EventListener>> open(const ClientSettings& settings,
                                                             const Credentials& credentials,
                                                             const std::vector<std::string>& subjects);
  ~EventListener();

  struct Heard {
    uint64_t messages = 0;
    bool closed = false;  // the server has cut it off, or said what nobody understands
  };
  Heard heard() const;

 private:
  EventListener() = default;
  void run();
  // False when the connection is of no use any more.
  bool take(std::string& received);

  std::unique_ptr<LoadConnection> connection_;  // null: there is nothing to hear
  std::atomic<uint64_t> messages_{0};
  std::atomic<bool> closed_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace antiphon::fleet::bench
