#include <absl/strings/str_cat.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "fleet/bench/message_scan.h"
#include "fleet/bench/pubsub.h"
#include "fleet/bench/subcommand.h"

namespace antiphon::fleet::bench {
namespace {

constexpr uint32_t kPublishersAllowed = 64;
constexpr uint32_t kReadersAllowed = 100'000;
constexpr uint32_t kPayloadBytesAllowed = 1024 * 1024;
constexpr double kSecondsMax = 3600;
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
  all.push_back({command, "pubsub", [flags] { return pubsub_cases("pubsub", *flags); }});
}

}  // namespace

void add_load_commands(CLI::App& bench, BenchFlags& common, std::vector<Subcommand>& all) {
  add_pubsub(bench, common, all);
}

}  // namespace antiphon::fleet::bench
