// PUB and HPUB: from a client's frame to everyone who wants the message.
#pragma once

#include "broker/session/shard.h"
#include "protocol/nats/frame.h"

namespace antiphon {

void publish(Shard& shard, Session& session, const ClientFrame& frame);

}  // namespace antiphon
