// MPUB: one payload from a client for many subjects.
//
// MODEL: each target is published as a PUB of its own would be (publish.h): checked, permitted, counted
// and answered like one. A line that is none closes the connection; those before it have been
// published, as with PUBs. LIMITS: multi_publish.h; a session that must wait is only stopped behind the
// frame, so it may be kMultiPublishBytesMax further than with PUBs.
#pragma once

#include "broker/session/shard.h"
#include "protocol/nats/frame.h"

namespace antiphon {

void publish_each(Shard& shard, Session& session, const ClientFrame& frame);

}  // namespace antiphon
