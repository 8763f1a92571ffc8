#include "fleet/bench/bench_flags.h"

#include <absl/strings/str_cat.h>

#include <CLI/CLI.hpp>

namespace antiphon::fleet::bench {
namespace {

constexpr const char* kServerGroup = "Servers";
constexpr const char* kTlsGroup = "TLS";
constexpr const char* kOutputGroup = "Output";
constexpr unsigned kRunsMax = 1000;
constexpr double kTimeoutSecondsMax = 3600;
constexpr const char* kUrlDefault = "nats://127.0.0.1:4222";

void add_server_flags(CLI::App& command, BenchFlags& flags) {
  auto* start = command.add_option("--server", flags.server.command,
                                   "Start this server for each run; takes nats-server's flags");
  auto* url = command.add_option("--url", flags.server.url,
                                 absl::StrCat("Measure a running server (", kUrlDefault, ")"));
  auto* pid = command.add_option("--server-pid", flags.server.pid, "Its process, on this machine");
  auto* name = command.add_option("--name", flags.server.name, "What to call it");
  auto* vs_start = command.add_option("--vs-server", flags.versus.command,
                                      "Compare with this server, started for each run");
  auto* vs_url = command.add_option("--vs", flags.versus.url, "Compare with a running server");
  auto* vs_pid = command.add_option("--vs-pid", flags.versus.pid, "Its process, on this machine");
  auto* vs_name = command.add_option("--vs-name", flags.versus.name, "What to call it");
  start->excludes(url)->excludes(pid);
  vs_start->excludes(vs_url)->excludes(vs_pid);
  auto* runs = command.add_option(
      "--runs", flags.runs,
      absl::StrCat("Runs of each server, in turns; ", kRunsCompared, " with two servers, else 1"));
  runs->check(CLI::Range(1u, kRunsMax));
  auto* timeout = command.add_option("--timeout", flags.timeout_s, "Seconds for a connection");
  timeout->capture_default_str()->check(CLI::Range(0.001, kTimeoutSecondsMax));
  for (auto* option : {start, url, pid, name, vs_start, vs_url, vs_pid, vs_name, runs, timeout}) {
    option->group(kServerGroup);
  }
}

// The last part of the program's path: "build/nats-server -c x" is "nats-server".
std::string program_name(const std::string& command) {
  const std::string program = command.substr(0, command.find(' '));
  return program.substr(program.rfind('/') + 1);
}

TargetSettings target_of(const ServerFlags& flags) {
  TargetSettings target{flags.name, flags.command, flags.url, flags.pid};
  if (!flags.given()) target.url = kUrlDefault;
  if (!target.name.empty()) return target;
  target.name = flags.command.empty() ? target.url : program_name(flags.command);
  return target;
}

absl::Status check(const BenchFlags& flags) {
  const bool any_file = !flags.tls_ca.empty() || !flags.tls_cert.empty() || !flags.tls_key.empty();
  if (flags.tls_cert.empty() != flags.tls_key.empty()) {
    return absl::InvalidArgumentError("--tls-cert and --tls-key belong together");
  }
  if (any_file && flags.tls_ca.empty()) {
    return absl::InvalidArgumentError("--tls-cert needs --tls-ca");
  }
  const bool starts = !flags.server.command.empty() || !flags.versus.command.empty();
  const bool runs_already = target_of(flags.server).command.empty() || !flags.versus.url.empty();
  if (flags.tls && any_file) return absl::InvalidArgumentError("--tls makes its own certificates");
  if (flags.tls && runs_already) {
    return absl::InvalidArgumentError(
        "--tls is for servers that are started; for others give --tls-ca, --tls-cert, --tls-key");
  }
  if (starts && any_file && flags.tls_cert.empty()) {
    return absl::InvalidArgumentError("a server to start needs --tls-cert and --tls-key");
  }
  return absl::OkStatus();
}

absl::Status make_tls(const BenchFlags& flags, BenchSetup& setup) {
  if (!flags.tls && flags.tls_ca.empty()) return absl::OkStatus();
  setup.tls = std::make_unique<TlsFiles>();
  setup.comparison.access.tls = setup.tls.get();
  if (!flags.tls) {
    *setup.tls = {flags.tls_ca, flags.tls_cert, flags.tls_key, flags.tls_cert, flags.tls_key};
    return absl::OkStatus();
  }
  setup.scratch = std::make_unique<ScratchDirectory>();
  if (setup.scratch->path().empty()) {
    return absl::InternalError("cannot make a temporary directory");
  }
  return make_throwaway_authority(setup.scratch->path(), *setup.tls);
}

}  // namespace

void add_bench_flags(CLI::App& command, BenchFlags& flags) {
  add_server_flags(command, flags);
  const auto file = [&](const char* name, std::string& value, const char* text) {
    command.add_option(name, value, text)->check(CLI::ExistingFile)->group(kTlsGroup);
  };
  command
      .add_flag("--tls", flags.tls,
                "Mutual TLS with throw-away RSA certificates, for servers that are started")
      ->group(kTlsGroup);
  file("--tls-ca", flags.tls_ca, "Authorities to check certificates against (PEM)");
  file("--tls-cert", flags.tls_cert, "Certificate to show, of clients and started servers (PEM)");
  file("--tls-key", flags.tls_key, "Private key of the certificate (PEM)");
  command.add_flag("--tls-first", flags.tls_first, "Start TLS before the server says anything")
      ->group(kTlsGroup);
  command.add_flag("--insecure", flags.insecure, "Do not check the server's certificate")
      ->group(kTlsGroup);
  add_login_flags(command, flags.login);
  auto* json = command.add_flag("--json", flags.json, "Print one JSON object");
  auto* csv = command.add_flag("--csv", flags.csv, "Print one line for each figure of each run");
  json->excludes(csv)->group(kOutputGroup);
  csv->group(kOutputGroup);
}

absl::StatusOr<BenchSetup> set_up(const BenchFlags& flags) {
  if (absl::Status status = check(flags); !status.ok()) return status;
  BenchSetup setup;
  if (absl::Status status = make_tls(flags, setup); !status.ok()) return status;
  absl::StatusOr<Credentials> who = credentials(flags.login);
  if (!who.ok()) return who.status();
  ComparisonSettings& comparison = setup.comparison;
  comparison.access.credentials = *std::move(who);
  comparison.access.tls_first = flags.tls_first;
  comparison.access.insecure = flags.insecure;
  comparison.targets.push_back(target_of(flags.server));
  if (flags.versus.given()) comparison.targets.push_back(target_of(flags.versus));
  if (comparison.targets.size() == 2 && comparison.targets[0].name == comparison.targets[1].name) {
    comparison.targets[0].name += " (1)";
    comparison.targets[1].name += " (2)";
  }
  comparison.runs = flags.runs;
  if (flags.runs == 0) comparison.runs = comparison.targets.size() == 2 ? kRunsCompared : 1;
  comparison.access.timeout_ms = static_cast<int64_t>(flags.timeout_s * 1000);
  return setup;
}

}  // namespace antiphon::fleet::bench
