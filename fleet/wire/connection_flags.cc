#include "fleet/wire/connection_flags.h"

#include <CLI/CLI.hpp>

#include "broker/net/tls_context.h"

namespace antiphon::fleet {
namespace {

constexpr const char* kGroup = "Connection";
constexpr double kTimeoutSecondsMax = 3600;

bool wants_tls(const ConnectionFlags& flags) {
  return !flags.tls_cert_file.empty() || !flags.tls_ca_file.empty() || flags.tls_first;
}

}  // namespace

void add_connection_flags(CLI::App& command, ConnectionFlags& flags,
                          const std::string& timeout_name) {
  command
      .add_option("--server", flags.servers,
                  "Broker URL, nats://host:port or tls://host:port; may be given several times")
      ->capture_default_str()
      ->group(kGroup);
  command.add_option("--tls-cert", flags.tls_cert_file, "Certificate to show to the broker (PEM)")
      ->check(CLI::ExistingFile)
      ->group(kGroup);
  command.add_option("--tls-key", flags.tls_key_file, "Private key of the certificate (PEM)")
      ->check(CLI::ExistingFile)
      ->group(kGroup);
  command
      .add_option("--tls-ca", flags.tls_ca_file, "Authorities to check the broker against (PEM)")
      ->check(CLI::ExistingFile)
      ->group(kGroup);
  command.add_flag("--tls-first", flags.tls_first, "Start TLS before the broker says anything")
      ->group(kGroup);
  command.add_flag("--insecure", flags.insecure, "Do not check the broker's certificate")
      ->group(kGroup);
  add_login_flags(command, flags.login);
  command
      .add_option(timeout_name, flags.timeout_s,
                  "Seconds for the TCP connection, and again for TLS and login")
      ->capture_default_str()
      ->check(CLI::Range(0.001, kTimeoutSecondsMax))
      ->group(kGroup);
}

absl::StatusOr<ClientSettings> client_settings(const ConnectionFlags& flags) {
  if (flags.tls_cert_file.empty() != flags.tls_key_file.empty()) {
    return absl::InvalidArgumentError("--tls-cert and --tls-key belong together");
  }
  ClientSettings settings;
  absl::StatusOr<std::vector<ServerEndpoint>> servers = resolve_servers(flags.servers);
  if (!servers.ok()) return servers.status();
  settings.servers = *std::move(servers);
  TlsSettings tls;
  tls.cert_file = flags.tls_cert_file;
  tls.key_file = flags.tls_key_file;
  tls.ca_file = flags.tls_ca_file;
  tls.insecure = flags.insecure;
  absl::StatusOr<std::shared_ptr<const TlsContext>> context = TlsContext::client(tls);
  if (!context.ok()) return context.status();
  settings.tls = *std::move(context);
  settings.tls_wanted = wants_tls(flags);
  settings.handshake_first = flags.tls_first;
  settings.check_host_name = !flags.insecure;
  settings.timeout_ms = static_cast<int64_t>(flags.timeout_s * 1000);
  return settings;
}

}  // namespace antiphon::fleet
