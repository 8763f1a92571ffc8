#include "broker/net/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace antiphon {
namespace {

IoResult result_of(ssize_t moved) {
  if (moved >= 0) return {IoStatus::kDone, static_cast<size_t>(moved)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {IoStatus::kWouldBlock};
  return {IoStatus::kFailed};
}

}  // namespace

IoResult Transport::read(char* out, size_t bytes_max) {
  if (stream_ != nullptr) return stream_->read(out, bytes_max);
  const IoResult result = result_of(::recv(descriptor_, out, bytes_max, 0));
  if (result.status == IoStatus::kDone && result.bytes == 0) return {IoStatus::kEnd};
  // Fewer bytes than asked for are all there are; a new event announces further ones.
  return {result.status, result.bytes, result.bytes < bytes_max};
}

IoResult Transport::write(const iovec* pieces, size_t count) {
  if (stream_ != nullptr) return stream_->write(pieces, count);
  if (count == 1) {
    return result_of(::send(descriptor_, pieces->iov_base, pieces->iov_len, MSG_NOSIGNAL));
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = count;
  return result_of(::sendmsg(descriptor_, &message, MSG_NOSIGNAL));
}

void Transport::limit_unsent(int bytes) {
  // Of the in-process stream there is no socket, and an old kernel still works, only less well.
  if (descriptor_ < 0) return;
  (void)::setsockopt(descriptor_, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

void Transport::discard_input() {
  constexpr int kReadsMax = 16;  // a peer that sends without end is reset after all
  char thrown_away[16 * 1024];
  for (int i = 0; i < kReadsMax && descriptor_ >= 0; ++i) {
    if (::recv(descriptor_, thrown_away, sizeof thrown_away, MSG_DONTWAIT) <= 0) return;
  }
}

void Transport::close() {
  if (stream_ != nullptr) {
    stream_->shut_down();
    stream_ = nullptr;
  }
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace antiphon
