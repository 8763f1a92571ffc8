#include "fleet/bench/bench_command.h"

#include <absl/strings/str_format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>

#include "fleet/bench/bench_flags.h"
#include "fleet/bench/comparison_report.h"
#include "fleet/bench/subcommand.h"
#include "fleet/emulator/descriptor_limit.h"
#include "fleet/wire/arguments.h"

namespace antiphon::fleet {
namespace {

using bench::BenchCase;
using bench::BenchFlags;
using bench::BenchSetup;
using bench::CaseResult;
using bench::Subcommand;

constexpr int kStatusFailed = 1;
constexpr unsigned kBarWidth = 20;

constexpr const char* kFooter = R"(Examples:
  antiphon bench pubsub --size 16,128,1024
      the server on nats://127.0.0.1:4222
  antiphon bench pubsub --server 'build/release/cli/nats-server' --vs-server nats-server
      starts both in turns, five times each, and prints medians and ratios
  antiphon bench fleet ping --nodes 2000 --tls --server nats-server
      2,000 emulated nodes over mutual TLS
  antiphon bench fleet idle --url nats://127.0.0.1:4222 --server-pid 4711 --json
  antiphon bench latency --url tls://nats.example.net --creds me.creds
      a server that wants TLS and a login

A server given as a command gets "-a 127.0.0.1 -p -1 --ports_file_dir DIR -P FILE"
and TLS flags appended, so any program that takes nats-server's flags will do.

Exit status: 0 all went well; 1 a server could not be used, messages were lost,
or nodes did not answer; 2 wrong options.)";

// One line that is written over again; only on a terminal.
void show_progress(const std::string& what, unsigned done, unsigned all) {
  if (!::isatty(STDERR_FILENO)) return;
  const unsigned filled = done * kBarWidth / all;
  absl::FPrintF(stderr, "\r\033[K[%s%s] %d/%d %s", std::string(filled, '#'),
                std::string(kBarWidth - filled, '.'), done, all, what);
}

void end_progress() {
  if (::isatty(STDERR_FILENO)) absl::FPrintF(stderr, "\r\033[K");
}

bool has_failed(const CaseResult& result) {
  return std::any_of(result.series.begin(), result.series.end(),
                     [](const bench::Series& series) { return series.has_failed(); });
}

int measure(const Subcommand& command, const BenchFlags& flags) {
  const absl::StatusOr<BenchSetup> setup = bench::set_up(flags);
  if (!setup.ok()) {
    absl::FPrintF(stderr, "bench: %s\n", setup.status().message());
    return absl::IsInvalidArgument(setup.status()) ? kStatusUsage : kStatusFailed;
  }
  const std::vector<BenchCase> cases = command.cases();
  if (const std::string shortage = descriptor_shortage(command.connections()); !shortage.empty()) {
    absl::FPrintF(stderr, "bench: %s\n", shortage);
    return kStatusFailed;
  }
  const bool table = !flags.json && !flags.csv;
  std::vector<CaseResult> results;
  for (const BenchCase& bench_case : cases) {
    auto result = bench::compare(setup->comparison, bench_case, &show_progress);
    end_progress();
    if (!result.ok()) {
      absl::FPrintF(stderr, "bench: %s\n", result.status().message());
      return kStatusFailed;
    }
    if (table) absl::PrintF("%s\n", bench::result_table(*result));
    std::fflush(stdout);
    results.push_back(*std::move(result));
  }
  if (flags.json) std::fputs(bench::results_json(command.scenario, results).c_str(), stdout);
  if (flags.csv) std::fputs(bench::results_csv(command.scenario, results).c_str(), stdout);
  return std::any_of(results.begin(), results.end(), &has_failed) ? kStatusFailed : 0;
}

}  // namespace

int bench_main(int argc, char** argv) {
  CLI::App command("Measures brokers that speak NATS, one alone or two in turns", "antiphon bench");
  command.footer(kFooter);
  command.require_subcommand(1);
  BenchFlags flags;
  std::vector<Subcommand> all;
  bench::add_load_commands(command, flags, all);
  bench::add_fleet_commands(command, flags, all);
  if (const auto status = parse_arguments(command, argc, argv)) return *status;
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  for (const Subcommand& one : all) {
    if (one.app->parsed()) return measure(one, flags);
  }
  return kStatusUsage;
}

}  // namespace antiphon::fleet
