#include "broker/net/listener.h"

#include <absl/strings/str_cat.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cstring>
#include <memory>


namespace antiphon {
namespace {

// Enough for a whole fleet to knock at once; the kernel caps it at net.core.somaxconn.
constexpr int kBacklog = 65535;

void set_option(int descriptor, int level, int option, int value) {
  // A kernel that refuses still works, only less well.
  (void)::setsockopt(descriptor, level, option, &value, sizeof value);
}

bool is_every_address(const std::string& host) {
  return host.empty() || host == "::" || host == "0.0.0.0";
}

absl::Status failure(const std::string& host, uint16_t port, int error) {
  const std::string text = absl::StrCat("Error listening on port: ", join_host_port(host, port), ": ",
                                        std::strerror(error));
  return error == EAFNOSUPPORT ? absl::UnimplementedError(text) : absl::UnavailableError(text);
}

}  // namespace

absl::StatusOr<Listener> Listener::open(const std::string& host, uint16_t port, Use use) {
  if (!is_every_address(host)) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (code != 0) {
      return absl::UnavailableError(
          absl::StrCat("Error listening on port: ", host, ": ", ::gai_strerror(code)));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> release(found, &::freeaddrinfo);
    sockaddr_storage address{};
    std::memcpy(&address, found->ai_addr, found->ai_addrlen);
    return bind_to(host, address, port, use);
  }
  // One IPv6 socket takes both families; a kernel without IPv6 gets an IPv4 one.
  sockaddr_storage any{};
  any.ss_family = AF_INET6;
  absl::StatusOr<Listener> both = bind_to(host, any, port, use);
  if (both.ok() || both.status().code() != absl::StatusCode::kUnimplemented) return both;
  any.ss_family = AF_INET;
  return bind_to(host, any, port, use);
}

absl::StatusOr<Listener> Listener::bind_to(const std::string& host, sockaddr_storage address,
                                           uint16_t port, Use use) {
  const int descriptor = ::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failure(host, port, errno);
  Listener listener(descriptor, {});
  set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  if (use == Use::kShared) set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  socklen_t length = sizeof(sockaddr_in);
  if (address.ss_family == AF_INET6) {
    set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    length = sizeof(sockaddr_in6);
    reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
  }
  if (::bind(descriptor, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::listen(descriptor, kBacklog) != 0 ||
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return failure(host, port, errno);
  }
  listener.address_ = SocketAddress::from(address);
  return listener;
}

Listener::~Listener() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Listener::Listener(Listener&& other) noexcept
    : descriptor_(other.descriptor_), address_(other.address_) {
  other.descriptor_ = -1;
}

Listener::Outcome Listener::accept(Accepted& accepted) {
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  const int descriptor = ::accept4(descriptor_, reinterpret_cast<sockaddr*>(&peer), &length,
                                   SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) {
    const bool exhausted =
        errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    return exhausted ? Outcome::kOutOfDescriptors : Outcome::kNoneWaiting;
  }
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  accepted = {descriptor, SocketAddress::from(peer)};
  return Outcome::kAccepted;
}

}  // namespace antiphon
