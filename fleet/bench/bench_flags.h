// The options that all benchmarks share: which servers, how often, over TLS or not, what to print.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "fleet/bench/comparison.h"
#include "fleet/bench/scratch_directory.h"
#include "fleet/wire/login_flags.h"

namespace CLI {
class App;
}

namespace antiphon::fleet::bench {

inline constexpr unsigned kRunsCompared = 5;

// A server as told on the command line.
struct ServerFlags {
  std::string command;
  std::string url;
  std::string name;
  pid_t pid = 0;

  bool given() const { return !command.empty() || !url.empty(); }
};

struct BenchFlags {
  ServerFlags server;
  ServerFlags versus;
  unsigned runs = 0;  // 0: kRunsCompared with two servers, else 1
  double timeout_s = 10;
  bool tls = false;
  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
  bool tls_first = false;
  bool insecure = false;
  LoginFlags login;
  bool json = false;
  bool csv = false;
};

void add_bench_flags(CLI::App& command, BenchFlags& flags);

// What the flags come to. LIFETIME: owns the certificates that `comparison` points to.
struct BenchSetup {
  std::unique_ptr<ScratchDirectory> scratch;
  std::unique_ptr<TlsFiles> tls;
  ComparisonSettings comparison;
};

// Both servers are logged in to alike. The error names what is wrong with the flags, or what could not
// be made.
absl::StatusOr<BenchSetup> set_up(const BenchFlags& flags);

}  // namespace antiphon::fleet::bench
