// `antiphon`: one binary, one subcommand per tool. Called as `nats-server` it is that server.

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/option_docs.h"
#include "broker/net/tls_memory.h"
#include "broker/server/version.h"
#include "cli/broker_command.h"
#include "cli/federation_command.h"
#include "cli/jwt/jwt_command.h"
#include "cli/nats_server_command.h"
#include "cli/why/why_command.h"
#include "fleet/bench/bench_command.h"
#include "fleet/client/ping_command.h"
#include "fleet/emulator/emulate_command.h"
#include "fleet/plan/plan_command.h"

#ifdef AP_JEMALLOC
// What a storm of connections took goes back to the system within seconds, by a thread of its own.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:2000,muzzy_decay_ms:0";
}
#endif

namespace {

using antiphon::kNatsVersion;
using antiphon::kProductVersion;

int config_reference_main(int, char**) {
  std::fputs(antiphon::options_markdown().c_str(), stdout);
  return 0;
}

int version_main(int, char**) {
  std::printf("antiphon %s (follows nats-server %s)\n", kProductVersion, kNatsVersion);
  return 0;
}

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*main)(int argc, char** argv);
};

constexpr Command kCommands[] = {
    {"broker", "Run the network broker", &antiphon::broker_main},
    {"federation", "Join a Choria collective to a federation", &antiphon::federation_main},
    {"jwt", "Make, show and check the tokens of Choria's clients and servers", &antiphon::jwt_main},
    {"why", "Explain what a token or certificate would be granted, and by which rule",
     &antiphon::why_main},
    {"ping", "Ping a Choria fleet and show who answered, and how fast", &antiphon::fleet::ping_main},
    {"emulate", "Emulate thousands of Choria nodes in one process", &antiphon::fleet::emulate_main},
    {"bench", "Measure brokers, one alone or two in turns", &antiphon::fleet::bench_main},
    {"plan", "Predict what a fleet will cost its brokers", &antiphon::fleet::plan_main},
    {"config-reference", "Print the reference of all configuration options (Markdown)",
     &config_reference_main},
    {"version", "Print the version", &version_main},
};

void print_usage(std::FILE* out) {
  std::fprintf(out, "Usage: antiphon COMMAND [options]\n\nCommands:\n");
  for (const Command& command : kCommands) {
    std::fprintf(out, "  %-17s %s\n", command.name.data(), command.summary.data());
  }
  std::fprintf(out,
               "\n'antiphon COMMAND --help' explains a command. Called by the name nats-server, this "
               "program takes\nthat server's flags.\n\n"
               "To try it, each in a terminal of its own:\n"
               "  antiphon broker run --http-port 8222    a broker on port 4222, open to everybody\n"
               "  antiphon emulate --nodes 100            100 Choria nodes that connect to it\n"
               "  antiphon ping                           asks them all\n");
}

}  // namespace

int main(int argc, char** argv) {
  antiphon::place_tls_objects();
  const char* slash = std::strrchr(argv[0], '/');
  const std::string_view called = slash == nullptr ? argv[0] : slash + 1;
  if (called == "nats-server") return antiphon::nats_server_main(argc, argv);
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  if (wanted == "-h" || wanted == "--help" || wanted == "help") {
    print_usage(stdout);
    return 0;
  }
  if (wanted == "-v" || wanted == "--version") return version_main(0, nullptr);
  for (const Command& command : kCommands) {
    if (command.name == wanted) return command.main(argc - 1, argv + 1);
  }
  if (!wanted.empty()) std::fprintf(stderr, "antiphon: unknown command \"%s\"\n\n", argv[1]);
  print_usage(stderr);
  return 2;
}
