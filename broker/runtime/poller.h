// Waits for readiness of many descriptors (epoll, edge-triggered, registered once).
//
// WHY: edge-triggered with both directions registered once, a descriptor costs one system call in
// its life; Asio's async_wait makes one for every wait (docs/decisions/0001-own-poller.md).
// The price: after an event the reader must read until the socket is empty or remember that it is
// not.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <span>

namespace antiphon {

struct Readiness {
  uint64_t key;
  bool readable;  // bytes, end of stream or an error wait
  bool writable;
  bool hung_up;  // the peer has closed its side, or the connection is broken
};

class Poller {
 public:
  static constexpr int kEventsMax = 256;  // per wait: keeps a turn bounded

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Both directions, edge-triggered. False when the kernel refuses (descriptor limit, memory).
  [[nodiscard]] bool add(int descriptor, uint64_t key);
  // Read direction only, level-triggered: listeners and wake-ups.
  [[nodiscard]] bool add_listener(int descriptor, uint64_t key);
  void remove(int descriptor);

  // Waits at most timeout_ms (-1: for ever, 0: not at all). The result is valid until the next call.
  std::span<const Readiness> wait(int timeout_ms);

 private:
  const int descriptor_;
  epoll_event events_[kEventsMax];
  Readiness ready_[kEventsMax];
};

}  // namespace antiphon
