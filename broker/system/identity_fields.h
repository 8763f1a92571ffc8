// What the server says of itself beside its name, in answers under `$SYS`.
#pragma once

#include <string>

#include "broker/config/broker_options.h"
#include "broker/monitor/server_view.h"
#include "protocol/nats/info.h"

namespace antiphon {

// `,"tags":[...],"metadata":{...},"feature_flags":{...}`; what is not configured is left out.
std::string identity_fields_json(const IdentityOptions& identity);

// The whole `server` object of one message after the other, of the server as it was when this was made.
class IdentityText {
 public:
  explicit IdentityText(const ServerView& view);
  // `sequence`: of this message among those of its maker.
  std::string json(uint64_t sequence) const;

 private:
  ServerInfo info_;
  std::string fields_;
};

std::string identity_json(const ServerView& view, uint64_t sequence);

}  // namespace antiphon
