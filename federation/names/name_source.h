// Where names are looked up: DNS, or what a test makes of it.
#pragma once

#include <absl/status/statusor.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

namespace antiphon::federation {

struct SrvRecord {
  std::string target;
  uint16_t port = 0;
  uint16_t priority = 0;
  uint16_t weight = 0;
  bool operator==(const SrvRecord&) const = default;
};

struct Address {
  sockaddr_storage address{};  // with the port
  socklen_t bytes = 0;
};

class NameSource {
 public:
  virtual ~NameSource() = default;
  // At least one, or an error that says why there is none.
  virtual absl::StatusOr<std::vector<SrvRecord>> find_services(const std::string& name) = 0;
  virtual absl::StatusOr<std::vector<Address>> find_addresses(const std::string& host,
                                                              uint16_t port) = 0;
};

}  // namespace antiphon::federation
