#include "cli/federation_status.h"

#include <absl/status/statusor.h>
#include <absl/strings/str_format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "broker/runtime/unique_descriptor.h"

namespace antiphon {
namespace {

using Json = nlohmann::ordered_json;

constexpr timeval kPatience{5, 0};
constexpr size_t kAnswerBytesMax = 1 << 20;
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

// The body of the status page.
absl::StatusOr<std::string> fetch(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return absl::InvalidArgumentError("needs host:port");
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  auto descriptor = connect_to(host, address.substr(colon + 1));
  if (!descriptor.ok()) return descriptor.status();
  const std::string request =
      "GET /federationz HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n";
  if (::send(descriptor->get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    return absl::UnavailableError(std::strerror(errno));
  }
  std::string answer;
  char bytes[4096];
  ssize_t got = 0;
  while (answer.size() < kAnswerBytesMax &&
         (got = ::recv(descriptor->get(), bytes, sizeof bytes, 0)) > 0) {
    answer.append(bytes, static_cast<size_t>(got));
  }
  const size_t head = answer.find(kHeadEnd);
  if (got < 0 || head == std::string::npos) return absl::UnavailableError("no answer");
  return answer.substr(head + kHeadEnd.size());
}

std::string side_line(const char* name, const Json& side) {
  const bool connected = side.at("connected");
  return absl::StrFormat(
      "  %-11s %s, %d failures, %d complaints, queue %d bytes (most %d), %d pauses\n", name,
      connected ? "connected to " + side.at("server").get<std::string>() : "NOT CONNECTED",
      side.at("failures").get<uint64_t>(), side.at("complaints").get<uint64_t>(),
      side.at("queue_bytes").get<uint64_t>(), side.at("queue_bytes_high").get<uint64_t>(),
      side.at("pauses").get<uint64_t>());
}

std::string direction_line(const char* name, const Json& direction) {
  std::string line = absl::StrFormat(
      "  %-11s %d received, %d passed on as %d messages", name,
      direction.at("received").get<uint64_t>(), direction.at("forwarded").get<uint64_t>(),
      direction.at("published").get<uint64_t>());
  if (const uint64_t left_out = direction.at("duplicate_targets"); left_out != 0) {
    absl::StrAppendFormat(&line, ", %d targets had it already", left_out);
  }
  for (const auto& [reason, count] : direction.at("refused").items()) {
    absl::StrAppendFormat(&line, ", %d refused: %s", count.get<uint64_t>(), reason);
  }
  return line + "\n";
}

}  // namespace

std::string federation_status_text(std::string_view json) {
  const Json page = Json::parse(json, nullptr, false);
  if (page.is_discarded()) return "";
  try {
    return absl::StrFormat("%s, federation broker of %s: %s\n",
                           page.at("identity").get<std::string>(),
                           page.at("cluster").get<std::string>(),
                           page.at("ready").get<bool>() ? "ready" : "NOT READY") +
           side_line("federation", page.at("federation")) +
           side_line("collective", page.at("collective")) +
           direction_line("requests", page.at("requests")) +
           direction_line("replies", page.at("replies"));
  } catch (const nlohmann::json::exception&) {
    return "";
  }
}

int federation_status(const std::vector<std::string>& addresses, bool as_json) {
  int status = 0;
  for (const std::string& address : addresses) {
    const absl::StatusOr<std::string> page = fetch(address);
    const std::string text = page.ok() ? federation_status_text(*page) : "";
    if (text.empty()) {
      const std::string problem =
          page.ok() ? "this is no federation broker" : std::string(page.status().message());
      std::fprintf(stderr, "antiphon: %s: %s\n", address.c_str(), problem.c_str());
      status = 1;
      continue;
    }
    if (!Json::parse(*page).at("ready").get<bool>()) status = 1;
    std::fputs(as_json ? page->c_str() : text.c_str(), stdout);
  }
  return status;
}

}  // namespace antiphon
