#include "cli/http_get.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>

#include "broker/runtime/unique_descriptor.h"

namespace antiphon {
namespace {

constexpr timeval kPatience{5, 0};
constexpr size_t kAnswerBytesMax = 256 << 20;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

absl::StatusOr<UniqueDescriptor> connect_to(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0) {
    return absl::UnavailableError(::gai_strerror(code));
  }
  absl::Status status = absl::UnavailableError("no address");
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    UniqueDescriptor descriptor(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::setsockopt(descriptor.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    ::setsockopt(descriptor.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
    if (::connect(descriptor.get(), one->ai_addr, one->ai_addrlen) == 0) {
      ::freeaddrinfo(found);
      return descriptor;
    }
    status = absl::UnavailableError(std::strerror(errno));
  }
  ::freeaddrinfo(found);
  return status;
}

}  // namespace

absl::StatusOr<std::string> http_get(const std::string& address, const std::string& path) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return absl::InvalidArgumentError("needs host:port");
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  auto descriptor = connect_to(host, address.substr(colon + 1));
  if (!descriptor.ok()) return descriptor.status();
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n";
  if (::send(descriptor->get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    return absl::UnavailableError(std::strerror(errno));
  }
  std::string answer;
  char bytes[16384];
  ssize_t got = 0;
  while (answer.size() < kAnswerBytesMax &&
         (got = ::recv(descriptor->get(), bytes, sizeof bytes, 0)) > 0) {
    answer.append(bytes, static_cast<size_t>(got));
  }
  const size_t head = answer.find(kHeadEnd);
  if (got < 0 || head == std::string::npos) return absl::UnavailableError("no answer");
  return answer.substr(head + kHeadEnd.size());
}

std::string percent_encoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '.' || c == '-' || c == '_';
    if (plain) {
      out += c;
    } else {
      out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 0xF]);
    }
  }
  return out;
}

}  // namespace antiphon
