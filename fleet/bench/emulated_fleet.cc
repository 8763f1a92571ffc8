#include "fleet/bench/emulated_fleet.h"

#include <absl/strings/str_cat.h>
#include <time.h>

#include "protocol/bytes/text.h"
#include "protocol/choria/subjects.h"

namespace antiphon::fleet::bench {
namespace {

constexpr long kPollNs = 20'000'000;
constexpr double kNsPerSecond = 1e9;
constexpr uint64_t kSeed = 1;

// The default one, which is the one that is pinged; then site2, site3 and so on.
std::vector<std::string> collective_names(size_t count) {
  std::vector<std::string> names = {std::string(choria::kDefaultCollective)};
  while (names.size() < count) names.push_back(absl::StrCat("site", names.size() + 1));
  return names;
}

}  // namespace

std::unique_ptr<Emulation> make_fleet(const Target& target, const FleetSettings& settings) {
  EmulationSettings emulation;
  emulation.profile.nodes = settings.nodes;
  emulation.profile.first_number = settings.first_number;
  emulation.profile.reply_bytes_min = settings.reply_bytes_min;
  emulation.profile.collectives = collective_names(settings.collectives);
  emulation.profile.agents = agent_names(settings.agents);
  emulation.client = target.client();
  emulation.credentials = target.credentials();
  emulation.token_issuer = settings.token_issuer;
  emulation.client.timeout_ms = settings.timeout_ms;
  emulation.concurrent_max = settings.concurrent_max;
  emulation.threads = settings.threads;
  emulation.seed = kSeed;
  return std::make_unique<Emulation>(std::move(emulation));
}

bool await_connected(const Emulation& fleet, const FleetSettings& settings) {
  const int64_t end_ns = steady_now().ns + static_cast<int64_t>(settings.wait_s * kNsPerSecond);
  while (fleet.counts().connected < settings.nodes) {
    if (steady_now().ns > end_ns) return false;
    const timespec time{0, kPollNs};
    ::nanosleep(&time, nullptr);
  }
  return true;
}

double seconds_to_connect(const Emulation& fleet) {
  const EmulationCounts counts = fleet.counts();
  return static_cast<double>(counts.last_connected_ns - fleet.started_at().ns) / kNsPerSecond;
}

std::string connection_failure(const Emulation& fleet) {
  const EmulationCounts counts = fleet.counts();
  return absl::StrCat(
      "only ", counts.connected, " of ", counts.nodes, " nodes are connected (",
      counts.failures.empty() ? "no connection failed" : to_absl(counts.failures.most_frequent()),
      ")");
}

}  // namespace antiphon::fleet::bench
