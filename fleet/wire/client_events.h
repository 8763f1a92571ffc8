// What the owner of links is told by their loop.
//
// THREADS: the loop's. LIFETIME: views in frames are valid during the call only. Every function may
// call the loop's dial(), close() and send().
#pragma once

#include <string>
#include <string_view>

#include "fleet/wire/client_link.h"
#include "fleet/wire/link_failure.h"
#include "protocol/nats/server_parser.h"

namespace antiphon::fleet {

class ClientEvents {
 public:
  virtual ~ClientEvents() = default;

  // Appends the CONNECT line for this link (see connect_line.h). The nonce is what the server wants
  // signed; empty if it did not say.
  virtual void write_connect(LinkId link, bool over_tls, std::string_view nonce,
                             std::string& out) = 0;
  // The server has accepted the login.
  virtual void on_open(LinkId link) = 0;
  virtual void on_message(LinkId link, const ServerFrame& frame) = 0;
  // Everything sent before the last fence() has been taken in by the server.
  virtual void on_fence(LinkId link) = 0;
  // An -ERR after which the link stays open, such as a permission that is missing.
  virtual void on_complaint(LinkId link, std::string_view text) = 0;
  // The connection could not be made, or has ended, other than by close().
  virtual void on_closed(LinkId link, const LinkFailure& failure) = 0;
};

}  // namespace antiphon::fleet
