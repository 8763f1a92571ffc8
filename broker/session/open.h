// A new connection: from accept to the first INFO, through TLS where there is TLS.
#pragma once

#include "broker/net/listener.h"
#include "broker/session/shard.h"

namespace antiphon {

// Takes over an accepted connection. `transport` of a simulation has no descriptor.
Session& open_session(Shard& shard, Transport transport, SocketAddress peer);

// Takes over an accepted descriptor; what cannot be served is answered and closed.
void take_connection(Shard& shard, Listener::Accepted accepted);

// Takes over the broker's end of a connection within the process.
void take_in_process_connection(Shard& shard, Transport transport);

enum class InfoKind {
  kGreeting,     // the first INFO
  kUpdate,       // something changed
  kConnectInfo,  // after the first PONG
  kLameDuck,     // this client shall go elsewhere
};
void send_info(Shard& shard, Session& session, InfoKind kind);

}  // namespace antiphon
