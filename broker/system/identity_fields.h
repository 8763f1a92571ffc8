// What the server says of itself beside its name, in answers under `$SYS`.
#pragma once

#include <string>

#include "broker/config/broker_options.h"

namespace antiphon {

// `,"tags":[...],"metadata":{...},"feature_flags":{...}`; what is not configured is left out.
std::string identity_fields_json(const IdentityOptions& identity);

}  // namespace antiphon
