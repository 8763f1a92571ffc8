// What one side's brokers are looked for by: names that were given, or SRV records.
#pragma once

#include <string>
#include <vector>

namespace antiphon::federation {

struct ServerNames {
  std::vector<std::string> urls;      // if there are any, the rest does not count
  std::vector<std::string> services;  // names of SRV records; the first that has any counts
  std::vector<std::string> otherwise;  // URLs, for want of records
  bool empty() const { return urls.empty() && services.empty() && otherwise.empty(); }
};

}  // namespace antiphon::federation
