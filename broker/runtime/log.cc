#include "broker/runtime/log.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <filesystem>
#include <mutex>

#include "protocol/bytes/printable.h"

namespace antiphon {
namespace {

constexpr uint32_t kFilesKeptDefault = 100;  // the rotating sink wants some bound

spdlog::level::level_enum to_spdlog(Severity level) {
  switch (level) {
    case Severity::kTrace: return spdlog::level::trace;
    case Severity::kDebug: return spdlog::level::debug;
    case Severity::kInfo: return spdlog::level::info;
    case Severity::kWarning: return spdlog::level::warn;
    case Severity::kError: return spdlog::level::err;
    case Severity::kFatal: return spdlog::level::critical;
  }
  return spdlog::level::info;
}

// The three-letter marks of nats-server.
class MarkFlag final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& line, const std::tm&,
              spdlog::memory_buf_t& out) override {
    static constexpr std::string_view kMarks[] = {"TRC", "DBG", "INF", "WRN", "ERR", "FTL"};
    const std::string_view mark = kMarks[std::min<size_t>(line.level, std::size(kMarks) - 1)];
    out.append(mark.data(), mark.data() + mark.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<MarkFlag>();
  }
};

std::unique_ptr<spdlog::formatter> make_formatter(const LogSettings& settings) {
  const auto zone = settings.utc ? spdlog::pattern_time_type::utc : spdlog::pattern_time_type::local;
  auto formatter = std::make_unique<spdlog::pattern_formatter>(zone);
  formatter->add_flag<MarkFlag>('*').set_pattern(
      settings.timestamps ? "[%P] %Y/%m/%d %H:%M:%S.%f [%*] %v" : "[%P] [%*] %v");
  return formatter;
}

spdlog::sink_ptr make_sink(const LogSettings& settings) {
  switch (settings.output) {
    case LogOutput::kStderr: return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    case LogOutput::kStdout: return std::make_shared<spdlog::sinks::stdout_sink_mt>();
    case LogOutput::kDiscard: return std::make_shared<spdlog::sinks::null_sink_mt>();
    case LogOutput::kFile: break;
  }
  if (settings.file_bytes_max == 0) {
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file);
  }
  const uint32_t kept = settings.files_kept_max == 0 ? kFilesKeptDefault : settings.files_kept_max;
  return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(settings.file,
                                                                settings.file_bytes_max, kept);
}

}  // namespace

struct Log::State {
  std::mutex mutex;  // guards the replacement of `logger`
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
  LogSettings settings;
  std::atomic<bool> debug{false};
  std::atomic<bool> trace{false};
  std::atomic<Severity> least{Severity::kInfo};

  std::shared_ptr<spdlog::async_logger> current() {
    const std::lock_guard lock(mutex);
    return logger;
  }
};

Log::Log() : state_(std::make_unique<State>()) {
  state_->pool = std::make_shared<spdlog::details::thread_pool>(kQueuedLinesMax, 1);
}

Log::~Log() { flush(); }

std::string Log::configure(const LogSettings& settings) {
  if (settings.output == LogOutput::kFile) {
    // A mistyped path must not come to be: the library would create the folders.
    const auto folder = std::filesystem::absolute(settings.file).parent_path();
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) {
      return settings.file + ": there is no folder " + folder.string();
    }
  }
  std::shared_ptr<spdlog::async_logger> logger;
  try {
    spdlog::sink_ptr sink = make_sink(settings);
    sink->set_formatter(make_formatter(settings));
    logger = std::make_shared<spdlog::async_logger>("antiphon", std::move(sink), state_->pool,
                                                    spdlog::async_overflow_policy::overrun_oldest);
  } catch (const spdlog::spdlog_ex& error) {
    return error.what();
  }
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  const std::lock_guard lock(state_->mutex);
  state_->logger = std::move(logger);
  state_->settings = settings;
  // Relaxed: a line more or less around the change does not matter.
  state_->debug.store(settings.debug, std::memory_order_relaxed);
  state_->trace.store(settings.trace, std::memory_order_relaxed);
  state_->least.store(settings.least, std::memory_order_relaxed);
  return {};
}

std::string Log::reopen() {
  LogSettings settings;
  {
    const std::lock_guard lock(state_->mutex);
    settings = state_->settings;
  }
  return configure(settings);
}

bool Log::debug_enabled() const { return state_->debug.load(std::memory_order_relaxed); }
bool Log::trace_enabled() const { return state_->trace.load(std::memory_order_relaxed); }

void Log::write(Severity level, std::string_view text) {
  if (level >= Severity::kInfo && level < state_->least.load(std::memory_order_relaxed)) return;
  const auto logger = state_->current();
  if (logger == nullptr) return;
  std::string line;  // strangers' texts too: each is one line, and no terminal obeys it
  append_printable(line, text);
  logger->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

void Log::flush() {
  // Replacing the pool waits for its thread, and that has then written everything.
  const std::lock_guard lock(state_->mutex);
  if (state_->logger == nullptr) return;
  auto sinks = state_->logger->sinks();
  state_->logger = nullptr;
  state_->pool = nullptr;
  state_->pool = std::make_shared<spdlog::details::thread_pool>(kQueuedLinesMax, 1);
  state_->logger = std::make_shared<spdlog::async_logger>(
      "antiphon", sinks.begin(), sinks.end(), state_->pool,
      spdlog::async_overflow_policy::overrun_oldest);
  state_->logger->set_level(spdlog::level::trace);
  state_->logger->flush_on(spdlog::level::trace);
}

}  // namespace antiphon
