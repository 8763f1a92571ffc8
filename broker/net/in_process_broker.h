// The broker of this process, as seen by what runs beside it and wants to be its client.
//
// WHY: the only door from `federation` and `fleet` to a broker they share a process with; they know
// neither its sessions nor its shards.
// THREADS: any. LIFETIME: whoever holds it ends its connections before the broker goes.
#pragma once

#include "broker/net/transport.h"

namespace antiphon {

class InProcessBroker {
 public:
  virtual ~InProcessBroker() = default;

  // The client's end of a new connection; the broker speaks first, with INFO, as to everybody. It
  // asks neither for TLS nor for a login: CONNECT only says the client's name. Not open when the
  // broker takes no connections any more (lame duck) or the process has no descriptors left.
  virtual Transport connect_in_process() = 0;
};

}  // namespace antiphon
