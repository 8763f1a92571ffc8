// A NATS server that says and does exactly what a test tells it to, on a loopback port of its own,
// in the test's own thread.
//
// MODEL: pump() accepts, reads and writes whatever is possible without waiting. A test pumps it in
// turns with what it tests until a condition holds (see pump_until).
#pragma once

#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/net/tls_context.h"
#include "broker/net/tls_stream.h"
#include "broker/net/transport.h"
#include "broker/runtime/clock.h"

namespace antiphon::fleet {

inline constexpr int64_t kTestDeadlineMs = 10'000;
inline constexpr std::string_view kPlainInfo =
    "INFO {\"headers\":true,\"max_payload\":1048576} \r\n";
inline constexpr std::string_view kTlsInfo = "INFO {\"tls_required\":true} \r\n";

// Calls `step` until `condition` holds; false when it does not within kTestDeadlineMs.
template <typename Condition, typename Step>
[[nodiscard]] bool pump_until(Condition condition, Step step) {
  const int64_t end_ms = steady_now().ms() + kTestDeadlineMs;
  while (!condition()) {
    if (steady_now().ms() > end_ms) return false;
    step();
  }
  return true;
}

class ScriptedServer {
 public:
  // One accepted connection.
  struct Peer {
    Transport transport;
    SslPtr handshake;
    std::string received;
    std::string to_send;
    uint32_t source_ipv4 = 0;  // host byte order
    bool ended = false;        // the client has closed it
    bool reads = true;         // false: a server that is stuck

    void send(std::string_view text) { to_send.append(text); }
    bool has(std::string_view text) const { return received.find(text) != std::string::npos; }
  };
  using OnAccept = std::function<void(Peer&)>;

  // `on_accept` is called with every new connection; by default it introduces itself.
  explicit ScriptedServer(OnAccept on_accept = [](Peer& peer) { peer.send(kPlainInfo); })
      : on_accept_(std::move(on_accept)),
        listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, any, sizeof address), 0);
    EXPECT_EQ(::listen(listener_, SOMAXCONN), 0);
    EXPECT_EQ(::getsockname(listener_, any, &bytes), 0);
    port_ = ntohs(address.sin_port);
  }
  ~ScriptedServer() { stop_listening(); }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  uint16_t port() const { return port_; }
  std::string url() const { return absl::StrCat("nats://127.0.0.1:", port_); }

  size_t peers() const { return peers_.size(); }
  Peer& peer(size_t index) { return *peers_.at(index); }
  Peer& last() { return *peers_.back(); }

  void stop_listening() {
    if (listener_ >= 0) ::close(listener_);
    listener_ = -1;
  }

  // The connection goes on under TLS; what was to be sent goes out first.
  static void start_tls(Peer& peer, const TlsContext& context) {
    write(peer);
    peer.handshake.reset(context.new_connection(peer.transport.descriptor()));
  }

  void pump() {
    accept();
    for (const auto& peer : peers_) {
      if (peer->handshake != nullptr) shake_hands(*peer);
      if (peer->handshake != nullptr || !peer->transport.is_open()) continue;
      if (peer->reads) read(*peer);
      write(*peer);
    }
  }

 private:
  void accept() {
    sockaddr_in from{};
    socklen_t bytes = sizeof from;
    const int descriptor = ::accept4(listener_, reinterpret_cast<sockaddr*>(&from), &bytes,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const int on = 1;
    EXPECT_EQ(::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    peers_.push_back(std::make_unique<Peer>());
    last().transport = Transport(descriptor);
    last().source_ipv4 = ntohl(from.sin_addr.s_addr);
    on_accept_(last());
  }

  static void shake_hands(Peer& peer) {
    const int code = ::SSL_do_handshake(peer.handshake.get());
    if (code == 1) {
      const int descriptor = peer.transport.detach();
      peer.transport =
          Transport(descriptor, std::make_unique<TlsStream>(std::move(peer.handshake)));
      return;
    }
    const int error = ::SSL_get_error(peer.handshake.get(), code);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
    peer.handshake = nullptr;
    peer.transport.close();
    peer.ended = true;
  }

  static void read(Peer& peer) {
    char bytes[16384];
    while (true) {
      const IoResult result = peer.transport.read(bytes, sizeof bytes);
      if (result.status == IoStatus::kWouldBlock) return;
      if (result.status != IoStatus::kDone) {
        peer.ended = true;
        return peer.transport.close();
      }
      peer.received.append(bytes, result.bytes);
    }
  }

  static void write(Peer& peer) {
    while (!peer.to_send.empty() && peer.transport.is_open()) {
      const iovec piece{peer.to_send.data(), peer.to_send.size()};
      const IoResult result = peer.transport.write(&piece, 1);
      if (result.status != IoStatus::kDone) return;
      peer.to_send.erase(0, result.bytes);
    }
  }

  OnAccept on_accept_;
  int listener_;
  uint16_t port_ = 0;
  std::vector<std::unique_ptr<Peer>> peers_;
};

}  // namespace antiphon::fleet
