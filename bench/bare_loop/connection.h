// One client of the bare loop: its socket, what was read of it, and what waits for it.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "broker/runtime/unique_descriptor.h"

namespace antiphon::bench {

using SharedBytes = std::shared_ptr<const std::string>;

class Connection {
 public:
  // Waiting output beyond this is written before more is taken, however long that lasts. WHY: a
  // loop that does nothing else has no other way to slow publishers down.
  static constexpr size_t kPendingBytesMax = 1024 * 1024;

  explicit Connection(UniqueDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

  int descriptor() const { return descriptor_.get(); }
  bool wants_to_write() const { return !waiting_.empty() || !own_.empty(); }

  // Copies small traffic; written by flush(), or at once when kFlushBytes wait.
  // Returns whether flush() is due because of this.
  bool append(std::string_view text);
  // Writes shared bytes straight into the socket; what does not fit waits without being copied.
  void give(const SharedBytes& bytes);
  void flush();

  std::string tail;  // of a frame that is not complete

 private:
  struct Waiting {
    SharedBytes bytes;
    size_t from;
  };

  // How much the socket took.
  size_t send(std::string_view bytes);
  void send_waiting();
  void wait_for_room();

  UniqueDescriptor descriptor_;
  std::deque<Waiting> waiting_;  // before `own_`
  size_t waiting_bytes_ = 0;
  std::string own_;
};

}  // namespace antiphon::bench
