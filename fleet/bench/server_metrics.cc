#include "fleet/bench/server_metrics.h"

#include <absl/strings/numbers.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <sstream>
#include <string_view>

#include "broker/runtime/unique_descriptor.h"

namespace antiphon::fleet::bench {
namespace {

constexpr time_t kAnswerSecondsMax = 5;
constexpr size_t kAnswerBytesMax = 16 * 1024 * 1024;
// HTTP/1.0: the answer ends with the connection.
constexpr std::string_view kRequest = "GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
constexpr std::string_view kGood = " 200 ";

UniqueDescriptor connect_to(uint16_t port) {
  UniqueDescriptor descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{kAnswerSecondsMax, 0};
  ::setsockopt(descriptor.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* target = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(descriptor.get(), target, sizeof address) != 0) return UniqueDescriptor{};
  return descriptor;
}

std::string ask(int descriptor) {
  std::string answer;
  const ssize_t sent = ::send(descriptor, kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(kRequest.size())) return answer;
  char piece[16 * 1024];
  while (answer.size() < kAnswerBytesMax) {
    const ssize_t got = ::recv(descriptor, piece, sizeof piece, 0);
    if (got <= 0) break;
    answer.append(piece, static_cast<size_t>(got));
  }
  return answer;
}

}  // namespace

ServerMetrics ServerMetrics::read(uint16_t port) {
  if (port == 0) return {};
  const UniqueDescriptor descriptor = connect_to(port);
  if (descriptor.get() < 0) return {};
  const std::string answer = ask(descriptor.get());
  const size_t body = answer.find("\r\n\r\n");
  if (body == std::string::npos || answer.substr(0, answer.find('\r')).find(kGood) ==
                                       std::string::npos) {
    return {};
  }
  return parse(answer.substr(body));
}

ServerMetrics ServerMetrics::parse(const std::string& text) {
  ServerMetrics metrics;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t blank = line.rfind(' ');
    if (line.empty() || line[0] == '#' || blank == std::string::npos) continue;
    double value = 0;
    if (!absl::SimpleAtod(line.substr(blank + 1), &value)) continue;
    metrics.samples_[line.substr(0, blank)] = value;
  }
  return metrics;
}

std::optional<double> ServerMetrics::value(const std::string& sample) const {
  const auto found = samples_.find(sample);
  if (found == samples_.end()) return std::nullopt;
  return found->second;
}

}  // namespace antiphon::fleet::bench
