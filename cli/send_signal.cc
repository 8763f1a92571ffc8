#include "cli/send_signal.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

namespace antiphon {
namespace {

std::optional<int> signal_number(const std::string& command) {
  if (command == "stop") return SIGKILL;
  if (command == "quit") return SIGINT;
  if (command == "term") return SIGTERM;
  if (command == "reopen") return SIGUSR1;
  if (command == "reload") return SIGHUP;
  if (command == "ldm") return SIGUSR2;
  return std::nullopt;
}

std::string read_first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return std::string(absl::StripAsciiWhitespace(line));
}

std::vector<int> running(const std::string& program) {
  std::vector<int> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), &::closedir);
  if (directory == nullptr) return pids;
  while (const dirent* entry = ::readdir(directory.get())) {
    int pid = 0;
    if (!absl::SimpleAtoi(entry->d_name, &pid) || pid == ::getpid()) continue;
    if (read_first_line(absl::StrCat("/proc/", pid, "/comm")) == program) pids.push_back(pid);
  }
  return pids;
}

// As the reference spells them: without a capital.
std::string go_error_text(int error) {
  std::string text = std::strerror(error);
  text[0] = absl::ascii_tolower(static_cast<unsigned char>(text[0]));
  return text;
}

std::string kill_all(const std::vector<int>& pids, int number, const std::string& command) {
  std::string errors;
  for (const int pid : pids) {
    if (::kill(pid, number) == 0) continue;
    absl::StrAppend(&errors, "\nsignal \"", command, "\" ", pid, ": ", go_error_text(errno));
  }
  return errors;
}

}  // namespace

std::string send_signal(const std::string& program, const std::string& argument) {
  const std::vector<std::string> parts = absl::StrSplit(argument, '=');
  if (parts.size() > 2) return absl::StrCat("invalid signal parameters: [", parts[2], "]");
  const std::optional<int> number = signal_number(parts[0]);
  std::string pid_text = parts.size() == 2 ? parts[1] : "";
  // A path names a file that holds the pid.
  if (!pid_text.empty() && ::access(pid_text.c_str(), R_OK) == 0) pid_text = read_first_line(pid_text);
  const bool is_prefix = !pid_text.empty() && pid_text.back() == '*';
  if (is_prefix) pid_text.pop_back();
  int pid = 0;
  if (!pid_text.empty() && !absl::SimpleAtoi(pid_text, &pid)) {
    return absl::StrCat("invalid pid: ", pid_text);
  }
  std::vector<int> pids{pid};
  if (pid_text.empty() || is_prefix) {
    pids.clear();
    for (const int one : running(program)) {
      if (absl::StartsWith(absl::StrCat(one), pid_text)) pids.push_back(one);
    }
    if (pids.size() > 1 && !is_prefix) {
      std::string text = absl::StrCat("multiple ", program, " processes running:");
      for (const int one : pids) absl::StrAppend(&text, "\n", one);
      return text;
    }
  }
  if (pids.empty()) return absl::StrCat("no ", program, " processes running");
  if (!number.has_value()) return absl::StrCat("unknown signal \"", parts[0], "\"");
  return kill_all(pids, *number, parts[0]);
}

}  // namespace antiphon
