#include "broker/runtime/poller.h"

#include <unistd.h>

#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

bool control(int poller, int operation, int descriptor, uint32_t events, uint64_t key) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  return ::epoll_ctl(poller, operation, descriptor, &event) == 0;
}

}  // namespace

Poller::Poller() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) { AP_CHECK(descriptor_ >= 0); }

Poller::~Poller() { ::close(descriptor_); }

bool Poller::add(int descriptor, uint64_t key) {
  return control(descriptor_, EPOLL_CTL_ADD, descriptor,
                 EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, key);
}

bool Poller::add_listener(int descriptor, uint64_t key) {
  return control(descriptor_, EPOLL_CTL_ADD, descriptor, EPOLLIN, key);
}

void Poller::remove(int descriptor) {
  control(descriptor_, EPOLL_CTL_DEL, descriptor, 0, 0);
}

std::span<const Readiness> Poller::wait(int timeout_ms) {
  const int count = ::epoll_wait(descriptor_, events_, kEventsMax, timeout_ms);
  if (count <= 0) return {};  // a signal or the time-out
  for (int i = 0; i < count; ++i) {
    const uint32_t events = events_[i].events;
    ready_[i] = {events_[i].data.u64, (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
                 (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0,
                 (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0};
  }
  return {ready_, static_cast<size_t>(count)};
}

}  // namespace antiphon
