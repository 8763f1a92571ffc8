#include "fleet/bench/latency.h"

#include <absl/strings/str_cat.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "fleet/bench/emulated_fleet.h"
#include "fleet/bench/load_run.h"
#include "fleet/bench/usage_window.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/server_parser.h"

namespace antiphon::fleet::bench {
namespace {

constexpr double kNsPerUs = 1e3;
constexpr double kNsPerSecond = 1e9;
constexpr int kWaitMs = 100;
constexpr int64_t kAnswerMsMax = 10'000;
constexpr size_t kReadBytes = 64 * 1024;
constexpr int64_t kStormPatienceMs = 60'000;  // of a node: none gives up that a server would let in
constexpr int64_t kStormMsMax = 120'000;

// Hands each message that comes to `on_message`; answers PINGs. One thread's.
class FrameReader {
 public:
  explicit FrameReader(LoadConnection& connection) : connection_(connection) {}

  // False when nothing came in time, or the connection has ended.
  bool read(const std::atomic<bool>& stop,
            const std::function<void(const ServerFrame&)>& on_message) {
    char bytes[kReadBytes];
    IoResult result = connection_.read(bytes, sizeof bytes);
    if (result.status == IoStatus::kWouldBlock) {
      if (!connection_.await_readable(kWaitMs)) return false;
      result = connection_.read(bytes, sizeof bytes);
    }
    if (result.status == IoStatus::kWouldBlock) return false;
    if (result.status != IoStatus::kDone) {
      ended_ = true;
      return false;
    }
    received_.append(bytes, result.bytes);
    take_frames(stop, on_message);
    return true;
  }
  bool has_ended() const { return ended_; }

 private:
  void take_frames(const std::atomic<bool>& stop,
                   const std::function<void(const ServerFrame&)>& on_message) {
    const char* at = received_.data();
    const char* end = at + received_.size();
    while (at < end) {
      ServerFrame frame;
      const ParseResult parsed = parse_server_frame(at, end, {}, frame);
      if (parsed.status == ParseStatus::kError) ended_ = true;
      if (parsed.status != ParseStatus::kFrame) break;
      if (frame.verb == ServerVerb::kPing) connection_.write("PONG\r\n", stop);
      if (frame.verb == ServerVerb::kMsg) on_message(frame);
      at += parsed.bytes_consumed;
    }
    received_.erase(0, static_cast<size_t>(at - received_.data()));
  }

  LoadConnection& connection_;
  std::string received_;
  bool ended_ = false;
};

void respond(LoadConnection& connection, const std::atomic<bool>& stop) {
  FrameReader reader(connection);
  std::string answers;
  while (!stop.load(std::memory_order_relaxed) && !reader.has_ended()) {
    answers.clear();
    reader.read(stop, [&](const ServerFrame& frame) {
      absl::StrAppend(&answers, "PUB ", to_absl(frame.reply), " ", frame.payload.size(), "\r\n",
                      to_absl(frame.payload), "\r\n");
    });
    if (!answers.empty() && !connection.write(answers, stop)) return;
  }
}

void sleep_until(int64_t due_ns) {
  const timespec due{due_ns / 1'000'000'000, due_ns % 1'000'000'000};
  ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr);
}

struct RoundTrips {
  std::vector<double> us;
  std::string failure;
};

// A round trip is over when the answer to this very request comes: its number is in the reply subject,
// as with clients that make an inbox for each request.
RoundTrips request_all(LoadConnection& connection, const LatencySettings& settings,
                       const std::function<bool()>& goes_on) {
  const std::string payload(settings.payload_bytes, 'x');
  const std::atomic<bool> never{false};
  FrameReader reader(connection);
  RoundTrips trips;
  const int64_t start_ns = steady_now().ns;
  const int64_t end_ns = start_ns + static_cast<int64_t>(settings.seconds * kNsPerSecond);
  for (uint64_t i = 0; steady_now().ns < end_ns || goes_on(); ++i) {
    const std::string reply = absl::StrCat("bench.reply.", i);
    const std::string request =
        absl::StrCat("PUB bench.svc ", reply, " ", payload.size(), "\r\n", payload, "\r\n");
    int64_t due_ns = steady_now().ns;
    if (settings.rate > 0) {
      due_ns =
          start_ns + static_cast<int64_t>(static_cast<double>(i) * kNsPerSecond / settings.rate);
      if (due_ns > steady_now().ns) sleep_until(due_ns);
    }
    const bool sent = connection.write(request, never);
    bool answered = false;
    const int64_t patience_ms = steady_now().ms() + kAnswerMsMax;
    while (sent && !answered && !reader.has_ended() && steady_now().ms() < patience_ms) {
      reader.read(never, [&](const ServerFrame& frame) { answered |= frame.subject == reply; });
    }
    if (!answered) {
      trips.failure = absl::StrCat("request ", i + 1, " was not answered");
      return trips;
    }
    trips.us.push_back(static_cast<double>(steady_now().ns - due_ns) / kNsPerUs);
  }
  return trips;
}

LoadSettings background(const LatencySettings& settings) {
  LoadSettings load;
  load.payload_bytes = settings.background_bytes;
  load.rate = settings.background_rate;
  load.seconds = settings.seconds;
  return load;
}

// Null: there is none.
std::unique_ptr<Emulation> begin_storm(const Target& target, const LatencySettings& settings) {
  if (settings.storm_nodes == 0) return nullptr;
  FleetSettings fleet;
  fleet.nodes = settings.storm_nodes;
  fleet.concurrent_max = 0;
  fleet.timeout_ms = kStormPatienceMs;
  auto storm = make_fleet(target, fleet);
  storm->start();
  return storm;
}

bool is_under_way(const Emulation* storm) {
  if (storm == nullptr) return false;
  const EmulationCounts counts = storm->counts();
  const int64_t waited_ms = steady_now().ms() - storm->started_at().ms();
  return counts.connected < counts.nodes && waited_ms < kStormMsMax;
}

void add_storm(const Emulation& storm, RunResult& result) {
  const EmulationCounts counts = storm.counts();
  if (counts.connected < counts.nodes && result.failure.empty()) {
    result.failure = connection_failure(storm);
  }
  result.metrics.push_back(
      {"all connected after", "s", seconds_to_connect(storm), Better::kLower});
}

void add_metrics(std::vector<double> us, RunResult& result) {
  if (us.empty()) return;
  std::sort(us.begin(), us.end());
  result.metrics.push_back({"round trip p50", "us", percentile(us, 0.5), Better::kLower});
  result.metrics.push_back({"round trip p99", "us", percentile(us, 0.99), Better::kLower});
  result.metrics.push_back({"round trip p99.9", "us", percentile(us, 0.999), Better::kLower});
  result.metrics.push_back({"round trip max", "us", us.back(), Better::kLower});
  result.metrics.push_back({"requests", "", static_cast<double>(us.size()), Better::kHigher});
}

}  // namespace

absl::StatusOr<RunResult> run_latency(const Target& target, const LatencySettings& settings) {
  auto responder = LoadConnection::open(target, "bench-responder", "SUB bench.svc 1\r\n");
  if (!responder.ok()) return responder.status();
  auto requester =
      LoadConnection::open(target, "bench-requester", "SUB bench.reply.* 1\r\n");
  if (!requester.ok()) return requester.status();
  std::unique_ptr<LoadRun> beside;
  if (settings.background_rate > 0) {
    auto opened = LoadRun::open(target, background(settings));
    if (!opened.ok()) return opened.status();
    beside = *std::move(opened);
  }
  std::atomic<bool> stop{false};
  std::thread answers([&] { respond(*responder, stop); });
  const UsageWindow window(target.pid());
  if (beside != nullptr) beside->start();
  const auto storm = begin_storm(target, settings);
  RoundTrips trips = request_all(*requester, settings, [&] { return is_under_way(storm.get()); });
  RunResult result;
  window.so_far().describe(result);
  result.failure = trips.failure;
  if (storm != nullptr) add_storm(*storm, result);
  if (beside != nullptr) {
    const LoadOutcome outcome = beside->finish();
    if (result.failure.empty()) result.failure = outcome.failure;
    result.metrics.push_back({"background", "msg/s",
                              static_cast<double>(outcome.counts.messages) / outcome.seconds,
                              Better::kHigher});
  }
  stop = true;
  answers.join();
  add_metrics(std::move(trips.us), result);
  return result;
}

}  // namespace antiphon::fleet::bench
