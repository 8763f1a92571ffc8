// One connection of a load generator: opened and written by a thread that waits for it.
//
// THREADS: one at a time. ERRORS: opening says what went wrong and how far it had come.
#pragma once

#include <absl/status/statusor.h>

#include <atomic>
#include <string>
#include <string_view>

#include "broker/net/transport.h"
#include "fleet/bench/target.h"

namespace antiphon::fleet::bench {

class LoadConnection {
 public:
  // Dials the first server, does TLS if wanted, logs in, sends `lines` (subscriptions) and waits
  // until the server has taken them in.
  static absl::StatusOr<LoadConnection> open(const ClientSettings& settings, std::string_view name,
                                             std::string_view lines,
                                             const Credentials& credentials = {});
  static absl::StatusOr<LoadConnection> open(const Target& target, std::string_view name,
                                             std::string_view lines) {
    return open(target.client(), name, lines, target.credentials());
  }

  // Returns when all is written; false when the connection is broken, or `stop` was set meanwhile.
  bool write(std::string_view bytes, const std::atomic<bool>& stop);
  IoResult read(char* out, size_t bytes_max) { return transport_.read(out, bytes_max); }
  // Waits until there is something to read, or the connection has ended. False: not in this time.
  bool await_readable(int timeout_ms) const;

  int descriptor() const { return transport_.descriptor(); }

 private:
  LoadConnection() = default;
  absl::Status dial(const ClientSettings& settings);
  absl::Status shake_hands(const ClientSettings& settings);
  absl::Status log_in(const ClientSettings& settings, std::string_view name,
                      std::string_view lines, const Credentials& credentials);
  // The first line that starts with `verb`; lines before it are skipped, an error ends the search.
  absl::StatusOr<std::string> await_line(std::string_view verb);
  bool await(short events, int timeout_ms) const;

  Transport transport_;
  std::string unread_;
  int64_t deadline_ms_ = 0;  // of opening
};

}  // namespace antiphon::fleet::bench
