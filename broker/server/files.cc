#include "broker/server/files.h"

#include <absl/strings/str_cat.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "broker/net/socket_address.h"
#include "protocol/bytes/json_text.h"

namespace antiphon {
namespace {

void append_list(std::string& json, const char* name, const std::vector<std::string>& urls) {
  if (urls.empty()) return;
  if (json.size() > 1) json += ',';
  absl::StrAppend(&json, "\"", name, "\":");
  for (size_t i = 0; i < urls.size(); ++i) {
    json += i == 0 ? '[' : ',';
    append_json_string(json, urls[i]);
  }
  json += ']';
}

}  // namespace

absl::Status replace_file(const std::string& path, const std::string& text) {
  // Written aside and moved into place: a reader sees the whole file or none.
  const std::string aside = path + ".new";
  std::ofstream file(aside, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file || ::rename(aside.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(aside.c_str());
    return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(error)));
  }
  return absl::OkStatus();
}

absl::Status write_pid_file(const std::string& path) {
  const absl::Status status = replace_file(path, std::to_string(::getpid()));
  if (status.ok()) return status;
  return absl::UnavailableError(absl::StrCat("Could not write pidfile: ", status.message()));
}

std::string ports_file_path(const std::string& directory, const std::string& program) {
  return absl::StrCat(directory, "/", program, "_", ::getpid(), ".ports");
}

absl::Status write_ports_file(const std::string& path, const Ports& ports) {
  std::string json = "{";
  append_list(json, "nats", ports.nats);
  append_list(json, "monitoring", ports.monitoring);
  json += '}';
  const absl::Status status = replace_file(path, json);
  if (status.ok()) return status;
  return absl::UnavailableError(absl::StrCat("Could not write the ports file: ", status.message()));
}

std::vector<std::string> listener_urls(const std::string& scheme, const std::string& host,
                                       uint16_t port) {
  std::vector<std::string> hosts{host};
  if (host.empty() || host == "0.0.0.0" || host == "::") {
    hosts = local_ip_addresses();
    hosts.insert(hosts.begin(), "127.0.0.1");
  }
  std::vector<std::string> urls;
  for (const std::string& one : hosts) {
    urls.push_back(absl::StrCat(scheme, "://", join_host_port(one, port)));
  }
  return urls;
}

}  // namespace antiphon
