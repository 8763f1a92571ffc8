// What a request to a service of the server asks for: a JSON object with the options of a monitoring page,
// and with conditions on the server that shall answer.
//
// FORMAT: names of nats-server's request bodies; an empty body asks for everything.
// LIMITS: kBodyBytesMax.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/monitor/query.h"
#include "broker/monitor/server_view.h"
#include "broker/system/service_address.h"

namespace antiphon {

struct ServerFilter {
  std::string name;
  std::string host;
  std::string cluster;
  std::string domain;
  std::vector<std::string> tags;
  bool exact = false;

  // Whether this server is meant.
  bool meets(const ServerFacts& server, const IdentityOptions& identity) const;
};

struct ServiceOptions {
  static constexpr size_t kBodyBytesMax = 64 * 1024;

  ServerFilter filter;
  std::string account;  // ACCOUNTZ: of this one alone; CONNS: the one that is meant
  std::vector<std::string> accounts;  // STATZ: of these alone; empty: of all
  bool unused = false;                // STATZ: of those without clients too
  std::string profile;                // PROFILEZ
  uint64_t client_id = 0;             // KICK, LDM
  Query arguments{""};  // of the page, as its address would have them
  std::string error;    // why the body cannot be used; empty: it can
};

ServiceOptions read_service_options(SystemService service, std::string_view body);

}  // namespace antiphon
