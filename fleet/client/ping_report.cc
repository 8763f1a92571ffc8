#include "fleet/client/ping_report.h"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string_view>

#include "fleet/client/go_duration.h"

namespace antiphon::fleet {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kNsPerMs = 1'000'000;
constexpr size_t kBarLetters = 40;

double ms_of(int64_t ns) {
  return static_cast<double>(ns) / kNsPerMs;
}

// The smallest delay that `percent` of all replies did not exceed.
int64_t percentile(const std::vector<int64_t>& sorted, size_t percent) {
  const size_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[std::max<size_t>(rank, 1) - 1];
}

int64_t bucket_width_ms(int64_t min_ms, int64_t max_ms) {
  for (int64_t ten = 1;; ten *= 10) {
    for (const int64_t factor : {1, 2, 5}) {
      const int64_t width = factor * ten;
      const int64_t buckets = max_ms / width - min_ms / width + 1;
      if (buckets <= static_cast<int64_t>(kHistogramBucketsMax)) return width;
    }
  }
}

std::vector<HistogramBucket> histogram_of(const std::vector<int64_t>& sorted) {
  const int64_t max_ms = sorted.back() / kNsPerMs;
  const int64_t width = bucket_width_ms(sorted.front() / kNsPerMs, max_ms);
  const int64_t first = sorted.front() / kNsPerMs / width * width;
  std::vector<HistogramBucket> buckets;
  for (int64_t from = first; from <= max_ms; from += width) {
    buckets.push_back({from, from + width, 0});
  }
  for (const int64_t delay_ns : sorted) {
    ++buckets[static_cast<size_t>((delay_ns / kNsPerMs - first) / width)].count;
  }
  return buckets;
}

size_t repeated_nodes(const PingResult& result) {
  std::vector<std::string_view> names;
  names.reserve(result.replies.size());
  for (const PingReply& reply : result.replies) names.push_back(reply.node);
  std::sort(names.begin(), names.end());
  const auto unique_end = std::unique(names.begin(), names.end());
  return static_cast<size_t>(names.end() - unique_end);
}

Json histogram_json(const PingStatistics& statistics) {
  Json buckets = Json::array();
  for (const HistogramBucket& bucket : statistics.histogram) {
    buckets.push_back(
        {{"from_ms", bucket.from_ms}, {"below_ms", bucket.below_ms}, {"count", bucket.count}});
  }
  return buckets;
}

}  // namespace

PingStatistics ping_statistics(const PingResult& result, SteadyTime program_start) {
  PingStatistics statistics;
  statistics.overhead_ns = result.published_at.ns - program_start.ns;
  statistics.replies = result.replies.size();
  if (result.replies.empty()) return statistics;
  std::vector<int64_t> delays;
  delays.reserve(result.replies.size());
  for (const PingReply& reply : result.replies) delays.push_back(reply.delay_ns);
  std::sort(delays.begin(), delays.end());
  statistics.repeated = repeated_nodes(result);
  statistics.min_ns = delays.front();
  statistics.max_ns = delays.back();
  statistics.mean_ns = std::accumulate(delays.begin(), delays.end(), int64_t{0}) /
                       static_cast<int64_t>(delays.size());
  statistics.p50_ns = percentile(delays, 50);
  statistics.p95_ns = percentile(delays, 95);
  statistics.p99_ns = percentile(delays, 99);
  statistics.histogram = histogram_of(delays);
  return statistics;
}

std::string reply_line(const PingReply& reply) {
  return absl::StrFormat("%-40s time=%d ms", reply.node, reply.delay_ns / kNsPerMs);
}

std::string totals_line(const PingStatistics& statistics) {
  std::string line =
      absl::StrFormat("%d replies max: %s min: %s avg: %s overhead: %s", statistics.replies,
                      go_duration_ms(statistics.max_ns), go_duration_ms(statistics.min_ns),
                      go_duration_ms(statistics.mean_ns), go_duration_ms(statistics.overhead_ns));
  if (statistics.repeated > 0) absl::StrAppendFormat(&line, " repeated: %d", statistics.repeated);
  return line;
}

std::string histogram_lines(const PingStatistics& statistics) {
  size_t most = 1;
  for (const HistogramBucket& bucket : statistics.histogram) most = std::max(most, bucket.count);
  std::string lines = absl::StrFormat(
      "half within %s, 95 %% within %s, 99 %% within %s\n", go_duration_ms(statistics.p50_ns),
      go_duration_ms(statistics.p95_ns), go_duration_ms(statistics.p99_ns));
  for (const HistogramBucket& bucket : statistics.histogram) {
    const size_t letters = (bucket.count * kBarLetters + most - 1) / most;
    absl::StrAppendFormat(&lines, "%6d - %5d ms %8d %s\n", bucket.from_ms, bucket.below_ms,
                          bucket.count, std::string(letters, '#'));
  }
  return lines;
}

std::string ping_json(const PingResult& result, const PingStatistics& statistics, size_t expect,
                      bool with_nodes) {
  Json json;
  json["request"] = result.request_id;
  json["replies"] = statistics.replies;
  json["expected"] = expect == 0 ? Json(nullptr) : Json(expect);
  json["repeated"] = statistics.repeated;
  json["malformed"] = result.malformed;
  json["min_ms"] = ms_of(statistics.min_ns);
  json["max_ms"] = ms_of(statistics.max_ns);
  json["mean_ms"] = ms_of(statistics.mean_ns);
  json["p50_ms"] = ms_of(statistics.p50_ns);
  json["p95_ms"] = ms_of(statistics.p95_ns);
  json["p99_ms"] = ms_of(statistics.p99_ns);
  json["overhead_ms"] = ms_of(statistics.overhead_ns);
  json["histogram"] = histogram_json(statistics);
  if (!result.failure.empty()) json["failure"] = result.failure;
  if (with_nodes) {
    Json nodes = Json::array();
    for (const PingReply& reply : result.replies) {
      nodes.push_back({{"node", reply.node}, {"ms", ms_of(reply.delay_ns)}});
    }
    json["nodes"] = std::move(nodes);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace antiphon::fleet
