// A server that is measured: started for the run, or running already.
#pragma once

#include <absl/status/statusor.h>
#include <sys/types.h>

#include <memory>
#include <string>

#include "fleet/bench/server_process.h"
#include "fleet/bench/throwaway_authority.h"
#include "fleet/wire/client_settings.h"

namespace antiphon::fleet::bench {

// One of `command` and `url` is given.
struct TargetSettings {
  std::string name;
  std::string command;
  std::string url;
  pid_t pid = 0;  // of the server behind `url`; 0: its CPU and memory are not measured
  bool monitored = false;  // a started server serves its monitoring pages too
};

class Target {
 public:
  // `tls` null: plain. `timeout_ms` is that of connections.
  static absl::StatusOr<Target> open(const TargetSettings& settings, const TlsFiles* tls,
                                     int64_t timeout_ms);

  const ClientSettings& client() const { return client_; }
  // 0 when it is not known.
  pid_t pid() const { return pid_; }
  // Where its monitoring pages are, on 127.0.0.1; 0 when that is not known.
  uint16_t monitoring_port() const { return process_ ? process_->monitoring_port() : 0; }

 private:
  std::unique_ptr<ServerProcess> process_;
  ClientSettings client_;
  pid_t pid_ = 0;
};

}  // namespace antiphon::fleet::bench
