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
  // Releases the caller's push to the sleeper's next exchange, or sees that it sleeps (see MODEL).
  if (!asleep_.exchange(false, std::memory_order_acq_rel)) return;
  const uint64_t one = 1;
  // The counter cannot overflow: at most one write per sleep.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

void Wakeup::drain() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(descriptor_, &count, sizeof count);
}

}  // namespace antiphon
