#include "fleet/bench/target.h"

#include <absl/strings/str_cat.h>

namespace antiphon::fleet::bench {

absl::StatusOr<Target> Target::open(const TargetSettings& settings, const TlsFiles* tls,
                                    int64_t timeout_ms) {
  Target target;
  std::string url = settings.url;
  target.pid_ = settings.pid;
  if (!settings.command.empty()) {
    auto process = ServerProcess::start(settings.command, tls, settings.monitored);
    if (!process.ok()) return process.status();
    target.process_ = *std::move(process);
    target.pid_ = target.process_->pid();
    url = absl::StrCat("nats://127.0.0.1:", target.process_->port());
  }
  auto servers = resolve_servers({url});
  if (!servers.ok()) return servers.status();
  target.client_.servers = *std::move(servers);
  target.client_.timeout_ms = timeout_ms;
  if (tls == nullptr) return target;
  TlsSettings files;
  files.ca_file = tls->ca;
  files.cert_file = tls->client_cert;
  files.key_file = tls->client_key;
  auto context = TlsContext::client(files);
  if (!context.ok()) return context.status();
  target.client_.tls = *std::move(context);
  target.client_.tls_wanted = true;
  return target;
}

}  // namespace antiphon::fleet::bench
