#include <absl/strings/str_cat.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "fleet/bench/fleet_idle.h"
#include "fleet/bench/fleet_ping_load.h"
#include "fleet/bench/fleet_storm.h"
#include "fleet/bench/subcommand.h"
#include "fleet/wire/login_flags.h"

namespace antiphon::fleet::bench {
namespace {

constexpr uint32_t kNodesAllowed = 1'000'000;
constexpr double kSettleSecondsMax = 600;
constexpr unsigned kPingsMax = 1000;
constexpr double kWaitSecondsMax = 3600;
// A signed request, and what a node says to it with the hops of one broker.
constexpr size_t kRequestBytesDefault = 1200;
constexpr size_t kReplyBytesDefault = 600;
constexpr size_t kPayloadBytesAllowed = 512 * 1024;

struct FleetFlags {
  FleetSettings fleet;
  double settle_s = 3;
  PingLoad ping;
  double storm_timeout_s = 2;
  double leave_s = StormSettings{}.leave_s;
  std::vector<std::string> listen_to;
  std::string listener;
  std::string listener_password_file;
};

std::string title(const char* what, const FleetFlags& flags, const BenchFlags& common) {
  const bool mutual = common.tls || !common.tls_cert.empty();
  const bool tls = mutual || !common.tls_ca.empty();
  return absl::StrCat("fleet ", what, ", ", flags.fleet.nodes, " nodes, ",
                      mutual ? "mutual TLS" : tls ? "TLS" : "plain",
                      flags.fleet.token_issuer == nullptr ? "" : ", by tokens");
}

// The nodes, and who asks or listens.
uint64_t connections_of(const FleetFlags& flags) {
  return uint64_t{flags.fleet.nodes} + 1;
}

CLI::App* add_fleet_command(CLI::App& fleet, BenchFlags& common, FleetFlags& flags,
                            const char* name, const char* text) {
  CLI::App* command = fleet.add_subcommand(name, text);
  command->add_option("--nodes", flags.fleet.nodes, "How many nodes")
      ->capture_default_str()
      ->check(CLI::Range(1u, kNodesAllowed));
  command
      ->add_option("--first", flags.fleet.first_number,
                   "Number of the first node: other processes may be the rest of the fleet")
      ->capture_default_str()
      ->check(CLI::Range(1u, UINT32_MAX - kNodesAllowed));
  command->add_option("--agents", flags.fleet.agents, "Agents of each node: a subscription each")
      ->capture_default_str()
      ->check(CLI::Range(size_t{1}, kAgentsMax));
  command
      ->add_option("--collectives", flags.fleet.collectives,
                   "Collectives of each node: the agents' subscriptions, and one more, in each")
      ->capture_default_str()
      ->check(CLI::Range(size_t{1}, kCollectivesMax));
  add_token_issuer_flag(*command, flags.fleet.token_issuer);
  command->add_option("--threads", flags.fleet.threads, "Threads of the emulator")
      ->capture_default_str()
      ->check(CLI::Range(1u, kThreadsMax));
  command->add_option("--wait", flags.fleet.wait_s, "Seconds until all must be connected")
      ->capture_default_str()
      ->check(CLI::Range(0.1, kWaitSecondsMax));
  add_bench_flags(*command, common);
  return command;
}

void add_idle(CLI::App& fleet, BenchFlags& common, std::vector<Subcommand>& all) {
  const auto flags = std::make_shared<FleetFlags>();
  CLI::App* command = add_fleet_command(fleet, common, *flags, "idle",
                                        "Memory that each connected, silent node costs the server");
  command->add_option("--settle", flags->settle_s, "Seconds to rest before memory is read")
      ->capture_default_str()
      ->check(CLI::Range(0.0, kSettleSecondsMax));
  all.push_back({command, "fleet idle", [flags, &common] {
                   return std::vector<BenchCase>{
                       {title("idle", *flags, common), [flags](const Target& target) {
                          return run_fleet_idle(target, flags->fleet, flags->settle_s);
                        }}};
                 },
                 [flags] { return connections_of(*flags); }});
}

void add_ping(CLI::App& fleet, BenchFlags& common, std::vector<Subcommand>& all) {
  const auto flags = std::make_shared<FleetFlags>();
  CLI::App* command = add_fleet_command(fleet, common, *flags, "ping",
                                        "One request to all nodes, and an answer from each");
  command->add_option("--pings", flags->ping.pings, "Requests in each run")
      ->capture_default_str()
      ->check(CLI::Range(1u, kPingsMax));
  flags->ping.request_bytes_min = kRequestBytesDefault;
  flags->fleet.reply_bytes_min = kReplyBytesDefault;
  command
      ->add_option("--request-bytes", flags->ping.request_bytes_min,
                   "Payload of the request, filled up with blanks; never less than a ping takes")
      ->capture_default_str()
      ->check(CLI::Range(size_t{0}, kPayloadBytesAllowed));
  command
      ->add_option("--reply-bytes", flags->fleet.reply_bytes_min, "The same of an answer")
      ->capture_default_str()
      ->check(CLI::Range(size_t{0}, kPayloadBytesAllowed));
  all.push_back({command, "fleet ping", [flags, &common] {
                   return std::vector<BenchCase>{
                       {title("ping", *flags, common), [flags](const Target& target) {
                          return run_fleet_ping(target, flags->fleet, flags->ping);
                        }}};
                 },
                 [flags] { return connections_of(*flags); }});
}

void add_listener_flags(CLI::App& command, FleetFlags& flags) {
  command.add_option("--listen", flags.listen_to,
                     "Subject that somebody listens to meanwhile, such as $SYS.>; may be repeated");
  command.add_option("--listen-user", flags.listener, "Who that is");
  command
      .add_option("--listen-password-file", flags.listener_password_file,
                  "File with that user's password")
      ->check(CLI::ExistingFile);
}

absl::StatusOr<Credentials> listener_of(const FleetFlags& flags) {
  LoginFlags who;
  who.user = flags.listener;
  who.password_file = flags.listener_password_file;
  return credentials(who);
}

StormSettings storm_settings(const FleetFlags& flags, const BenchFlags& common) {
  StormSettings storm;
  storm.listen_to = flags.listen_to;
  storm.fleet = flags.fleet;
  storm.fleet.timeout_ms = static_cast<int64_t>(flags.storm_timeout_s * 1000);
  storm.calm_timeout_ms = static_cast<int64_t>(common.timeout_s * 1000);
  storm.leave_s = flags.leave_s;
  return storm;
}

void add_storm(CLI::App& fleet, BenchFlags& common, std::vector<Subcommand>& all) {
  const auto flags = std::make_shared<FleetFlags>();
  CLI::App* command = add_fleet_command(fleet, common, *flags, "storm",
                                        "All nodes are cut off at once, and all come back at once");
  command
      ->add_option("--node-timeout", flags->storm_timeout_s,
                   "Seconds a node gives a dial, and again TLS and login, before it tries anew")
      ->capture_default_str()
      ->check(CLI::Range(0.01, kWaitSecondsMax));
  command
      ->add_option("--leave", flags->leave_s,
                   "Seconds after all have left, before memory is read again")
      ->capture_default_str()
      ->check(CLI::Range(0.0, kSettleSecondsMax));
  add_listener_flags(*command, *flags);
  const auto run = [flags, &common](const Target& target) -> absl::StatusOr<RunResult> {
    StormSettings storm = storm_settings(*flags, common);
    auto listener = listener_of(*flags);
    if (!listener.ok()) return listener.status();
    storm.listener = *std::move(listener);
    return run_fleet_storm(target, storm);
  };
  all.push_back({command, "fleet storm", [flags, &common, run] {
                   return std::vector<BenchCase>{{title("storm", *flags, common), run, true}};
                 },
                 [flags] { return connections_of(*flags); }});
}

}  // namespace

void add_fleet_commands(CLI::App& bench, BenchFlags& common, std::vector<Subcommand>& all) {
  CLI::App* fleet = bench.add_subcommand("fleet", "Thousands of emulated Choria nodes");
  fleet->require_subcommand(1);
  add_idle(*fleet, common, all);
  add_ping(*fleet, common, all);
  add_storm(*fleet, common, all);
}

}  // namespace antiphon::fleet::bench
