// One publisher of a benchmark: a thread and a connection that are cheap enough to load a server.
//
// MODEL: a block of PUB lines is made once; before each write only the stamps in it are renewed.
// THREADS: run() is one thread's work; the numbers may be read from any other.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "fleet/bench/load_connection.h"
#include "fleet/bench/load_settings.h"
#include "fleet/bench/message_scan.h"

namespace antiphon::fleet::bench {

class Publisher {
 public:
  Publisher(LoadConnection connection, const LoadSettings& settings, uint32_t index);

  // Publishes until all is sent, the time is over, `stop` is set, or the connection breaks.
  void run(const std::atomic<bool>& stop);

  uint64_t published() const { return published_.load(std::memory_order_relaxed); }
  bool is_done() const { return done_.load(std::memory_order_acquire); }
  // REQUIRES: is_done(). Empty: nothing went wrong.
  const std::string& error() const { return error_; }

 private:
  uint64_t due_messages(int64_t elapsed_ns) const;
  bool publish(uint64_t count, const std::atomic<bool>& stop);
  bool answer_pings(const std::atomic<bool>& stop);

  LoadConnection connection_;
  const LoadSettings settings_;
  const uint32_t index_;
  MessageScan scan_;
  std::string block_;
  size_t message_bytes_ = 0;
  size_t stamp_offset_ = 0;
  uint64_t block_messages_ = 0;
  uint64_t next_ = 0;
  std::string error_;
  std::atomic<uint64_t> published_{0};
  std::atomic<bool> done_{false};
};

}  // namespace antiphon::fleet::bench
