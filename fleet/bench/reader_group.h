// The subscribers that one thread reads for.
//
// THREADS: run() is one thread's work; progress() may be asked from any other, the rest after run()
// has returned.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "broker/runtime/unique_descriptor.h"
#include "fleet/bench/delay_histogram.h"
#include "fleet/bench/load_connection.h"
#include "fleet/bench/message_scan.h"

namespace antiphon::fleet::bench {

class ReaderGroup {
 public:
  struct Progress {
    uint64_t messages;
    int64_t last_ns;  // steady time of the last delivery
    uint32_t closed;  // readers that the server has cut off
  };

  // `delays`: whether to measure how long messages were on their way, once for each read.
  explicit ReaderGroup(bool delays = false);
  void add(LoadConnection connection, MessageScan scan);

  void run(const std::atomic<bool>& stop);
  Progress progress() const;

  // Of all readers. `published` of each publisher tells what must have come.
  ScanCounts counts(const std::vector<uint64_t>& published) const;
  // Empty: nothing went wrong.
  const std::string& error() const { return error_; }
  // Of the first message of each read: the one that waited longest.
  const DelayHistogram& delays() const { return delays_; }

 private:
  struct Reader {
    LoadConnection connection;
    MessageScan scan;
    std::string tail;  // of a frame that is not complete
    bool closed = false;
  };
  // How a read went on: more may be there, all is read, or the connection is over.
  enum class Reading : uint8_t { kMore, kDrained, kClosed };

  void read(Reader& reader, const std::atomic<bool>& stop);
  Reading read_once(Reader& reader, const std::atomic<bool>& stop);
  void close(Reader& reader);

  const bool with_delays_;
  DelayHistogram delays_;
  UniqueDescriptor epoll_;
  std::vector<Reader> readers_;
  std::vector<char> scratch_;
  std::string error_;
  std::atomic<uint64_t> messages_{0};
  std::atomic<int64_t> last_ns_{0};
  std::atomic<uint32_t> closed_{0};
};

}  // namespace antiphon::fleet::bench
