#include "fleet/client/ping_command.h"

#include <absl/strings/str_format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "fleet/client/filter_text.h"
#include "fleet/client/fleet_ping.h"
#include "fleet/client/ping_report.h"
#include "fleet/wire/arguments.h"
#include "fleet/wire/connection_flags.h"
#include "protocol/choria/subjects.h"

namespace antiphon::fleet {
namespace {

constexpr int kStatusTooFew = 1;

constexpr const char* kFooter = R"(Examples:
  antiphon ping --server tls://broker:4222
      --tls-cert alice.pem --tls-key alice.key --tls-ca ca.pem
  antiphon ping -F os.family=Debian -C role::web
  antiphon ping --expect 2000 --silent

With a certificate and key every request is signed, for nodes that check it;
without (or with --unsigned) it is not, which only networks without protocol
security and emulated nodes answer.

Exit status: 0 at least one node answered, or as many as expected; 1 fewer;
2 wrong options or files, or no broker could be reached.)";

struct PingFlags {
  ConnectionFlags connection;
  std::string collective{choria::kDefaultCollective};
  std::vector<std::string> facts;
  std::vector<std::string> classes;
  std::vector<std::string> agents;
  std::vector<std::string> identities;
  std::vector<std::string> combined;
  std::vector<std::string> federations;
  std::string certname;
  bool is_unsigned = false;
  double timeout_s = 2;
  size_t expect = 0;
  bool silent = false;
  bool names = false;
  bool json = false;
};

void add_filter_flags(CLI::App& command, PingFlags& flags) {
  constexpr const char* kGroup = "Which nodes";
  command.add_option("-T,--target", flags.collective, "The collective to ask")
      ->capture_default_str()
      ->group(kGroup);
  command.add_option("-I,--wi", flags.identities, "Nodes of this name, or /pattern/")
      ->group(kGroup);
  command.add_option("-F,--wf", flags.facts, "Nodes with this fact, as os.family=Debian")
      ->group(kGroup);
  command.add_option("-C,--wc", flags.classes, "Nodes with this class, or /pattern/")
      ->group(kGroup);
  command.add_option("-A,--wa", flags.agents, "Nodes with this agent")->group(kGroup);
  command.add_option("-W,--with", flags.combined, "Classes and facts in one text")->group(kGroup);
}

void add_ping_flags(CLI::App& command, PingFlags& flags) {
  command.add_option("--timeout", flags.timeout_s, "Seconds to wait for answers")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command.add_option("--expect", flags.expect, "Stop when so many nodes have answered");
  command.add_flag("--silent", flags.silent, "Do not print the nodes");
  command.add_flag("--names", flags.names, "Print the nodes' names and nothing else");
  command.add_flag("--json", flags.json, "Print one JSON object at the end and nothing else");
  command
      .add_option("--federations", flags.federations,
                  "Ask the nodes of these federations, through brokers of the federation")
      ->delimiter(',')
      ->type_name("NAME,...");
  command.add_option("--certname", flags.certname,
                     "Ask under this name (default: the certificate's)");
  command.add_flag("--unsigned", flags.is_unsigned, "Do not sign the request");
}

absl::StatusOr<choria::Filter> filter_of(const PingFlags& flags) {
  choria::Filter filter;
  for (const std::string& text : flags.facts) {
    absl::StatusOr<choria::FactFilter> fact = parse_fact_filter(text);
    if (!fact.ok()) return fact.status();
    filter.facts.push_back(*std::move(fact));
  }
  filter.classes = flags.classes;
  filter.agents = flags.agents;
  filter.identities = flags.identities;
  for (const std::string& text : flags.combined) add_combined_filter(text, filter);
  return filter;
}

absl::StatusOr<Caller> caller_of(const PingFlags& flags) {
  const ConnectionFlags& connection = flags.connection;
  if (flags.is_unsigned || connection.tls_cert_file.empty()) return unsigned_caller(flags.certname);
  return signing_caller(connection.tls_cert_file, connection.tls_key_file, flags.certname);
}

absl::StatusOr<PingSettings> ping_settings(const PingFlags& flags) {
  absl::StatusOr<ClientSettings> client = client_settings(flags.connection);
  if (!client.ok()) return client.status();
  absl::StatusOr<Credentials> who = credentials(flags.connection.login);
  if (!who.ok()) return who.status();
  absl::StatusOr<choria::Filter> filter = filter_of(flags);
  if (!filter.ok()) return filter.status();
  absl::StatusOr<Caller> caller = caller_of(flags);
  if (!caller.ok()) return caller.status();
  return PingSettings{*std::move(client), *std::move(who),
                      *std::move(caller), flags.collective,
                      *std::move(filter), static_cast<int64_t>(flags.timeout_s * 1000),
                      flags.federations, flags.expect};
}

void print_line(const std::string& line) {
  std::printf("%s\n", line.c_str());
}

void show_reply(const PingFlags& flags, const PingReply& reply) {
  if (flags.json || flags.silent) return;
  print_line(flags.names ? reply.node : reply_line(reply));
}

void show_totals(const PingFlags& flags, const PingResult& result, SteadyTime program_start) {
  const PingStatistics statistics = ping_statistics(result, program_start);
  if (flags.json) return print_line(ping_json(result, statistics, flags.expect, !flags.silent));
  if (flags.names) return;
  if (!flags.silent) print_line("\n");
  print_line("---- ping statistics ----");
  if (statistics.replies == 0) return print_line("no responses received");
  print_line(totals_line(statistics));
  if (statistics.replies > 1) std::printf("\n%s", histogram_lines(statistics).c_str());
}

absl::StatusOr<PingResult> ask(const PingFlags& flags) {
  absl::StatusOr<PingSettings> settings = ping_settings(flags);
  if (!settings.ok()) return settings.status();
  return ping_fleet(*settings, [&flags](const PingReply& reply) { show_reply(flags, reply); });
}

int run(const PingFlags& flags, SteadyTime program_start) {
  const absl::StatusOr<PingResult> result = ask(flags);
  if (!result.ok()) {
    absl::FPrintF(stderr, "ping: %s\n", result.status().message());
    return kStatusUsage;
  }
  show_totals(flags, *result, program_start);
  if (!result->failure.empty()) absl::FPrintF(stderr, "ping: %s\n", result->failure);
  const size_t wanted = flags.expect > 0 ? flags.expect : 1;
  return result->replies.size() >= wanted ? 0 : kStatusTooFew;
}

}  // namespace

int ping_main(int argc, char** argv) {
  const SteadyTime program_start = steady_now();
  CLI::App command("Finds out which Choria nodes answer, and how fast", "antiphon ping");
  command.footer(kFooter);
  PingFlags flags;
  add_ping_flags(command, flags);
  add_filter_flags(command, flags);
  add_connection_flags(command, flags.connection, "--connect-timeout");
  if (const auto status = parse_arguments(command, argc, argv)) return *status;
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  return run(flags, program_start);
}

}  // namespace antiphon::fleet
