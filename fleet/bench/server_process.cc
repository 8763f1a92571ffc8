#include "fleet/bench/server_process.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "broker/runtime/clock.h"

namespace antiphon::fleet::bench {
namespace {

constexpr int64_t kStartMsMax = 10'000;
constexpr int64_t kStopMsMax = 10'000;
constexpr long kPollNs = 5'000'000;
constexpr size_t kLogBytesShown = 600;
constexpr int kExecFailed = 127;

void pause_briefly() {
  const timespec time{0, kPollNs};
  ::nanosleep(&time, nullptr);
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string in_quotes(const std::string& path) {
  return "'" + path + "'";  // our own paths, which hold no quote
}

std::string command_line(const std::string& command, const std::string& dir, const TlsFiles* tls,
                         bool monitored) {
  std::string line = absl::StrCat("exec ", command, " -a 127.0.0.1 -p -1 --ports_file_dir ",
                                  in_quotes(dir), " -P ", in_quotes(dir + "/pid"), monitored ? " -m -1" : "");
  if (tls == nullptr) return line;
  absl::StrAppend(&line, " --tlsverify --tlscert ", in_quotes(tls->server_cert), " --tlskey ",
                  in_quotes(tls->server_key), " --tlscacert ", in_quotes(tls->ca));
  return line;
}

// Only what is allowed between fork and exec.
[[noreturn]] void become_server(const char* line, int log) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execl("/bin/sh", "sh", "-c", line, static_cast<char*>(nullptr));
  ::_exit(kExecFailed);
}

// `kind`: "nats" or "monitoring".
uint16_t port_of(const std::string& ports_file, const char* kind) {
  const auto ports = nlohmann::json::parse(read_text(ports_file), nullptr, false);
  if (!ports.is_object() || !ports.contains(kind) || !ports[kind].is_array()) return 0;
  if (ports[kind].empty() || !ports[kind][0].is_string()) return 0;
  const std::string url = ports[kind][0];
  uint32_t port = 0;
  const size_t colon = url.rfind(':');
  if (colon == std::string::npos || !absl::SimpleAtoi(url.substr(colon + 1), &port)) return 0;
  return port <= UINT16_MAX ? static_cast<uint16_t>(port) : 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::start(const std::string& command,
                                                                    const TlsFiles* tls,
                                                                    bool monitored) {
  std::unique_ptr<ServerProcess> server(new ServerProcess);
  if (absl::Status status = server->launch(command, tls, monitored); !status.ok()) return status;
  if (absl::Status status = server->await_ready(command); !status.ok()) return status;
  return server;
}

absl::Status ServerProcess::launch(const std::string& command, const TlsFiles* tls,
                                   bool monitored) {
  if (directory_.path().empty()) return absl::InternalError("cannot make a temporary directory");
  const std::string line = command_line(command, directory_.path(), tls, monitored);
  const std::string log_path = directory_.path() + "/log";
  const int log = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0600);
  if (log < 0) return absl::InternalError("cannot write " + log_path);
  child_pid_ = ::fork();
  if (child_pid_ == 0) become_server(line.c_str(), log);
  ::close(log);
  return child_pid_ < 0 ? absl::InternalError("cannot fork") : absl::OkStatus();
}

bool ServerProcess::read_facts() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path(), error)) {
    if (entry.path().extension() != ".ports") continue;
    port_ = port_of(entry.path(), "nats");
    monitoring_port_ = port_of(entry.path(), "monitoring");
  }
  return port_ != 0 && absl::SimpleAtoi(read_text(directory_.path() + "/pid"), &server_pid_);
}

bool ServerProcess::has_ended() {
  if (child_pid_ > 0 && ::waitpid(child_pid_, nullptr, WNOHANG) == child_pid_) child_pid_ = -1;
  return child_pid_ < 0;
}

absl::Status ServerProcess::await_ready(const std::string& command) {
  const int64_t end_ms = steady_now().ms() + kStartMsMax;
  while (!read_facts()) {
    const bool ended = has_ended();
    if (ended || steady_now().ms() > end_ms) {
      std::string log = read_text(directory_.path() + "/log");
      if (log.size() > kLogBytesShown) log.erase(0, log.size() - kLogBytesShown);
      return absl::UnavailableError(absl::StrCat(
          "\"", command, "\" ", ended ? "ended" : "has written no ports file", "; it said: ", log));
    }
    pause_briefly();
  }
  return absl::OkStatus();
}

void ServerProcess::stop() {
  if (server_pid_ > 0 && server_pid_ != child_pid_) ::kill(server_pid_, SIGTERM);
  if (child_pid_ > 0) ::kill(child_pid_, SIGTERM);
  const int64_t end_ms = steady_now().ms() + kStopMsMax;
  while (!has_ended()) {
    if (steady_now().ms() > end_ms) ::kill(child_pid_, SIGKILL);
    pause_briefly();
  }
}

ServerProcess::~ServerProcess() {
  stop();
}

}  // namespace antiphon::fleet::bench
