#include "bench/bare_loop/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include "broker/buffer/buffer_limits.h"

namespace antiphon::bench {

bool Connection::append(std::string_view text) {
  const bool first = !wants_to_write();
  own_.append(text);
  if (own_.size() >= kFlushBytes) flush();
  return first && wants_to_write();
}

void Connection::give(const SharedBytes& bytes) {
  flush();
  const size_t taken = wants_to_write() ? 0 : send(*bytes);
  if (taken == bytes->size()) return;
  waiting_.push_back({bytes, taken});
  waiting_bytes_ += bytes->size() - taken;
  wait_for_room();
}

void Connection::flush() {
  send_waiting();
  if (!waiting_.empty() || own_.empty()) return;
  const size_t taken = send(own_);
  if (taken < own_.size()) {
    waiting_.push_back({std::make_shared<std::string>(own_.substr(taken)), 0});
    waiting_bytes_ += own_.size() - taken;
  }
  own_.clear();
  wait_for_room();
}

size_t Connection::send(std::string_view bytes) {
  const ssize_t sent = ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return sent > 0 ? static_cast<size_t>(sent) : 0;
}

void Connection::send_waiting() {
  while (!waiting_.empty()) {
    Waiting& first = waiting_.front();
    const size_t taken = send(std::string_view(*first.bytes).substr(first.from));
    first.from += taken;
    waiting_bytes_ -= taken;
    if (first.from < first.bytes->size()) return;
    waiting_.pop_front();
  }
}

void Connection::wait_for_room() {
  while (waiting_bytes_ > kPendingBytesMax) {
    pollfd waiting{descriptor_.get(), POLLOUT, 0};
    if (::poll(&waiting, 1, -1) < 0 || (waiting.revents & (POLLERR | POLLHUP)) != 0) return;
    send_waiting();
  }
}

}  // namespace antiphon::bench
