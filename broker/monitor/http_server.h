// A small HTTP server for pages that people, probes and scrapers fetch: GET and HEAD, no bodies.
//
// MODEL: one thread does all reading and writing. What to answer is decided elsewhere: `answer` is
// called with the path and arguments of a request and must call `done` once, from any thread, at
// any time; other connections are served meanwhile.
// LIMITS: HttpLimits. A connection beyond connections_max is told 503; far beyond, it is closed
// unread.
// ERRORS: a malformed request gets 400, a header that is too long 431, a body 413, another method
// 405; each then closes the connection, except 405 without a body.
// LIFETIME: stop() first, then wait for everything that may still call `done`, then destroy.
#pragma once

#include <absl/functional/any_invocable.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "broker/monitor/page.h"
#include "broker/net/tls_context.h"

namespace antiphon {

struct HttpLimits {
  size_t connections_max = 64;
  size_t refused_max = 16;  // connections that wait to be told 503
  uint32_t header_bytes_max = 8 * 1024;
  size_t pending_bytes_max = 256 << 20;  // of pages being sent; a further one becomes a 503
  // For a handshake, for a request to arrive, for a page to be taken.
  std::chrono::milliseconds step_timeout{30'000};
  // For a peer to close after us; what it still sends meanwhile is thrown away.
  std::chrono::milliseconds goodbye_timeout{2'000};
  size_t goodbye_bytes_max = 64 * 1024;
};

struct HttpSettings {
  std::string host;
  // 0: a free one, chosen by the system; nothing: not served.
  std::optional<uint16_t> http_port;
  std::optional<uint16_t> https_port;
  TlsSettings tls;  // for https
  HttpLimits limits;
};

using PageDone = absl::AnyInvocable<void(Page)>;
using AnswerHttp = std::function<void(std::string target, PageDone done)>;

class HttpServer {
 public:
  static absl::StatusOr<std::unique_ptr<HttpServer>> start(const HttpSettings& settings,
                                                           AnswerHttp answer);
  ~HttpServer();

  // As bound; 0: not served.
  uint16_t http_port() const;
  uint16_t https_port() const;

  // For https connections that come from now on, after a reload. Any thread.
  absl::Status use_certificate(const TlsSettings& settings);

  // Returns when the thread has ended: `answer` is not called any more, and what is done is lost.
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace antiphon
