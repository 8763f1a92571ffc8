// What a measured server says of itself on its /metrics page.
//
// WHY: how much of its work a server did in vain is known to nobody else. A server without such a page
// (nats-server has none) simply has no samples.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace antiphon::fleet::bench {

class ServerMetrics {
 public:
  // Asks 127.0.0.1:port and waits for at most some seconds. Port 0, no answer, no such page: none.
  static ServerMetrics read(uint16_t port);
  // From the text form of Prometheus; what is no sample is passed over.
  static ServerMetrics parse(const std::string& text);

  // `sample` as the page writes it, with its labels: name{label="value"}.
  std::optional<double> value(const std::string& sample) const;
  bool empty() const { return samples_.empty(); }

 private:
  std::map<std::string, double> samples_;
};

}  // namespace antiphon::fleet::bench
