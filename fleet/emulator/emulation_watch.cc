#include "fleet/emulator/emulation_watch.h"

#include <absl/strings/str_format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "fleet/emulator/emulation_report.h"

namespace antiphon::fleet {
namespace {

constexpr int64_t kLookIntervalNs = 50'000'000;
constexpr double kNsPerSecond = 1e9;
constexpr double kMicrosecondsPerSecond = 1e6;
constexpr const char* kClearLine = "\r\033[K";

sigset_t ending_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

// Waits a little for it.
bool signal_came() {
  const sigset_t signals = ending_signals();
  const timespec wait{0, kLookIntervalNs};
  return ::sigtimedwait(&signals, nullptr, &wait) > 0;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / kMicrosecondsPerSecond;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void print(FILE* out, const std::string& text) {
  std::fputs(text.c_str(), out);
  std::fflush(out);
}

}  // namespace

void block_ending_signals() {
  const sigset_t signals = ending_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
}

EmulationWatch::EmulationWatch(const Emulation& emulation, const WatchSettings& settings)
    : emulation_(emulation),
      settings_(settings),
      lines_(settings.json ? stderr : stdout),
      on_terminal_(::isatty(STDERR_FILENO) == 1) {}

double EmulationWatch::seconds_at(int64_t ns) const {
  return static_cast<double>(ns - emulation_.started_at().ns) / kNsPerSecond;
}

WatchEnd EmulationWatch::until_over() {
  while (!signal_came()) {
    const EmulationCounts counts = emulation_.counts();
    const double now_s = seconds_at(steady_now().ns);
    if (ready_s_ >= 0) {
      if (settings_.duration_s > 0 && now_s - ready_s_ > settings_.duration_s) break;
    } else if (counts.connected == counts.nodes) {
      if (!became_ready(counts)) return WatchEnd::kReadyFileFailed;
    } else if (now_s > settings_.wait_s) {
      give_up(counts);
      return WatchEnd::kNotReady;
    } else {
      show_progress(counts);
    }
  }
  clear_progress();
  return WatchEnd::kAsAsked;
}

bool EmulationWatch::became_ready(const EmulationCounts& counts) {
  ready_s_ = seconds_at(counts.last_connected_ns);
  const std::string line = ready_line(counts, ready_s_) + "\n";
  clear_progress();
  print(lines_, line);
  return settings_.ready_file.empty() || write_ready_file(line);
}

// Written under another name first: whoever finds the file finds it complete.
bool EmulationWatch::write_ready_file(const std::string& line) const {
  const std::string unfinished = settings_.ready_file + ".part";
  FILE* file = std::fopen(unfinished.c_str(), "w");
  const bool written = file != nullptr && std::fputs(line.c_str(), file) >= 0;
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (written && closed && std::rename(unfinished.c_str(), settings_.ready_file.c_str()) == 0) {
    return true;
  }
  std::perror(settings_.ready_file.c_str());
  return false;
}

void EmulationWatch::give_up(const EmulationCounts& counts) {
  clear_progress();
  print(lines_, ready_line(counts, seconds_at(steady_now().ns)) + "\n" + failure_lines(counts));
  failures_shown_ = true;
}

void EmulationWatch::show_progress(const EmulationCounts& counts) const {
  if (!on_terminal_) return;
  absl::FPrintF(stderr, "%sconnecting: %d of %d nodes", kClearLine, counts.connected, counts.nodes);
  if (counts.failures.empty()) return;
  absl::FPrintF(stderr, ", %d failures, most of them %s", counts.failures.total(),
                std::string(counts.failures.most_frequent()));
}

void EmulationWatch::clear_progress() const {
  if (on_terminal_) print(stderr, kClearLine);
}

void EmulationWatch::report() const {
  const EmulationCounts counts = emulation_.counts();
  print(lines_, summary_line(counts) + "\n" + (failures_shown_ ? "" : failure_lines(counts)));
  if (!settings_.json) return;
  const EmulationTimes times{ready_s_, seconds_at(steady_now().ns), cpu_seconds()};
  print(stdout, emulation_json(counts, times) + "\n");
}

}  // namespace antiphon::fleet
