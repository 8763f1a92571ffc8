// A file that lines are appended to by a thread of its own: whoever has a line never waits.
//
// THREADS: any thread may append. LIMITS: kWaitingLinesMax lines may wait; further ones are dropped
// and counted, as are those that the file does not take.
// LIFETIME: the destructor writes what waits.
#pragma once

#include <absl/status/status.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "broker/runtime/unique_descriptor.h"

namespace antiphon {

class LineFile {
 public:
  static constexpr size_t kWaitingLinesMax = 16'384;

  LineFile();
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  // Opens `path`, made for its owner and group if it is not there, and goes on in it with the next
  // lines; empty closes only. Never waits. After an error the old file stays.
  [[nodiscard]] absl::Status open(const std::string& path);
  // Whether open() would succeed, as far as that can be told; makes no file.
  [[nodiscard]] static absl::Status check(const std::string& path);
  bool is_open() const { return is_open_.load(std::memory_order_relaxed); }

  // `line` without its end. False if it was dropped.
  bool append(std::string line);
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
  // Returns when what was appended before has reached the file.
  void flush();

 private:
  void run();
  void write_out(const std::vector<std::string>& lines);

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<std::string> waiting_;
  UniqueDescriptor next_file_;
  bool has_next_file_ = false;
  bool writing_ = false;
  bool stopping_ = false;

  UniqueDescriptor file_;  // of the writing thread alone
  // Relaxed: a number to show, and a hint whether appending has a meaning.
  std::atomic<uint64_t> dropped_{0};
  std::atomic<bool> is_open_{false};
  std::thread thread_;
};

}  // namespace antiphon
