// The order in which the targets of SRV records are tried (RFC 2782): by priority; of one priority at
// random, in proportion to the weights.
#pragma once

#include <vector>

#include "broker/runtime/random.h"
#include "federation/names/name_source.h"

namespace antiphon::federation {

void put_in_order(std::vector<SrvRecord>& records, Random& random);

}  // namespace antiphon::federation
