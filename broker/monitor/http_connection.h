// One HTTP connection: reads a request, has it answered, writes the page, and again.
//
// WHY a template: over TCP and over TLS the steps are the same, only handshake and goodbye differ.
// WHY asio's TLS stream, unlike for clients: a few monitoring connections need neither its speed
// nor its small memory.
// THREADS: the HTTP server's only; `done` may be called on any and posts back.
// LIFETIME: kept alive by the operation under way; when none is left, it is gone.
// COMPILES SLOWLY: include it in http_server.cc only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "broker/monitor/http_server.h"
#include "broker/monitor/text_forms.h"
#include "broker/runtime/clock.h"

namespace antiphon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// The concrete executor: the default one costs a virtual call and an allocation for each operation.
using HttpSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using PlainHttpStream = beast::basic_stream<asio::ip::tcp, asio::io_context::executor_type>;
using TlsHttpStream = asio::ssl::stream<PlainHttpStream>;

// What all connections of a server share.
struct HttpContext {
  HttpLimits limits;
  AnswerHttp answer;
  size_t served = 0;         // connections
  size_t refused = 0;        // connections that will be told 503
  size_t pending_bytes = 0;  // of pages being sent
};

enum class Admission { kServed, kRefused };

template <typename Stream>
class HttpConnection : public std::enable_shared_from_this<HttpConnection<Stream>> {
 public:
  // `stream` are the arguments of the stream's constructor.
  template <typename... StreamArguments>
  HttpConnection(HttpContext& context, Admission admission, StreamArguments&&... stream)
      : context_(context),
        admission_(admission),
        stream_(std::forward<StreamArguments>(stream)...),
        buffer_(2 * size_t{context.limits.header_bytes_max}) {
    ++place();
  }
  ~HttpConnection() {
    --place();
    context_.pending_bytes -= held_bytes_;
  }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void run() {
    if constexpr (kIsTls) {
      expect_within(context_.limits.step_timeout);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](beast::error_code error) {
                                if (!error) self->read_request();
                              });
    } else {
      read_request();
    }
  }

 private:
  static constexpr bool kIsTls = std::is_same_v<Stream, TlsHttpStream>;
  enum class After { kKeep, kClose };

  size_t& place() { return admission_ == Admission::kServed ? context_.served : context_.refused; }
  PlainHttpStream& tcp() { return beast::get_lowest_layer(stream_); }
  // Every operation from now on, all together, ends with an error when it takes longer.
  void expect_within(std::chrono::milliseconds time) { tcp().expires_after(time); }

  void read_request() {
    request_.emplace();
    request_->header_limit(context_.limits.header_bytes_max);
    request_->body_limit(boost::none);  // see on_request: there must be none
    expect_within(context_.limits.step_timeout);
    http::async_read_header(stream_, buffer_, *request_,
                            [self = this->shared_from_this()](beast::error_code error, size_t) {
                              error ? self->on_unreadable(error) : self->on_request();
                            });
  }

  void on_unreadable(beast::error_code error) {
    if (error == http::error::end_of_stream) return say_goodbye();
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return refuse(431, After::kClose);
    }
    const auto& grammar = http::make_error_code(http::error::bad_method).category();
    const bool malformed = error.category() == grammar && error != http::error::partial_message;
    if (malformed) refuse(400, After::kClose);
  }

  void on_request() {
    const auto& message = request_->get();
    const bool has_body = request_->chunked() || request_->content_length().value_or(0) > 0;
    const After after = message.keep_alive() && !has_body ? After::kKeep : After::kClose;
    if (admission_ == Admission::kRefused) return refuse(503, After::kClose);
    if (message.method() != http::verb::get && message.method() != http::verb::head) {
      return refuse(405, after);
    }
    if (has_body) return refuse(413, After::kClose);
    // Nothing is expected of the peer now.
    tcp().expires_never();
    context_.answer(
        std::string(message.target()), [self = this->shared_from_this(), after](Page page) mutable {
          // Moved, so that the last reference is never dropped on another thread.
          auto executor = self->tcp().get_executor();
          asio::post(executor, [self = std::move(self), after, page = std::move(page)]() mutable {
            self->write(std::move(page), after);
          });
        });
  }

  // Not counted as pending: such a page is a few words.
  void refuse(unsigned status, After after) {
    const std::string_view reason = http::obsolete_reason(http::int_to_status(status));
    send(text_page(status, std::to_string(status) + " " + std::string(reason) + "\n"), after);
  }

  void write(Page page, After after) {
    const size_t bytes = page.body.size();
    if (context_.pending_bytes + bytes > context_.limits.pending_bytes_max) {
      return refuse(503, After::kClose);
    }
    held_bytes_ = bytes;
    context_.pending_bytes += bytes;
    send(std::move(page), after);
  }

  void send(Page page, After after) {
    compose(std::move(page), after);
    expect_within(context_.limits.step_timeout);
    http::async_write(stream_, response_,
                      [self = this->shared_from_this(), after](beast::error_code error, size_t) {
                        self->on_written(error, after);
                      });
  }

  void compose(Page page, After after) {
    const auto& message = request_->get();
    response_ = {};
    response_.version(message.version() == 10 ? 10 : 11);
    response_.result(page.status);
    response_.set(http::field::date, http_date(wall_now_ns()));
    response_.set(http::field::content_type, page.content_type);
    response_.set("X-Content-Type-Options", "nosniff");
    if (page.any_origin) response_.set(http::field::access_control_allow_origin, "*");
    if (page.status == 405) response_.set(http::field::allow, "GET, HEAD");
    response_.content_length(page.body.size());
    response_.keep_alive(after == After::kKeep);
    if (message.method() != http::verb::head) response_.body() = std::move(page.body);
  }

  void on_written(beast::error_code error, After after) {
    context_.pending_bytes -= std::exchange(held_bytes_, 0);
    response_ = {};
    if (error) return;
    after == After::kKeep ? read_request() : say_goodbye();
  }

  void say_goodbye() {
    expect_within(context_.limits.goodbye_timeout);
    if constexpr (kIsTls) {
      stream_.async_shutdown([self = this->shared_from_this()](beast::error_code) {});
    } else {
      beast::error_code ignored;
      tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      discard(0);
    }
  }

  // Closing with unread bytes would make the kernel reset the connection, and the peer might lose
  // our answer; so what it sends is read until it closes too, within limits.
  void discard(size_t discarded_bytes) {
    if (discarded_bytes > context_.limits.goodbye_bytes_max) return;
    stream_.async_read_some(
        asio::buffer(discarded_),
        [self = this->shared_from_this(), discarded_bytes](beast::error_code error, size_t bytes) {
          if (!error) self->discard(discarded_bytes + bytes);
        });
  }

  HttpContext& context_;
  const Admission admission_;
  Stream stream_;
  beast::flat_buffer buffer_;  // holds the header, and what a peer sends ahead
  std::optional<http::request_parser<http::empty_body>> request_;
  http::response<http::string_body> response_;
  size_t held_bytes_ = 0;  // of this connection in HttpContext::pending_bytes
  std::array<char, 1024> discarded_;
};

}  // namespace antiphon
