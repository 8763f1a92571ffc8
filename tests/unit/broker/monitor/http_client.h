// A raw HTTP client for tests: sends bytes as given, reads answers whole, never waits for ever.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace antiphon {

struct HttpAnswer {
  int status = 0;  // 0: the connection ended before a whole answer came
  std::string head;
  std::string body;

  bool has(std::string_view header_line) const {
    return head.find("\r\n" + std::string(header_line) + "\r\n") != std::string::npos;
  }
};

class HttpClient {
 public:
  enum class Security { kNone, kTls };

  // `receive_buffer_bytes` 0: the system's default.
  explicit HttpClient(uint16_t port, Security security = Security::kNone,
                      int receive_buffer_bytes = 0)
      : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer_bytes > 0) {
      ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                   sizeof receive_buffer_bytes);
    }
    const timeval deadline{20, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    if (security == Security::kTls) start_tls();
  }
  ~HttpClient() {
    ::SSL_free(tls_);
    ::SSL_CTX_free(context_);
    ::close(descriptor_);
  }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  bool is_secure() const { return tls_ != nullptr; }

  void send(std::string_view bytes) {
    if (tls_ != nullptr) {
      ::SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
      return;
    }
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  void end_sending() { ::shutdown(descriptor_, SHUT_WR); }

  // The next answer; a HEAD request has one without a body.
  enum class Body { kExpected, kNone };
  HttpAnswer read_answer(Body expected = Body::kExpected) {
    HttpAnswer answer;
    size_t head_end;
    while ((head_end = unread_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return answer;
    }
    answer.head = unread_.substr(0, head_end + 4);
    unread_.erase(0, head_end + 4);
    size_t body_bytes = 0;
    const size_t length = answer.head.find("\r\nContent-Length: ");
    if (length != std::string::npos && expected == Body::kExpected) {
      body_bytes = std::strtoul(answer.head.c_str() + length + 18, nullptr, 10);
    }
    while (unread_.size() < body_bytes) {
      if (!fill()) return answer;
    }
    answer.body = unread_.substr(0, body_bytes);
    unread_.erase(0, body_bytes);
    answer.status = std::atoi(answer.head.c_str() + 9);
    return answer;
  }
  HttpAnswer get(std::string_view target) {
    send("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    return read_answer();
  }
  // Reads until the connection ends and returns how many bytes came; -1 when it does not end.
  ssize_t read_to_end() {
    while (fill()) {
    }
    return timed_out_ ? -1 : static_cast<ssize_t>(unread_.size());
  }

 private:
  void start_tls() {
    context_ = ::SSL_CTX_new(::TLS_client_method());
    tls_ = ::SSL_new(context_);
    ::SSL_set_fd(tls_, descriptor_);
    if (::SSL_connect(tls_) == 1) return;
    ::SSL_free(tls_);
    tls_ = nullptr;
  }
  bool fill() {
    char bytes[16 * 1024];
    const ssize_t count = tls_ != nullptr ? ::SSL_read(tls_, bytes, sizeof bytes)
                                          : ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (count <= 0) {
      timed_out_ = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
      return false;
    }
    unread_.append(bytes, static_cast<size_t>(count));
    return true;
  }

  const int descriptor_;
  SSL_CTX* context_ = nullptr;
  SSL* tls_ = nullptr;
  std::string unread_;
  bool timed_out_ = false;
};

}  // namespace antiphon
