#include "fleet/bench/target.h"

#include <absl/strings/str_cat.h>

namespace antiphon::fleet::bench {
namespace {

absl::Status set_tls(const Access& access, ClientSettings& client) {
  TlsSettings files;
  files.insecure = access.insecure;
  if (access.tls != nullptr) {
    files.ca_file = access.tls->ca;
    files.cert_file = access.tls->client_cert;
    files.key_file = access.tls->client_key;
  }
  auto context = TlsContext::client(files);
  if (!context.ok()) return context.status();
  client.tls = *std::move(context);
  client.tls_wanted = access.tls != nullptr || access.tls_first;
  client.handshake_first = access.tls_first;
  client.check_host_name = !access.insecure;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Target> Target::open(const TargetSettings& settings, const Access& access) {
  Target target;
  std::string url = settings.url;
  target.pid_ = settings.pid;
  if (!settings.command.empty()) {
    auto process = ServerProcess::start(settings.command, access.tls, settings.monitored);
    if (!process.ok()) return process.status();
    target.process_ = *std::move(process);
    target.pid_ = target.process_->pid();
    url = absl::StrCat("nats://127.0.0.1:", target.process_->port());
  }
  auto servers = resolve_servers({url});
  if (!servers.ok()) return servers.status();
  target.client_.servers = *std::move(servers);
  target.client_.timeout_ms = access.timeout_ms;
  target.credentials_ = access.credentials;
  if (absl::Status status = set_tls(access, target.client_); !status.ok()) return status;
  return target;
}

}  // namespace antiphon::fleet::bench
