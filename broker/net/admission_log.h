// Says in the log how a crowd at the door is being let in, and when all of it will be inside.
//
// MODEL: while kWorthALine clients or more wait for their TLS handshake there is a line every
// kIntervalNs; when nobody waits any more, one that says how it went.
// THREADS: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "broker/net/handshake_counts.h"

namespace antiphon {

class AdmissionLog {
 public:
  static constexpr uint64_t kWorthALine = 100;
  static constexpr int64_t kIntervalNs = 5'000'000'000;

  // What is to be logged now, if anything.
  std::optional<std::string> line(const HandshakeCounts& counts, int64_t steady_ns, int64_t wall_ns);

 private:
  bool crowded_ = false;
  int64_t begin_ns_ = 0;
  int64_t next_line_ns_ = 0;
  HandshakeCounts before_;
};

}  // namespace antiphon
