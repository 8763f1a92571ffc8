// The small files a server leaves for others to find it: its process id and its ports.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <vector>

namespace antiphon {

absl::Status write_pid_file(const std::string& path);

// URLs by kind, as nats-server writes them; client test suites wait for this file.
struct Ports {
  std::vector<std::string> nats;
  std::vector<std::string> monitoring;
};
// "<directory>/<program>_<pid>.ports"
std::string ports_file_path(const std::string& directory, const std::string& program);
absl::Status write_ports_file(const std::string& path, const Ports& ports);

// "scheme://host:port" for each address a listener on `host` can be reached at.
std::vector<std::string> listener_urls(const std::string& scheme, const std::string& host,
                                       uint16_t port);

// Puts `text` in the place of the file at once, or leaves what is there.
absl::Status replace_file(const std::string& path, const std::string& text);

}  // namespace antiphon
