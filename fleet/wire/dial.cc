#include "fleet/wire/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace antiphon::fleet {
namespace {

bool switch_on(int descriptor, int level, int option) {
  const int on = 1;
  return ::setsockopt(descriptor, level, option, &on, sizeof on) == 0;
}

bool bind_source(int descriptor, uint32_t source_ipv4) {
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(source_ipv4);
  return switch_on(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT) &&
         ::bind(descriptor, reinterpret_cast<const sockaddr*>(&source), sizeof source) == 0;
}

}  // namespace

DialStart start_dial(const ServerEndpoint& server, std::optional<uint32_t> source_ipv4) {
  const int family = server.address.ss_family;
  UniqueDescriptor descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) return {{}, errno};
  // Without it a reply could wait for the acknowledgement of the one before.
  if (!switch_on(descriptor.get(), IPPROTO_TCP, TCP_NODELAY)) return {{}, errno};
  if (source_ipv4 && !bind_source(descriptor.get(), *source_ipv4)) return {{}, errno};
  const auto* address = reinterpret_cast<const sockaddr*>(&server.address);
  if (::connect(descriptor.get(), address, server.address_bytes) != 0 && errno != EINPROGRESS) {
    return {{}, errno};
  }
  return {std::move(descriptor), 0};
}

int dial_error(int descriptor) {
  int error = 0;
  socklen_t bytes = sizeof error;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0) return errno;
  return error;
}

}  // namespace antiphon::fleet
