#include "broker/net/memory_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>

#include "broker/runtime/byte_ring.h"
#include "broker/runtime/unique_descriptor.h"

namespace antiphon {
namespace {

// What both ends share. An end's signal stays open as long as the other one may write to it.
struct MemoryPipe {
  explicit MemoryPipe(size_t bytes_max) : rings{ByteRing(bytes_max), ByteRing(bytes_max)} {
    for (UniqueDescriptor& signal : signals) {
      // Not 0: a poller that gets to know it raises an event at once, which says readable too. Then
      // the end is read, and from there on it is known whether it waits.
      signal = UniqueDescriptor(::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC));
    }
  }
  bool is_good() const { return signals[0].get() >= 0 && signals[1].get() >= 0; }
  void signal(size_t end) {
    const uint64_t one = 1;
    // Nobody reads the counter: every write is an edge, and it cannot overflow in any time.
    [[maybe_unused]] const ssize_t written = ::write(signals[end].get(), &one, sizeof one);
  }

  std::array<ByteRing, 2> rings;  // by the end that writes
  std::array<UniqueDescriptor, 2> signals;
  // Relaxed: a writer that does not see it yet puts bytes that nobody will take, as on a socket.
  std::array<std::atomic<bool>, 2> closed{};
};

class MemoryStream final : public ByteStream {
 public:
  MemoryStream(std::shared_ptr<MemoryPipe> pipe, size_t own)
      : pipe_(std::move(pipe)), own_(own), other_(1 - own) {}
  ~MemoryStream() override { shut_down(); }

  IoResult read(char* out, size_t bytes_max) override {
    const ByteRing::Moved moved = pipe_->rings[other_].take(out, bytes_max);
    if (moved.wakes) pipe_->signal(other_);
    if (moved.bytes == 0) return {moved.ended ? IoStatus::kEnd : IoStatus::kWouldBlock};
    // The end stands behind these bytes, and its signal may have come already.
    if (moved.ended) pipe_->signal(own_);
    return {IoStatus::kDone, moved.bytes, moved.bytes < bytes_max};
  }

  IoResult write(const iovec* pieces, size_t count) override {
    if (pipe_->closed[other_].load(std::memory_order_relaxed)) {
      errno = EPIPE;
      return {IoStatus::kFailed};
    }
    const ByteRing::Moved moved = pipe_->rings[own_].put(pieces, count);
    if (moved.wakes) pipe_->signal(other_);
    return moved.bytes == 0 ? IoResult{IoStatus::kWouldBlock}
                            : IoResult{IoStatus::kDone, moved.bytes};
  }

  void shut_down() override {
    if (pipe_->closed[own_].exchange(true, std::memory_order_relaxed)) return;
    pipe_->rings[own_].close();
    pipe_->signal(other_);
  }

 private:
  const std::shared_ptr<MemoryPipe> pipe_;
  const size_t own_;
  const size_t other_;
};

// A descriptor of its own, so that closing it takes nothing from the other end.
int duplicate(const UniqueDescriptor& descriptor) {
  return ::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0);
}

}  // namespace

std::optional<MemoryConnection> connect_in_memory(size_t bytes_max) {
  auto pipe = std::make_shared<MemoryPipe>(bytes_max);
  if (!pipe->is_good()) return std::nullopt;
  UniqueDescriptor one(duplicate(pipe->signals[0]));
  UniqueDescriptor other(duplicate(pipe->signals[1]));
  if (one.get() < 0 || other.get() < 0) return std::nullopt;
  return MemoryConnection{Transport(one.release(), std::make_unique<MemoryStream>(pipe, 0)),
                          Transport(other.release(), std::make_unique<MemoryStream>(pipe, 1))};
}

}  // namespace antiphon
