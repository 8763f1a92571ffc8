// The monitoring server: the pages about a broker, over HTTP and HTTPS.
//
// THREADS: three of its own: one for HTTP, one that makes pages which take a moment (/varz,
// /healthz, /metrics), one for pages which walk over all connections (/connz, /subsz). So a walk
// delays no probe, and monitoring never takes more than its share of the processors.
// LIFETIME: the view must outlive it; the destructor waits for the page being made.
// SECURITY: whoever reaches the port reads everything; nothing on the pages is a secret.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "broker/monitor/http_server.h"
#include "broker/monitor/pages.h"
#include "broker/monitor/server_view.h"
#include "broker/runtime/work_pool.h"

namespace antiphon {

struct MonitorSettings {
  std::string host;
  // 0: a free one, chosen by the system; nothing: not served.
  std::optional<uint16_t> http_port;
  std::optional<uint16_t> https_port;
  TlsSettings tls;              // for https: the certificate of the client listener
  std::string base_path = "/";  // stands before the path of every page
  HttpLimits limits;
};

class MonitorServer {
 public:
  // When this returns, the pages can be fetched. The error names the address or file at fault.
  static absl::StatusOr<std::unique_ptr<MonitorServer>> start(ServerView& view,
                                                              const MonitorSettings& settings);
  ~MonitorServer();

  // As bound; 0: not served.
  uint16_t http_port() const { return http_->http_port(); }
  uint16_t https_port() const { return http_->https_port(); }
  // For https connections that come from now on, after a reload. Any thread.
  absl::Status use_certificate(const TlsSettings& tls) { return http_->use_certificate(tls); }

 private:
  MonitorServer(ServerView& view, const std::string& base_path);
  void answer(std::string target, PageDone done);

  Pages pages_;
  std::unique_ptr<HttpServer> http_;
  // After http_: a page under way is handed over to it while it is still there.
  WorkPool quick_{1};
  WorkPool walks_{1};
};

}  // namespace antiphon
