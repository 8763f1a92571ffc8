#include "cli/log_settings.h"

namespace antiphon {

LogSettings log_settings(const LoggingOptions& options) {
  LogSettings settings;
  switch (options.destination.target) {
    case LogTarget::kStderr: settings.output = LogOutput::kStderr; break;
    case LogTarget::kStdout: settings.output = LogOutput::kStdout; break;
    case LogTarget::kFile: settings.output = LogOutput::kFile; break;
    case LogTarget::kDiscard: settings.output = LogOutput::kDiscard; break;
  }
  switch (options.level) {
    case LogLevel::kInfo: settings.least = Severity::kInfo; break;
    case LogLevel::kWarn: settings.least = Severity::kWarning; break;
    case LogLevel::kError: settings.least = Severity::kError; break;
    case LogLevel::kFatal: settings.least = Severity::kFatal; break;
  }
  settings.file = options.destination.file;
  settings.file_bytes_max = static_cast<uint64_t>(options.file_bytes_max);
  settings.files_kept_max = static_cast<uint32_t>(options.files_max);
  settings.timestamps = options.logtime;
  settings.utc = options.logtime_utc;
  settings.debug = options.debug;
  settings.trace = options.trace;
  return settings;
}

}  // namespace antiphon
