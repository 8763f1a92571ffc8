#include "fleet/bench/fleet_ping_load.h"

#include <absl/container/flat_hash_set.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "fleet/bench/load_connection.h"
#include "fleet/bench/usage_window.h"
#include "fleet/client/caller.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/subjects.h"
#include "protocol/choria/transport.h"
#include "protocol/nats/server_parser.h"

namespace antiphon::fleet::bench {
namespace {

constexpr double kNsPerMs = 1e6;
constexpr double kNsPerUs = 1e3;
constexpr size_t kReadBytes = 256 * 1024;
constexpr size_t kReplyBytesExpected = 1024;
constexpr int kWaitMs = 50;
constexpr std::string_view kPing = "ping";
constexpr int64_t kNsPerSecond = 1'000'000'000;

// One ping: what goes out, and what came back.
struct Round {
  std::string request;   // the PUB frame
  std::string received;  // everything the server sent, as it came
  size_t parsed_bytes = 0;
  uint32_t replies = 0;
  size_t request_bytes = 0;     // of the payload
  uint64_t replies_bytes = 0;  // of all their payloads
  int64_t first_ns = 0;  // after the request
  int64_t last_ns = 0;
  WindowUsage usage;
};

struct Asker {
  Caller caller = unsigned_caller("bench.mcollective");
  std::string inbox;  // reply subjects are below it
};

// The payload with so many blanks behind the word.
absl::StatusOr<std::string> ping_payload(const Asker& asker, choria::Request request,
                                         const std::string& reply_to, size_t blanks) {
  request.message.clear();
  append_base64(request.message, std::string(kPing) + std::string(blanks, ' '));
  return request_payload(asker.caller, request, reply_to);
}

absl::StatusOr<std::string> request_of(const Asker& asker, unsigned round, size_t bytes_min) {
  choria::Request request;
  request.request_id = new_request_id();
  request.sender_id = asker.caller.sender;
  request.caller_id = asker.caller.caller_id;
  request.collective = choria::kDefaultCollective;
  request.agent = choria::kDiscoveryAgent;
  request.time_unix_s = wall_now_ns() / kNsPerSecond;
  const std::string reply_to = absl::StrCat(asker.inbox, round);
  size_t blanks = 0;
  auto payload = ping_payload(asker, request, reply_to, blanks);
  // A blank takes at least 16 / 9 bytes, so that this comes near and never far beyond.
  while (payload.ok() && payload->size() < bytes_min) {
    blanks += std::max<size_t>(1, (bytes_min - payload->size()) / 4);
    payload = ping_payload(asker, request, reply_to, blanks);
  }
  return payload;
}

std::string frame_of(const std::string& payload) {
  const std::string subject =
      choria::broadcast_subject(choria::kDefaultCollective, choria::kDiscoveryAgent);
  return absl::StrCat("PUB ", subject, " ", payload.size(), "\r\n", payload, "\r\n");
}

// Counts the frames that have come completely. False when they are not what a server says.
bool count_replies(LoadConnection& connection, Round& round) {
  const std::atomic<bool> never{false};
  while (round.parsed_bytes < round.received.size()) {
    const char* begin = round.received.data() + round.parsed_bytes;
    ServerFrame frame;
    const ParseResult result =
        parse_server_frame(begin, round.received.data() + round.received.size(), {}, frame);
    if (result.status == ParseStatus::kIncomplete) return true;
    if (result.status == ParseStatus::kError || frame.verb == ServerVerb::kErr) return false;
    if (frame.verb == ServerVerb::kMsg) {
      ++round.replies;
      round.replies_bytes += frame.body().size();
    }
    if (frame.verb == ServerVerb::kPing) connection.write("PONG\r\n", never);
    round.parsed_bytes += result.bytes_consumed;
  }
  return true;
}

// Empty when all went well.
std::string ask(LoadConnection& connection, const Target& target, uint32_t nodes,
                const PingLoad& load, Round& round) {
  std::vector<char> bytes(kReadBytes);
  round.received.reserve(nodes * kReplyBytesExpected);
  const std::atomic<bool> never{false};
  const UsageWindow window(target.pid());
  const int64_t start_ns = steady_now().ns;
  const int64_t end_ns = start_ns + static_cast<int64_t>(load.patience_s * kNsPerSecond);
  if (!connection.write(round.request, never)) return "the connection broke";
  while (round.replies < nodes && steady_now().ns < end_ns) {
    const IoResult result = connection.read(bytes.data(), bytes.size());
    if (result.status == IoStatus::kWouldBlock) {
      connection.await_readable(kWaitMs);
      continue;
    }
    if (result.status != IoStatus::kDone) return "the server closed the asking connection";
    round.received.append(bytes.data(), result.bytes);
    const uint32_t before = round.replies;
    if (!count_replies(connection, round)) return "the server sent an error";
    if (round.replies == before) continue;
    round.last_ns = steady_now().ns - start_ns;
    if (before == 0) round.first_ns = round.last_ns;
  }
  round.usage = window.so_far();
  return "";
}

// How many different nodes have answered.
size_t count_senders(const Round& round) {
  absl::flat_hash_set<std::string> senders;
  choria::Transport transport;
  const char* at = round.received.data();
  const char* end = at + round.parsed_bytes;
  while (at < end) {
    ServerFrame frame;
    at += parse_server_frame(at, end, {}, frame).bytes_consumed;
    if (frame.verb != ServerVerb::kMsg) continue;
    if (!choria::parse_transport(frame.body(), transport)) senders.insert(transport.sender);
  }
  return senders.size();
}

std::string count_failure(const Round& round, uint32_t nodes) {
  const size_t senders = count_senders(round);
  if (senders == nodes && round.replies == nodes) return "";
  return absl::StrCat("of ", nodes, " nodes ", senders, " have answered, with ", round.replies,
                      " replies");
}

void add_metrics(const std::vector<Round>& rounds, uint32_t nodes, RunResult& result) {
  std::vector<double> first_ms, last_ms, cpu_us, reply_bytes;
  WindowUsage sum;
  for (const Round& round : rounds) {
    first_ms.push_back(static_cast<double>(round.first_ns) / kNsPerMs);
    last_ms.push_back(static_cast<double>(round.last_ns) / kNsPerMs);
    if (round.replies > 0) {
      reply_bytes.push_back(static_cast<double>(round.replies_bytes) / round.replies);
    }
    if (round.usage.server_cpu_ns) {
      cpu_us.push_back(*round.usage.server_cpu_ns / kNsPerUs / nodes);
    }
    sum.add(round.usage);
  }
  result.metrics.push_back({"last answer after", "ms", median(last_ms), Better::kLower});
  result.metrics.push_back({"first answer after", "ms", median(first_ms), Better::kLower});
  if (!cpu_us.empty()) {
    result.metrics.push_back({"server CPU a node", "us", median(cpu_us), Better::kLower});
  }
  result.metrics.push_back({"payload of a request", "bytes",
                            static_cast<double>(rounds.front().request_bytes), Better::kLower});
  if (!reply_bytes.empty()) {
    result.metrics.push_back(
        {"payload of an answer", "bytes", median(reply_bytes), Better::kLower});
  }
  sum.describe(result);
}

}  // namespace

absl::StatusOr<RunResult> run_fleet_ping(const Target& target, const FleetSettings& settings,
                                         const PingLoad& load) {
  const auto fleet = make_fleet(target, settings);
  fleet->start();
  RunResult result;
  if (!await_connected(*fleet, settings)) {
    result.failure = connection_failure(*fleet);
    return result;
  }
  Asker asker;
  asker.inbox =
      choria::reply_subject(choria::kDefaultCollective, asker.caller.caller_id, new_request_id()) +
      ".";
  auto connection =
      LoadConnection::open(target, "bench-asker", "SUB " + asker.inbox + "* 1\r\n");
  if (!connection.ok()) return connection.status();
  std::vector<Round> rounds;
  for (unsigned i = 0; i < load.pings && result.failure.empty(); ++i) {
    const absl::StatusOr<std::string> payload = request_of(asker, i, load.request_bytes_min);
    if (!payload.ok()) return payload.status();
    Round& round = rounds.emplace_back();
    round.request = frame_of(*payload);
    round.request_bytes = payload->size();
    result.failure = ask(*connection, target, settings.nodes, load, round);
    if (result.failure.empty()) result.failure = count_failure(round, settings.nodes);
    round.received = {};
  }
  add_metrics(rounds, settings.nodes, result);
  return result;
}

}  // namespace antiphon::fleet::bench
