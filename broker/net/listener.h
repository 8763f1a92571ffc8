// A listening TCP socket. Several shards may listen on the same port (SO_REUSEPORT): the kernel
// spreads new connections over them.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "broker/net/socket_address.h"

namespace antiphon {

class Listener {
 public:
  // kShared: other listeners of this process may use the port too. It would also let a second
  // server in unnoticed, so open the port once as kAlone first.
  enum class Use { kAlone, kShared };
  // Binds and listens. Port 0 takes a free one. `host` is an address or a name; empty, "::" and
  // "0.0.0.0" mean every address, IPv4 and IPv6.
  static absl::StatusOr<Listener> open(const std::string& host, uint16_t port, Use use);

  ~Listener();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;

  int descriptor() const { return descriptor_; }
  uint16_t port() const { return address_.port; }

  struct Accepted {
    int descriptor;  // non-blocking, TCP_NODELAY; the caller owns it
    SocketAddress peer;
  };
  enum class Outcome { kAccepted, kNoneWaiting, kOutOfDescriptors };
  // Takes one waiting connection.
  Outcome accept(Accepted& accepted);

 private:
  static absl::StatusOr<Listener> bind_to(const std::string& host, sockaddr_storage address,
                                          uint16_t port, Use use);
  Listener(int descriptor, SocketAddress address) : descriptor_(descriptor), address_(address) {}

  int descriptor_;
  SocketAddress address_;
};

}  // namespace antiphon
