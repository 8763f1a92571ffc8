#include "broker/monitor/http_server.h"

#include <absl/status/status.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <vector>

#include "broker/monitor/http_connection.h"
#include "broker/net/listener.h"

namespace antiphon {
namespace {

constexpr size_t kAcceptsPerEvent = 16;
// When the process has no descriptors left, they are not asked for at once again.
constexpr std::chrono::milliseconds kAcceptPause{200};

using Readiness = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>,
                                         asio::io_context::executor_type>;

}  // namespace

// One listening port.
class HttpDoor {
 public:
  // `tls` is null for plain HTTP.
  HttpDoor(asio::io_context& io, HttpContext& context, Listener listener,
           std::shared_ptr<const TlsContext> tls)
      : io_(io),
        context_(context),
        listener_(std::move(listener)),
        tls_(std::move(tls)),
        readiness_(io),
        pause_(io) {}

  // False when there are no descriptors left.
  bool open() {
    // A second descriptor of the same socket, because both owners close theirs.
    const int watched = ::dup(listener_.descriptor());
    if (watched < 0) return false;
    readiness_.assign(watched);
    wait();
    return true;
  }

  uint16_t port() const { return listener_.port(); }
  // For connections from now on. THREADS: that of `io`.
  void use(std::shared_ptr<const TlsContext> tls) { tls_ = std::move(tls); }

 private:
  void wait() {
    readiness_.async_wait(Readiness::wait_read, [this](beast::error_code error) {
      if (!error) accept_some();
    });
  }

  void accept_some() {
    for (size_t i = 0; i < kAcceptsPerEvent; ++i) {
      Listener::Accepted accepted;
      const Listener::Outcome outcome = listener_.accept(accepted);
      if (outcome == Listener::Outcome::kNoneWaiting) break;
      if (outcome == Listener::Outcome::kOutOfDescriptors) {
        pause_.expires_after(kAcceptPause);
        return pause_.async_wait([this](beast::error_code error) {
          if (!error) wait();
        });
      }
      admit(accepted.descriptor);
    }
    wait();
  }

  void admit(int descriptor) {
    const HttpLimits& limits = context_.limits;
    // The protocol matters only for addresses, which nobody asks for.
    HttpSocket socket(io_, asio::ip::tcp::v6(), descriptor);
    if (context_.served < limits.connections_max)
      return serve(std::move(socket), Admission::kServed);
    if (context_.refused < limits.refused_max) serve(std::move(socket), Admission::kRefused);
  }

  void serve(HttpSocket socket, Admission admission) {
    if (tls_ == nullptr) {
      std::make_shared<HttpConnection<PlainHttpStream>>(context_, admission, std::move(socket))
          ->run();
      return;
    }
    // asio puts its own buffers in the place of the descriptor, and owns the connection then.
    SSL* connection = tls_->new_connection(socket.native_handle());
    if (connection == nullptr) return;
    std::make_shared<HttpConnection<TlsHttpStream>>(context_, admission,
                                                    PlainHttpStream(std::move(socket)), connection)
        ->run();
  }

  asio::io_context& io_;
  HttpContext& context_;
  Listener listener_;
  std::shared_ptr<const TlsContext> tls_;
  Readiness readiness_;
  Timer pause_;
};

namespace {

absl::StatusOr<std::shared_ptr<const TlsContext>> context_of(TlsSettings settings) {
  if (settings.cert_file.empty()) {
    return absl::InvalidArgumentError("https for monitoring needs a certificate (tls block)");
  }
  // Whoever may read the pages is a matter of who reaches the port, as in nats-server.
  settings.verify = false;
  settings.verify_if_given = false;
  return TlsContext::server(settings);
}

}  // namespace

struct HttpServer::State {
  HttpContext context;
  asio::io_context io{1};  // destroyed before the context that its connections use
  std::unique_ptr<HttpDoor> http;
  std::unique_ptr<HttpDoor> https;
  std::thread thread;

  absl::StatusOr<std::unique_ptr<HttpDoor>> open_door(const std::string& host, uint16_t port,
                                                      std::shared_ptr<const TlsContext> tls) {
    auto listener = Listener::open(host, port, Listener::Use::kAlone);
    if (!listener.ok()) return listener.status();
    auto door = std::make_unique<HttpDoor>(io, context, *std::move(listener), std::move(tls));
    if (!door->open()) return absl::ResourceExhaustedError("no descriptors left for monitoring");
    return door;
  }

  absl::Status open(const HttpSettings& settings) {
    if (settings.http_port) {
      auto door = open_door(settings.host, *settings.http_port, nullptr);
      if (!door.ok()) return door.status();
      http = *std::move(door);
    }
    if (settings.https_port) {
      auto tls_context = context_of(settings.tls);
      if (!tls_context.ok()) return tls_context.status();
      auto door = open_door(settings.host, *settings.https_port, *std::move(tls_context));
      if (!door.ok()) return door.status();
      https = *std::move(door);
    }
    return absl::OkStatus();
  }

  void run() {
    const auto keep_running = asio::make_work_guard(io);
    while (!io.stopped()) {
      try {
        io.run();
      } catch (const std::exception&) {
        // Out of memory: costs the connection in whose operation it happened.
      }
    }
  }
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::start(const HttpSettings& settings,
                                                              AnswerHttp answer) {
  auto state = std::make_unique<State>();
  state->context.limits = settings.limits;
  state->context.answer = std::move(answer);
  const absl::Status status = state->open(settings);
  if (!status.ok()) return status;
  state->thread = std::thread([state = state.get()] { state->run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

absl::Status HttpServer::use_certificate(const TlsSettings& settings) {
  if (state_->https == nullptr) return absl::OkStatus();
  auto context = context_of(settings);
  if (!context.ok()) return context.status();
  asio::post(state_->io, [door = state_->https.get(), context = *std::move(context)]() mutable {
    door->use(std::move(context));
  });
  return absl::OkStatus();
}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::stop() {
  state_->io.stop();
  if (state_->thread.joinable()) state_->thread.join();
}

uint16_t HttpServer::http_port() const {
  return state_->http == nullptr ? uint16_t{0} : state_->http->port();
}
uint16_t HttpServer::https_port() const {
  return state_->https == nullptr ? uint16_t{0} : state_->https->port();
}

}  // namespace antiphon
