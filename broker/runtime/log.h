// The server's log: lines people and scripts know from nats-server.
//
// LINE: "[pid] 2026/01/31 12:34:56.123456 [INF] text". Marks: INF WRN ERR FTL DBG TRC.
// THREADS: any thread may write; lines are queued and written by one background thread. Nothing on
// the message path logs unless tracing is switched on.
// LIMITS: kQueuedLinesMax lines may wait; then the oldest are dropped, never the writer stopped.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace antiphon {

enum class Severity : uint8_t { kTrace, kDebug, kInfo, kWarning, kError, kFatal };

enum class LogOutput : uint8_t { kStderr, kStdout, kFile, kDiscard };

struct LogSettings {
  LogOutput output = LogOutput::kStderr;
  std::string file;             // for kFile
  uint64_t file_bytes_max = 0;  // 0: never rotated by size
  uint32_t files_kept_max = 0;  // rotated files kept; 0: all
  bool timestamps = true;
  bool utc = false;
  Severity least = Severity::kInfo;  // what is less severe is not written; debug and trace have
  bool debug = false;                // switches of their own
  bool trace = false;
};

class Log {
 public:
  static constexpr size_t kQueuedLinesMax = 8192;

  // A log that writes nothing until configure() succeeds.
  Log();
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Opens the file (or standard error). The error text says what failed; empty when all is well,
  // and the old destination stays in use otherwise.
  [[nodiscard]] std::string configure(const LogSettings& settings);
  // Closes and opens the file again (after a rotation from outside).
  [[nodiscard]] std::string reopen();

  bool debug_enabled() const;
  bool trace_enabled() const;
  void write(Severity level, std::string_view text);
  void info(std::string_view text) { write(Severity::kInfo, text); }
  void warning(std::string_view text) { write(Severity::kWarning, text); }
  void error(std::string_view text) { write(Severity::kError, text); }
  void debug(std::string_view text) {
    if (debug_enabled()) write(Severity::kDebug, text);
  }
  // Returns when everything written before has reached its destination.
  void flush();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antiphon
