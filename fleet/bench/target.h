// A server that is measured: started for the run, or running already.
#pragma once

#include <absl/status/statusor.h>
#include <sys/types.h>

#include <memory>
#include <string>

#include "fleet/bench/server_process.h"
#include "fleet/bench/throwaway_authority.h"
#include "fleet/wire/client_settings.h"
#include "fleet/wire/connect_line.h"

namespace antiphon::fleet::bench {

// One of `command` and `url` is given.
struct TargetSettings {
  std::string name;
  std::string command;
  std::string url;
  pid_t pid = 0;  // of the server behind `url`; 0: its CPU and memory are not measured
  bool monitored = false;  // a started server serves its monitoring pages too
};

// How all connections to it are made.
struct Access {
  const TlsFiles* tls = nullptr;  // null: plain, unless the URL or the server wants TLS
  bool tls_first = false;         // TLS before the server's INFO
  bool insecure = false;          // its certificate is not checked
  Credentials credentials;
  int64_t timeout_ms = 10'000;
};

class Target {
 public:
  static absl::StatusOr<Target> open(const TargetSettings& settings, const Access& access);

  const ClientSettings& client() const { return client_; }
  const Credentials& credentials() const { return credentials_; }
  // 0 when it is not known.
  pid_t pid() const { return pid_; }
  // Where its monitoring pages are, on 127.0.0.1; 0 when that is not known.
  uint16_t monitoring_port() const { return process_ ? process_->monitoring_port() : 0; }

 private:
  std::unique_ptr<ServerProcess> process_;
  ClientSettings client_;
  Credentials credentials_;
  pid_t pid_ = 0;
};

}  // namespace antiphon::fleet::bench
