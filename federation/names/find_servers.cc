#include "federation/names/find_servers.h"

#include <absl/strings/str_cat.h>
#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "federation/names/srv_order.h"

namespace antiphon::federation {
namespace {

bool is_address(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

class Search {
 public:
  explicit Search(NameSource& source) : source_(source) {}

  void add(const std::string& url) {
    const absl::StatusOr<fleet::ServerEndpoint> server = fleet::parse_server_url(url);
    if (!server.ok()) return miss(url, server.status());
    const absl::StatusOr<std::vector<Address>> addresses =
        source_.find_addresses(server->host, server->port);
    if (!addresses.ok()) return miss(server->host, addresses.status());
    for (const Address& address : *addresses) {
      if (found_.size() == fleet::kServersMax) return;
      found_.push_back(*server);
      found_.back().address = address.address;
      found_.back().address_bytes = address.bytes;
    }
  }

  void add_target(const SrvRecord& record) {
    add(absl::StrCat("nats://", record.target, ":", record.port));
  }

  void miss(const std::string& name, const absl::Status& why) {
    absl::StrAppend(&misses_, misses_.empty() ? "" : "; ", name, ": ", why.message());
  }

  bool empty() const { return found_.empty(); }
  absl::StatusOr<FoundServers> result(std::string source) {
    if (!found_.empty()) return FoundServers{std::move(found_), std::move(source)};
    return absl::NotFoundError(absl::StrCat("no broker is found: ", misses_));
  }

 private:
  NameSource& source_;
  std::vector<fleet::ServerEndpoint> found_;
  std::string misses_;
};

// From anywhere, round.
void add_all(const std::vector<std::string>& urls, Random& random, Search& search) {
  if (urls.empty()) return;
  const size_t begin = random.below(urls.size());
  for (size_t i = 0; i < urls.size(); ++i) search.add(urls[(begin + i) % urls.size()]);
}

}  // namespace

absl::StatusOr<FoundServers> find_servers(const ServerNames& names, NameSource& source,
                                          Random& random) {
  Search search(source);
  if (!names.urls.empty()) {
    add_all(names.urls, random, search);
    return search.result("");
  }
  for (const std::string& service : names.services) {
    absl::StatusOr<std::vector<SrvRecord>> records = source.find_services(service);
    if (!records.ok()) {
      search.miss(service, records.status());
      continue;
    }
    put_in_order(*records, random);
    for (const SrvRecord& record : *records) search.add_target(record);
    if (!search.empty()) return search.result("SRV record " + service);
  }
  add_all(names.otherwise, random, search);
  return search.result("");
}

absl::StatusOr<std::vector<fleet::ServerEndpoint>> servers_without_names(
    const std::vector<std::string>& urls) {
  for (const std::string& url : urls) {
    const absl::StatusOr<fleet::ServerEndpoint> server = fleet::parse_server_url(url);
    if (!server.ok()) return server.status();
    if (!is_address(server->host)) return std::vector<fleet::ServerEndpoint>();
  }
  return fleet::resolve_servers(urls);
}

}  // namespace antiphon::federation
