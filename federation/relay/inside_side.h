// Which side of a relay is the network broker of the same process.
#pragma once

#include "broker/config/broker_options.h"
#include "federation/relay/relay_keys.h"

namespace antiphon::federation {

// Beside a broker: what the file says, else the side whose hosts are this broker's own listener; the
// collective's when it has none. That side is left without hosts.
void choose_inside(const BrokerOptions& broker, RelayDraft& draft);

// Where there is no broker, none can be asked for.
void refuse_inside(RelayDraft& draft);

}  // namespace antiphon::federation
