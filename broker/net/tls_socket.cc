#include "broker/net/tls_socket.h"

#include <errno.h>
#include <openssl/bio.h>
#include <sys/socket.h>

namespace antiphon {
namespace {

// Everything a socket's state is stands in one word of the BIO, so that it costs no memory of its own.
struct State {
  int descriptor;
  bool drained;
};

State state_of(BIO* socket) {
  const auto word = reinterpret_cast<intptr_t>(::BIO_get_data(socket));
  return {static_cast<int>(word >> 1), (word & 1) != 0};
}

void set_state(BIO* socket, State state) {
  const intptr_t word = static_cast<intptr_t>(state.descriptor) * 2 + (state.drained ? 1 : 0);
  ::BIO_set_data(socket, reinterpret_cast<void*>(word));
}

bool is_passing(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

int read(BIO* socket, char* out, int bytes_max) {
  BIO_clear_retry_flags(socket);
  State state = state_of(socket);
  const ssize_t got = ::recv(state.descriptor, out, static_cast<size_t>(bytes_max), 0);
  if (got < 0) {
    if (is_passing(errno)) BIO_set_retry_read(socket);
    return -1;
  }
  if (got == 0) ::BIO_set_flags(socket, BIO_FLAGS_IN_EOF);
  state.drained = got < bytes_max;
  set_state(socket, state);
  return static_cast<int>(got);
}

int write(BIO* socket, const char* data, int bytes) {
  BIO_clear_retry_flags(socket);
  const auto size = static_cast<size_t>(bytes);
  const ssize_t sent = ::send(state_of(socket).descriptor, data, size, MSG_NOSIGNAL);
  if (sent < 0 && is_passing(errno)) BIO_set_retry_write(socket);
  return static_cast<int>(sent);
}

long control(BIO* socket, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return ::BIO_test_flags(socket, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    case BIO_C_GET_FD: return state_of(socket).descriptor;
    default: return 0;
  }
}

BIO_METHOD* make_method() {
  constexpr int kKind = BIO_TYPE_DESCRIPTOR | BIO_TYPE_SOURCE_SINK;
  BIO_METHOD* method = ::BIO_meth_new(::BIO_get_new_index() | kKind, "antiphon socket");
  if (method == nullptr) return nullptr;
  ::BIO_meth_set_read(method, &read);
  ::BIO_meth_set_write(method, &write);
  ::BIO_meth_set_ctrl(method, &control);
  return method;
}

}  // namespace

BIO* new_tls_socket(int descriptor) {
  static BIO_METHOD* const method = make_method();  // for the whole process
  BIO* socket = method == nullptr ? nullptr : ::BIO_new(method);
  if (socket == nullptr) return nullptr;
  set_state(socket, {descriptor, false});
  ::BIO_set_init(socket, 1);
  return socket;
}

bool is_drained(BIO* socket) { return state_of(socket).drained; }

}  // namespace antiphon
