// Which seeds a simulation plays, and what it says when a failed check ends the program.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

namespace antiphon::sim {

inline std::optional<uint64_t> number_from(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::nullopt : std::optional(std::strtoull(text, nullptr, 10));
}

// AP_SIM_SEED=n: that one. AP_SIM_SEEDS=n: so many instead of the usual number. AP_SIM_FIRST=n:
// begin there.
struct SeedRange {
  uint64_t first;
  uint64_t count;
  bool is_one;  // chosen by somebody who wants to see all of it

  static SeedRange from_environment(uint64_t usual) {
    if (const auto one = number_from("AP_SIM_SEED")) return {*one, 1, true};
    return {number_from("AP_SIM_FIRST").value_or(1), number_from("AP_SIM_SEEDS").value_or(usual),
            false};
  }
};

// While it lives, a program that is aborted says what ran.
class RunningSeed {
 public:
  explicit RunningSeed(const std::string& replay) {
    std::snprintf(text_, sizeof text_, "\nwhile running: %s\n", replay.c_str());
    for (const int number : {SIGABRT, SIGSEGV}) ::signal(number, &say_what_ran);
  }
  ~RunningSeed() {
    for (const int number : {SIGABRT, SIGSEGV}) ::signal(number, SIG_DFL);
  }
  RunningSeed(const RunningSeed&) = delete;
  RunningSeed& operator=(const RunningSeed&) = delete;

 private:
  static void say_what_ran(int signal_number) {
    [[maybe_unused]] const ssize_t written = ::write(2, text_, sizeof text_);
    ::signal(signal_number, SIG_DFL);
    ::raise(signal_number);
  }

  static inline char text_[160];  // ready to be written by a signal handler
};

// The end of a trace, or all of it.
template <typename Lines>
std::string trace_text(const Lines& lines, size_t lines_max) {
  std::string text;
  for (size_t i = lines.size() > lines_max ? lines.size() - lines_max : 0; i < lines.size(); ++i) {
    text += lines[i] + "\n";
  }
  return text;
}

inline constexpr size_t kTraceShown = 80;

}  // namespace antiphon::sim
