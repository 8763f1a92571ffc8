#include "federation/names/dns_source.h"

#include <absl/strings/str_cat.h>
#include <ares.h>
#include <arpa/nameser.h>
#include <poll.h>

#include <algorithm>
#include <cstring>

#include "broker/runtime/clock.h"

namespace antiphon::federation {
namespace {

constexpr int kTimeoutMs = 2000;  // of the first try with each server
constexpr int kTries = 3;

absl::Status failure(int status) {
  return absl::UnavailableError(::ares_strerror(status));
}

// Once for the process.
int init_library() {
  static const int status = ::ares_library_init(ARES_LIB_INIT_ALL);
  return status;
}

struct ServicesAnswer {
  bool come = false;
  int status = ARES_SUCCESS;
  std::vector<SrvRecord> records;
};

void take_services(void* argument, int status, int, unsigned char* bytes, int size) {
  auto& answer = *static_cast<ServicesAnswer*>(argument);
  answer.come = true;
  ares_srv_reply* list = nullptr;
  if (status == ARES_SUCCESS) status = ::ares_parse_srv_reply(bytes, size, &list);
  answer.status = status;
  for (const ares_srv_reply* one = list; one != nullptr; one = one->next) {
    if (answer.records.size() == DnsSource::kRecordsMax) break;
    // An empty target says that there is no such service.
    if (*one->host != '\0') {
      answer.records.push_back({one->host, one->port, one->priority, one->weight});
    }
  }
  if (list != nullptr) ::ares_free_data(list);
}

struct AddressesAnswer {
  bool come = false;
  int status = ARES_SUCCESS;
  std::vector<Address> addresses;
};

void take_addresses(void* argument, int status, int, ares_addrinfo* list) {
  auto& answer = *static_cast<AddressesAnswer*>(argument);
  answer.come = true;
  answer.status = status;
  if (list == nullptr) return;
  for (const ares_addrinfo_node* one = list->nodes; one != nullptr; one = one->ai_next) {
    if (answer.addresses.size() == DnsSource::kRecordsMax) break;
    if (one->ai_addrlen > sizeof(sockaddr_storage)) continue;
    Address& address = answer.addresses.emplace_back();
    std::memcpy(&address.address, one->ai_addr, one->ai_addrlen);
    address.bytes = one->ai_addrlen;
  }
  ::ares_freeaddrinfo(list);
}

}  // namespace

absl::StatusOr<std::unique_ptr<DnsSource>> DnsSource::open(const std::string& servers,
                                                           int interrupt) {
  if (const int status = init_library(); status != ARES_SUCCESS) return failure(status);
  ares_options options{};
  options.timeout = kTimeoutMs;
  options.tries = kTries;
  ares_channel channel = nullptr;
  const int made = ::ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  if (made != ARES_SUCCESS) return failure(made);
  std::unique_ptr<DnsSource> source(new DnsSource(channel, interrupt));
  if (servers.empty()) return source;
  const int set = ::ares_set_servers_ports_csv(channel, servers.c_str());
  if (set != ARES_SUCCESS) return failure(set);
  return source;
}

DnsSource::~DnsSource() {
  ::ares_destroy(channel_);
}

// False when interrupted.
bool DnsSource::wait_once(int64_t wait_ms_max) {
  ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
  const int bits = ::ares_getsock(channel_, sockets, ARES_GETSOCK_MAXNUM);
  pollfd watched[ARES_GETSOCK_MAXNUM + 1];
  nfds_t count = 0;
  watched[count++] = {interrupt_, POLLIN, 0};
  for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    short events = 0;
    if (ARES_GETSOCK_READABLE(bits, i)) events |= POLLIN;
    if (ARES_GETSOCK_WRITABLE(bits, i)) events |= POLLOUT;
    if (events != 0) watched[count++] = {sockets[i], events, 0};
  }
  timeval most{wait_ms_max / 1000, wait_ms_max % 1000 * 1000};
  timeval next{};
  const timeval* left = ::ares_timeout(channel_, &most, &next);
  (void)::poll(watched, count, static_cast<int>(left->tv_sec * 1000 + left->tv_usec / 1000 + 1));
  if (watched[0].revents != 0) return false;
  for (nfds_t i = 1; i < count; ++i) {
    const bool readable = (watched[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0;
    const bool writable = (watched[i].revents & POLLOUT) != 0;
    if (!readable && !writable) continue;
    ::ares_process_fd(channel_, readable ? watched[i].fd : ARES_SOCKET_BAD,
                      writable ? watched[i].fd : ARES_SOCKET_BAD);
  }
  ::ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // what has timed out
  return true;
}

void DnsSource::wait(const bool& answered) {
  const int64_t end_ms = steady_now().ms() + kAnswerMsMax;
  while (!answered) {
    const int64_t left_ms = end_ms - steady_now().ms();
    if (left_ms <= 0 || !wait_once(left_ms)) ::ares_cancel(channel_);  // which is an answer
  }
}

absl::StatusOr<std::vector<SrvRecord>> DnsSource::find_services(const std::string& name) {
  ServicesAnswer answer;
  ::ares_query(channel_, name.c_str(), ns_c_in, ns_t_srv, take_services, &answer);
  wait(answer.come);
  if (answer.status != ARES_SUCCESS) return failure(answer.status);
  if (answer.records.empty()) return absl::NotFoundError("the records name no server");
  return std::move(answer.records);
}

absl::StatusOr<std::vector<Address>> DnsSource::find_addresses(const std::string& host,
                                                               uint16_t port) {
  AddressesAnswer answer;
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = ARES_AI_NUMERICSERV;
  ::ares_getaddrinfo(channel_, host.c_str(), absl::StrCat(port).c_str(), &hints, take_addresses,
                     &answer);
  wait(answer.come);
  if (answer.status != ARES_SUCCESS) return failure(answer.status);
  if (answer.addresses.empty()) return absl::NotFoundError("it has no address");
  return std::move(answer.addresses);
}

}  // namespace antiphon::federation
