// A server that is started for one run and stopped after it: any program that takes nats-server's
// flags.
//
// MODEL: a shell runs `COMMAND -a 127.0.0.1 -p -1 --ports_file_dir DIR -P FILE [-m -1] [TLS flags]`;
// the server is up when its pid and ports files are there. LIFETIME: it ends with the object, and
// with this process. What it says goes to a file, whose end is part of the error when it does not start.
#pragma once

#include <absl/status/statusor.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "fleet/bench/scratch_directory.h"
#include "fleet/bench/throwaway_authority.h"

namespace antiphon::fleet::bench {

class ServerProcess {
 public:
  // `tls` null: plain connections; else clients must show a certificate.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> start(const std::string& command,
                                                              const TlsFiles* tls,
                                                              bool monitored = false);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  pid_t pid() const { return server_pid_; }
  uint16_t port() const { return port_; }
  uint16_t monitoring_port() const { return monitoring_port_; }  // 0: it has none

 private:
  ServerProcess() = default;
  absl::Status launch(const std::string& command, const TlsFiles* tls, bool monitored);
  absl::Status await_ready(const std::string& command);
  bool read_facts();
  bool has_ended();
  void stop();

  ScratchDirectory directory_;
  pid_t child_pid_ = -1;   // what was forked
  pid_t server_pid_ = -1;  // what wrote the pid file; the same unless the command is a wrapper
  uint16_t port_ = 0;
  uint16_t monitoring_port_ = 0;
};

}  // namespace antiphon::fleet::bench
