#include "broker/monitor/monitor_server.h"

#include <exception>

namespace antiphon {
namespace {

bool walks_over_connections(PageName name) {
  return name == PageName::kConnz || name == PageName::kSubsz;
}

}  // namespace

MonitorServer::MonitorServer(ServerView& view, const std::string& base_path)
    : pages_(view, base_path) {}

absl::StatusOr<std::unique_ptr<MonitorServer>> MonitorServer::start(
    ServerView& view, const MonitorSettings& settings) {
  std::unique_ptr<MonitorServer> server(new MonitorServer(view, settings.base_path));
  auto http = HttpServer::start(
      {settings.host, settings.http_port, settings.https_port, settings.tls, settings.limits},
      [server = server.get()](std::string target, PageDone done) {
        server->answer(std::move(target), std::move(done));
      });
  if (!http.ok()) return http.status();
  server->http_ = *std::move(http);
  return server;
}

MonitorServer::~MonitorServer() {
  if (http_ != nullptr) http_->stop();
}

void MonitorServer::answer(std::string target, PageDone done) {
  WorkPool& pool = walks_over_connections(pages_.name_of(target)) ? walks_ : quick_;
  const bool accepted =
      pool.submit([this, target = std::move(target), done = std::move(done)]() mutable {
        Page page;
        try {
          page = pages_.answer(target);
        } catch (const std::exception&) {
          page = text_page(500, "500 the server did not answer\n");
        }
        done(std::move(page));
      });
  // Unless HTTP lets in more connections than jobs may wait, there is room. If not, the connection
  // is closed: dropping `done` drops it.
  (void)accepted;
}

}  // namespace antiphon
