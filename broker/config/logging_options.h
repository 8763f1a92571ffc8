// What is logged, and where to. option_table.h describes each field.
#pragma once

#include <cstdint>
#include <string>

namespace antiphon {

enum class LogTarget : uint8_t { kStderr, kStdout, kFile, kDiscard };

struct LogDestination {
  LogTarget target = LogTarget::kStderr;
  std::string file;  // for kFile
  bool operator==(const LogDestination&) const = default;
};

// Lines below the level are not written; debug and trace have switches of their own.
enum class LogLevel : uint8_t { kInfo, kWarn, kError, kFatal };

struct LoggingOptions {
  LogDestination destination;
  LogLevel level = LogLevel::kInfo;
  bool debug = false;
  bool trace = false;
  bool trace_verbose = false;
  bool trace_headers = false;
  bool logtime = true;
  bool logtime_utc = false;
  int64_t file_bytes_max = 0;    // 0: never rotated
  int64_t files_max = 0;         // kept rotated files; 0: all
  int64_t traced_bytes_max = 0;  // of one traced message; 0: no limit
  bool operator==(const LoggingOptions&) const = default;
};

}  // namespace antiphon
