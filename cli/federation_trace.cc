#include "cli/federation_trace.h"

#include <absl/strings/str_format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "broker/config/secret_files.h"
#include "broker/runtime/clock.h"
#include "cli/http_get.h"
#include "protocol/choria/subjects.h"

namespace antiphon {
namespace {

using fleet::FederatedTrace;
using fleet::TraceResult;
using Json = nlohmann::ordered_json;

constexpr int kStatusUsage = 2;
constexpr double kNsPerMs = 1e6;
constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr std::string_view kCollectiveV2 = "choria";

constexpr const char* kFooter = R"(Examples:
  antiphon federation trace web1.ams.example.net --federations ams,nyc
      --server tls://fed1:4222 --tls-cert alice.pem --tls-key alice.key --tls-ca ca.pem
  antiphon federation trace web1.ams.example.net --federations ams
      --brokers fed1.ams:8222,fed2.ams:8222
  antiphon federation trace web1.ams.example.net --federations choria
      --server tls://fed1:4222 --tls-ca ca.pem --token alice.jwt --seed alice.seed

Exit status: 0 the node has answered through one of the federations; 1 through
none; 2 wrong options, or no broker could be reached.)";

std::string station(std::string_view name, std::string_view what) {
  return absl::StrFormat("  %-32s %s\n", std::string(name), std::string(what));
}

// "fed1.ams (choria_nats_ingest:0, ...)" is fed1.ams, which is a federation broker.
std::string_view name_of(std::string_view processor) {
  return processor.substr(0, processor.find(" ("));
}
bool is_federation_broker(std::string_view processor) {
  return processor.find("_transformer:") != std::string_view::npos;
}
bool is_request_hop(std::string_view processor) {
  return processor.find("choria_request_transformer:") != std::string_view::npos;
}

const TraceWitness* witness_of(std::string_view name, const std::vector<TraceWitness>& witnesses) {
  const auto found = std::find_if(witnesses.begin(), witnesses.end(),
                                  [&](const TraceWitness& one) { return one.identity == name; });
  return found == witnesses.end() ? nullptr : &*found;
}

// How long the collective took, if the federation broker of this hop can tell; else -1.
double collective_ms(const choria::Hop& hop, const std::vector<TraceWitness>& witnesses) {
  if (!is_request_hop(hop.processor)) return -1;
  const TraceWitness* witness = witness_of(name_of(hop.processor), witnesses);
  return witness != nullptr && witness->seen ? witness->first_reply_ms : -1;
}

std::string hop_line(const choria::Hop& hop, std::string_view node,
                     const std::vector<TraceWitness>& witnesses) {
  const std::string_view name = name_of(hop.processor);
  if (!is_federation_broker(hop.processor)) {
    return station(name, (name == node ? "answers at " : "asks at ") + hop.in);
  }
  std::string what = hop.in + " -> " + hop.out;
  if (const double ms = collective_ms(hop, witnesses); ms >= 0) {
    absl::StrAppendFormat(&what, "  (its collective took %.1f ms)", ms);
  }
  return station(name, what);
}

// Clocks of different hosts do not agree, so of the ways between two stations only both together are
// known.
std::string arrival_text(const FederatedTrace& trace, const std::vector<TraceWitness>& witnesses,
                         double all_ms) {
  std::string text = absl::StrFormat("has the answer after %.1f ms", all_ms);
  for (const choria::Hop& hop : trace.hops) {
    const double ms = collective_ms(hop, witnesses);
    if (ms < 0 || ms > all_ms) continue;
    absl::StrAppendFormat(&text, "  (%.1f ms to %s and back)", all_ms - ms,
                          std::string(name_of(hop.processor)));
  }
  return text;
}

std::string answered_text(const FederatedTrace& trace, const std::vector<TraceWitness>& witnesses,
                          const std::string& node) {
  const double ms = static_cast<double>(trace.delay_ns) / kNsPerMs;
  std::string text =
      absl::StrFormat("%s through %s: answered after %.1f ms\n", node, trace.federation, ms);
  for (const choria::Hop& hop : trace.hops) text += hop_line(hop, node, witnesses);
  if (!trace.hops.empty()) {
    text += station(name_of(trace.hops.front().processor), arrival_text(trace, witnesses, ms));
  }
  if (trace.sender != node) text += "  the answer calls itself " + trace.sender + "\n";
  return text;
}

// What one federation broker did with a request that nobody has answered.
std::string fate(const TraceWitness& witness, const std::string& target) {
  if (!witness.refusal.empty()) return "refused it: " + witness.refusal;
  if (witness.elsewhere > 0) return "left it out: nobody listens to " + target + " there";
  const std::string passed = "passed it on to " + witness.collective_server;
  if (witness.first_reply_ms >= 0) {
    return absl::StrFormat("%s, and an answer back after %.1f ms: lost between it and here", passed,
                           witness.first_reply_ms);
  }
  if (witness.nobody_listens) return passed + ", where nobody listens to " + target;
  return passed + "; no answer came back";
}

std::string refused_text(const TraceResult& result, const FederatedTrace& trace,
                         const std::string& node) {
  return absl::StrFormat("%s through %s: refused\n", node, trace.federation) +
         station("this program", "asks at " + result.server) +
         station(trace.sender, "says: " + trace.refusal) + "  last seen by " + trace.sender + "\n";
}

std::string unanswered_text(const TraceResult& result, const FederatedTrace& trace,
                            const std::vector<TraceWitness>& witnesses, const std::string& node,
                            double timeout_s) {
  std::string text = absl::StrFormat("%s through %s: ", node, trace.federation);
  if (trace.nobody_listens) {
    text += "nobody serves this federation\n";
    return text + station("this program", "asks at " + result.server) +
           "  last seen by the broker " + result.server + ": no federation broker of " +
           trace.federation + " listens there\n";
  }
  absl::StrAppendFormat(&text, "no answer within %.1f s\n", timeout_s);
  text += station("this program", "asks at " + result.server);
  size_t asked = 0;
  const TraceWitness* last = nullptr;
  for (const TraceWitness& witness : witnesses) {
    if (witness.cluster != trace.federation) continue;
    ++asked;
    if (!witness.seen) continue;
    last = &witness;
    text += station(witness.identity, fate(witness, trace.target));
  }
  if (last != nullptr) return text + "  last seen by " + last->identity + "\n";
  if (asked == 0) {
    return text + "  how far it came is known to the federation brokers of " + trace.federation +
           ": name them with --brokers\n";
  }
  return text + absl::StrFormat("  last seen by the broker %s: none of the %d federation brokers "
                                "that were asked has seen it\n", result.server, asked);
}

}  // namespace

bool read_witness(std::string_view request_page, std::string_view target_page, TraceWitness& out) {
  const Json request = Json::parse(request_page, nullptr, false);
  const Json target = Json::parse(target_page, nullptr, false);
  if (request.is_discarded() || target.is_discarded()) return false;
  try {
    out.identity = request.at("identity").get<std::string>();
    out.cluster = request.at("cluster").get<std::string>();
    out.collective_connected = request.at("collective_connected");
    out.collective_server = request.at("collective_server").get<std::string>();
    out.seen = request.at("messages").get<uint64_t>() > 0;
    out.published = request.at("published");
    out.elsewhere = request.at("elsewhere");
    out.refusal = request.at("refusal").get<std::string>();
    out.first_reply_ms = request.at("first_reply_ms");
    out.nobody_listens = !target.at("absent_ms_ago").is_null();
  } catch (const nlohmann::json::exception&) {
    return false;
  }
  return true;
}

std::string trace_text(const TraceResult& result, const FederatedTrace& trace,
                       const std::vector<TraceWitness>& witnesses, const std::string& node,
                       double timeout_s) {
  if (!trace.refusal.empty()) return refused_text(result, trace, node);
  return trace.delay_ns >= 0 ? answered_text(trace, witnesses, node)
                             : unanswered_text(result, trace, witnesses, node, timeout_s);
}

namespace {

// A token, a certificate, or a name alone.
absl::StatusOr<fleet::Caller> caller_of(const TraceFlags& flags) {
  const fleet::ConnectionFlags& files = flags.connection;
  if (flags.token_file.empty()) {
    if (!flags.seed_file.empty()) return absl::InvalidArgumentError("--seed needs --token");
    return flags.is_unsigned || files.tls_cert_file.empty()
               ? fleet::unsigned_caller(flags.certname)
               : fleet::signing_caller(files.tls_cert_file, files.tls_key_file, flags.certname);
  }
  if (flags.is_unsigned || !flags.certname.empty()) {
    return absl::InvalidArgumentError("with --token requests are signed, under the token's name");
  }
  absl::StatusOr<std::string> token = read_token_file(flags.token_file);
  if (!token.ok()) return token.status();
  const std::string seed_file =
      flags.seed_file.empty() ? seed_beside(flags.token_file) : flags.seed_file;
  const absl::StatusOr<choria::TokenSigningKey> key = read_signing_key(seed_file);
  if (!key.ok()) return key.status();
  if (key->seed() == nullptr) return absl::InvalidArgumentError(seed_file + ": is no Ed25519 seed");
  absl::StatusOr<fleet::Caller> caller = fleet::token_caller(
      *std::move(token), *Ed25519Seed::from_bytes(key->seed()->bytes()), wall_now_ns() / kNsPerSecond);
  if (caller.ok()) return caller;
  return absl::InvalidArgumentError(
      absl::StrCat(flags.token_file, ": ", caller.status().message()));
}

absl::StatusOr<fleet::TraceSettings> trace_settings(const TraceFlags& flags) {
  absl::StatusOr<fleet::ClientSettings> client = client_settings(flags.connection);
  if (!client.ok()) return client.status();
  absl::StatusOr<fleet::Credentials> who = credentials(flags.connection.login);
  if (!who.ok()) return who.status();
  absl::StatusOr<fleet::Caller> caller = caller_of(flags);
  if (!caller.ok()) return caller.status();
  const std::string usual(caller->has_token() ? kCollectiveV2 : choria::kDefaultCollective);
  return fleet::TraceSettings{*std::move(client), *std::move(who),   *std::move(caller),
                              flags.collective.empty() ? usual : flags.collective, flags.node,        flags.federations,
                              static_cast<int64_t>(flags.timeout_s * 1000)};
}

std::vector<TraceWitness> ask_witnesses(const TraceFlags& flags, const FederatedTrace& trace) {
  std::vector<TraceWitness> witnesses;
  for (const std::string& broker : flags.brokers) {
    const auto request =
        http_get(broker, "/federationz?request=" + percent_encoded(trace.request_id));
    const auto target = http_get(broker, "/federationz?target=" + percent_encoded(trace.target));
    TraceWitness witness;
    if (request.ok() && target.ok() && read_witness(*request, *target, witness)) {
      witnesses.push_back(std::move(witness));
      continue;
    }
    const std::string problem =
        request.ok() ? "this is no federation broker" : std::string(request.status().message());
    std::fprintf(stderr, "antiphon: %s: %s\n", broker.c_str(), problem.c_str());
  }
  return witnesses;
}

}  // namespace

void add_trace_flags(CLI::App& command, TraceFlags& flags) {
  command.add_option("NODE", flags.node, "The node's name")->required();
  command.add_option("--federations", flags.federations, "The federations to go through")
      ->delimiter(',')
      ->type_name("NAME,...")
      ->required();
  command.add_option("-T,--target", flags.collective,
                     "The collective of the node (default: mcollective; with --token choria)");
  command
      .add_option("--brokers", flags.brokers,
                  "Metrics of federation brokers, to ask how far a request came")
      ->delimiter(',')
      ->type_name("HOST:PORT,...");
  command.add_option("--timeout", flags.timeout_s, "Seconds to wait for the answer")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command.add_option("--certname", flags.certname,
                     "Ask under this name (default: the certificate's)");
  command.add_option("--token", flags.token_file, "A client's token: ask in protocol version 2")
      ->check(CLI::ExistingFile);
  command
      .add_option("--seed", flags.seed_file,
                  "The token's seed (default: beside it, under the extension .key)")
      ->check(CLI::ExistingFile);
  command.add_flag("--unsigned", flags.is_unsigned, "Do not sign the request");
  add_connection_flags(command, flags.connection, "--connect-timeout");
  command.footer(kFooter);
}

int federation_trace(const TraceFlags& flags) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  const absl::StatusOr<fleet::TraceSettings> settings = trace_settings(flags);
  if (!settings.ok()) {
    absl::FPrintF(stderr, "antiphon: %s\n", settings.status().message());
    return kStatusUsage;
  }
  const absl::StatusOr<TraceResult> result = trace_node(*settings);
  if (!result.ok()) {
    absl::FPrintF(stderr, "antiphon: %s\n", result.status().message());
    return kStatusUsage;
  }
  int status = 1;
  for (const FederatedTrace& trace : result->traces) {
    const std::string text =
        trace_text(*result, trace, ask_witnesses(flags, trace), flags.node, flags.timeout_s);
    std::fputs(text.c_str(), stdout);
    if (trace.delay_ns >= 0) status = 0;
  }
  if (!result->failure.empty()) absl::FPrintF(stderr, "antiphon: %s\n", result->failure);
  return status;
}

}  // namespace antiphon
