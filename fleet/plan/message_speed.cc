#include "fleet/plan/message_speed.h"

#include <absl/strings/str_cat.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "broker/runtime/unique_descriptor.h"
#include "fleet/plan/core_speed.h"
#include "fleet/plan/fleet_shape.h"

namespace antiphon::fleet::plan {
namespace {

// To look at the clock for each message would be a tenth of the work.
constexpr unsigned kInARow = 16;

// Both ends of a connection.
struct Connection {
  UniqueDescriptor near;
  UniqueDescriptor far;
};

absl::Status failed(const char* call) {
  return absl::UnavailableError(absl::StrCat("loopback: ", call, ": ", std::strerror(errno)));
}

absl::StatusOr<Connection> connect_to_oneself() {
  const UniqueDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Connection made{UniqueDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), {}};
  if (listener.get() < 0 || made.near.get() < 0) return failed("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener.get(), generic, size) != 0) return failed("bind");
  if (::listen(listener.get(), 1) != 0) return failed("listen");
  if (::getsockname(listener.get(), generic, &size) != 0) return failed("getsockname");
  if (::connect(made.near.get(), generic, size) != 0) return failed("connect");
  made.far = UniqueDescriptor(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (made.far.get() < 0) return failed("accept");
  const int on = 1;
  for (const int end : {made.near.get(), made.far.get()}) {
    ::setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return made;
}

using Message = std::array<char, kReplyBytesMeasured>;

// On loopback what was written can be read.
bool carry(const Connection& connection, Message& message) {
  return ::send(connection.near.get(), message.data(), message.size(), MSG_NOSIGNAL) ==
             static_cast<ssize_t>(message.size()) &&
         ::recv(connection.far.get(), message.data(), message.size(), MSG_WAITALL) ==
             static_cast<ssize_t>(message.size());
}

absl::StatusOr<Work> carrier() {
  absl::StatusOr<Connection> in = connect_to_oneself();
  if (!in.ok()) return in.status();
  absl::StatusOr<Connection> out = connect_to_oneself();
  if (!out.ok()) return out.status();
  return [in = *std::move(in), out = *std::move(out)] {
    Message message{};
    for (unsigned i = 0; i < kInARow; ++i) {
      if (!carry(in, message) || !carry(out, message)) return false;
    }
    return true;
  };
}

}  // namespace

absl::StatusOr<double> measure_messages_per_s(double seconds) {
  const absl::StatusOr<double> rows = mean_of_cores(seconds, &carrier);
  if (!rows.ok()) return rows.status();
  return *rows * kInARow;
}

}  // namespace antiphon::fleet::plan
