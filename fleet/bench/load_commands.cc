#include <absl/strings/str_cat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "fleet/bench/latency.h"
#include "fleet/bench/message_scan.h"
#include "fleet/bench/pubsub.h"
#include "fleet/bench/slow_readers.h"
#include "fleet/bench/subcommand.h"

namespace antiphon::fleet::bench {
namespace {

constexpr uint32_t kPublishersAllowed = 64;
constexpr uint32_t kReadersAllowed = 100'000;
constexpr uint32_t kPayloadBytesAllowed = 1024 * 1024;
constexpr double kSecondsMax = 3600;
constexpr uint32_t kStormNodesAllowed = 1'000'000;
constexpr uint64_t kLatencyConnections = 4;  // who asks, who answers, and two of the background
constexpr unsigned kReaderThreadsMax = 16;
constexpr unsigned kReaderThreadsDefault = 2;

struct LoadFlags {
  LoadSettings load;
  std::vector<uint32_t> sizes{128};
};

void add_size_flag(CLI::App& command, LoadFlags& flags) {
  command.add_option("--size", flags.sizes, "Payload bytes; several are measured one by one")
      ->delimiter(',')
      ->capture_default_str()
      ->check(CLI::Range(static_cast<uint32_t>(kStampBytes), kPayloadBytesAllowed));
}

void add_reader_flags(CLI::App& command, LoadSettings& load) {
  command.add_option("--readers", load.readers, "How many subscribe")
      ->capture_default_str()
      ->check(CLI::Range(1u, kReadersAllowed));
  command.add_option("--publishers", load.publishers, "How many publish, each on a thread")
      ->capture_default_str()
      ->check(CLI::Range(1u, kPublishersAllowed));
  command.add_option("--reader-threads", load.reader_threads, "Threads that read for all readers")
      ->capture_default_str()
      ->check(CLI::Range(1u, kReaderThreadsMax));
  command.add_flag("--unequal-sids", load.unequal_sids,
                   "Each reader gives its subscription another number");
}

uint64_t connections_of(const LoadSettings& load) {
  return uint64_t{load.readers} + load.stuck_readers + load.publishers;
}

std::string load_title(const std::string& name, const LoadSettings& load) {
  return absl::StrCat(name, " ", load.publishers, ":", load.readers, ", ", load.payload_bytes,
                      " bytes");
}

std::vector<BenchCase> pubsub_cases(const std::string& name, const LoadFlags& flags) {
  std::vector<BenchCase> cases;
  for (const uint32_t size : flags.sizes) {
    LoadSettings load = flags.load;
    load.payload_bytes = size;
    cases.push_back({load_title(name, load),
                     [load](const Target& target) { return run_pubsub(target, load); }});
  }
  return cases;
}

void add_pubsub(CLI::App& bench, BenchFlags& common, std::vector<Subcommand>& all) {
  CLI::App* command = bench.add_subcommand(
      "pubsub", "Publishers send to readers as fast as it goes; every message must arrive");
  const auto flags = std::make_shared<LoadFlags>();
  flags->load.reader_threads = kReaderThreadsDefault;
  add_reader_flags(*command, flags->load);
  add_size_flag(*command, *flags);
  auto* seconds = command->add_option("--seconds", flags->load.seconds, "How long to publish");
  seconds->capture_default_str()->check(CLI::Range(0.01, kSecondsMax));
  command->add_option("--messages", flags->load.messages, "Of each publisher, instead of a time")
      ->check(CLI::Range(uint64_t{1}, kSequenceMax))
      ->excludes(seconds);
  command
      ->add_option("--rate", flags->load.rate, "Messages a second of each publisher; 0: no limit")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  add_bench_flags(*command, common);
  all.push_back({command, "pubsub", [flags] { return pubsub_cases("pubsub", *flags); },
                 [flags] { return connections_of(flags->load); }});
}

// The readers' number decides: each message is delivered to all of them.
constexpr uint32_t kFanoutReadersDefault = 1000;
constexpr uint64_t kFanoutDeliveries = 10'000'000;

void add_fanout(CLI::App& bench, BenchFlags& common, std::vector<Subcommand>& all) {
  CLI::App* command = bench.add_subcommand("fanout", "Few publishers, very many readers");
  const auto flags = std::make_shared<LoadFlags>();
  flags->load.readers = kFanoutReadersDefault;
  add_reader_flags(*command, flags->load);
  add_size_flag(*command, *flags);
  command
      ->add_option("--messages", flags->load.messages,
                   absl::StrCat("Of each publisher; enough for ", kFanoutDeliveries,
                                " deliveries when not given"))
      ->check(CLI::Range(uint64_t{1}, kSequenceMax));
  add_bench_flags(*command, common);
  all.push_back({command, "fanout", [flags] {
                   LoadSettings& load = flags->load;
                   const uint64_t wide = uint64_t{load.readers} * load.publishers;
                   if (load.messages == 0) {
                     load.messages = std::max<uint64_t>(1, kFanoutDeliveries / wide);
                   }
                   return pubsub_cases("fanout", *flags);
                 },
                 [flags] { return connections_of(flags->load); }});
}

constexpr uint32_t kSlowReadersDefault = 9;
constexpr double kSlowSecondsDefault = 4;

void add_slow(CLI::App& bench, BenchFlags& common, std::vector<Subcommand>& all) {
  CLI::App* command =
      bench.add_subcommand("slow", "What readers lose when others, beside them, never read");
  const auto flags = std::make_shared<LoadFlags>();
  flags->load.readers = kSlowReadersDefault;
  flags->load.stuck_readers = 1;
  flags->load.seconds = kSlowSecondsDefault;
  add_reader_flags(*command, flags->load);
  add_size_flag(*command, *flags);
  command
      ->add_option("--stuck", flags->load.stuck_readers, "How many more subscribe and never read")
      ->capture_default_str()
      ->check(CLI::Range(1u, kReadersAllowed));
  command->add_option("--seconds", flags->load.seconds, "How long to publish, twice")
      ->capture_default_str()
      ->check(CLI::Range(0.01, kSecondsMax));
  command
      ->add_option("--rate", flags->load.rate, "Messages a second of each publisher; 0: no limit")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  add_bench_flags(*command, common);
  all.push_back(
      {command, "slow", [flags] {
         std::vector<BenchCase> cases;
         for (const uint32_t size : flags->sizes) {
           LoadSettings load = flags->load;
           load.payload_bytes = size;
           cases.push_back(
               {absl::StrCat(load_title("slow", load), ", ", load.stuck_readers, " stuck"),
                [load](const Target& target) { return run_slow_readers(target, load); }});
         }
         return cases;
       },
       [flags] { return connections_of(flags->load); }});
}

std::string latency_title(const LatencySettings& latency) {
  std::string title = absl::StrCat("latency, ", latency.payload_bytes, " bytes, ");
  if (latency.rate > 0) {
    absl::StrAppend(&title, latency.rate, " requests/s");
  } else {
    title += "one request after the other";
  }
  if (latency.background_rate > 0) {
    absl::StrAppend(&title, ", beside ", latency.background_rate, " msg/s");
  }
  if (latency.storm_nodes > 0) {
    absl::StrAppend(&title, ", beside ", latency.storm_nodes, " nodes that connect at once");
  }
  return title;
}

void add_latency(CLI::App& bench, BenchFlags& common, std::vector<Subcommand>& all) {
  CLI::App* command =
      bench.add_subcommand("latency", "Round trips of requests through the server and back");
  const auto latency = std::make_shared<LatencySettings>();
  command->add_option("--seconds", latency->seconds, "How long")
      ->capture_default_str()
      ->check(CLI::Range(0.01, kSecondsMax));
  command->add_option("--rate", latency->rate, "Requests a second; 0: one after the other")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--size", latency->payload_bytes, "Payload bytes of requests and answers")
      ->capture_default_str()
      ->check(CLI::Range(0u, kPayloadBytesAllowed));
  command
      ->add_option("--background", latency->background_rate,
                   "Other messages a second, from a publisher to a reader, meanwhile")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--background-size", latency->background_bytes, "Their payload bytes")
      ->capture_default_str()
      ->check(CLI::Range(static_cast<uint32_t>(kStampBytes), kPayloadBytesAllowed));
  command
      ->add_option("--storm", latency->storm_nodes,
                   "So many emulated nodes connect at once meanwhile; requests go on until all are in")
      ->check(CLI::Range(1u, kStormNodesAllowed));
  add_bench_flags(*command, common);
  all.push_back({command, "latency", [latency] {
                   return std::vector<BenchCase>{
                       {latency_title(*latency),
                        [latency](const Target& target) { return run_latency(target, *latency); }}};
                 },
                 [latency] { return kLatencyConnections + latency->storm_nodes; }});
}

}  // namespace

void add_load_commands(CLI::App& bench, BenchFlags& common, std::vector<Subcommand>& all) {
  add_pubsub(bench, common, all);
  add_fanout(bench, common, all);
  add_slow(bench, common, all);
  add_latency(bench, common, all);
}

}  // namespace antiphon::fleet::bench
