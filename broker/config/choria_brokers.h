// Which brokers a Choria configuration asks for.
#pragma once

#include <string>

#include "broker/config/config_inputs.h"

namespace antiphon {

struct ChoriaBrokers {
  bool network_broker = false;
  bool federation_broker = false;
};

// None of a file that cannot be read or is not in Choria's format: whoever loads it says why.
ChoriaBrokers choria_brokers(const std::string& path, const ConfigInputs& inputs);

}  // namespace antiphon
