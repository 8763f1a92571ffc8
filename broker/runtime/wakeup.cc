#include "broker/runtime/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "protocol/bytes/check.h"

namespace antiphon {

Wakeup::Wakeup() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  AP_CHECK(descriptor_ >= 0);
}

Wakeup::~Wakeup() { ::close(descriptor_); }

void Wakeup::wake() {
  // The fence orders the caller's push before the look at asleep_ (see MODEL).
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!asleep_.load(std::memory_order_seq_cst)) return;
  if (!asleep_.exchange(false, std::memory_order_seq_cst)) return;
  const uint64_t one = 1;
  // The counter cannot overflow: at most one write per sleep.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

void Wakeup::drain() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(descriptor_, &count, sizeof count);
}

}  // namespace antiphon
