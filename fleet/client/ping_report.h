// What `antiphon ping` says about the replies: the totals of `choria ping`, a small histogram, and
// one JSON object.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fleet/client/fleet_ping.h"

namespace antiphon::fleet {

inline constexpr size_t kHistogramBucketsMax = 12;

struct HistogramBucket {
  int64_t from_ms;  // and more
  int64_t below_ms;
  size_t count;
};

struct PingStatistics {
  size_t replies = 0;
  size_t repeated = 0;  // replies of nodes that had answered before
  int64_t min_ns = 0;
  int64_t max_ns = 0;
  int64_t mean_ns = 0;
  int64_t p50_ns = 0;
  int64_t p95_ns = 0;
  int64_t p99_ns = 0;
  int64_t overhead_ns = 0;  // from the start of the program to the request
  // From the fastest to the slowest, all of one width: 1, 2 or 5 times a power of ten milliseconds.
  std::vector<HistogramBucket> histogram;
};

PingStatistics ping_statistics(const PingResult& result, SteadyTime program_start);

// "web1.example.net                         time=12 ms"
std::string reply_line(const PingReply& reply);
// "1000 replies max: 87ms min: 3ms avg: 40ms overhead: 55ms"
std::string totals_line(const PingStatistics& statistics);
// The percentiles and a bar for each bucket.
std::string histogram_lines(const PingStatistics& statistics);

// `expect` as asked for; `with_nodes` lists each reply.
std::string ping_json(const PingResult& result, const PingStatistics& statistics, size_t expect,
                      bool with_nodes);

}  // namespace antiphon::fleet
