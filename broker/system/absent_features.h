// What is answered about features that this server does not have: what nats-server answers that has them
// switched off, so that tools that ask everybody for everything get along.
//
// FIELDS: those of nats-server 2.15.
#pragma once

#include <optional>
#include <string>

#include "broker/monitor/server_view.h"
#include "broker/system/service_address.h"

namespace antiphon {

struct AbsentFeature {
  std::string data;   // a JSON value
  std::string error;  // not empty: this instead of it
};

// Nothing: the service is about something else. `profile`: which one is asked for.
std::optional<AbsentFeature> absent_feature(const ServiceAddress& address, const ServerFacts& server,
                                            const std::string& profile, int64_t now_ns);

}  // namespace antiphon
