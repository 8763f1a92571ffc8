// A fingerprint of what a configuration says, the same as nats-server -t prints.
//
// MODEL: SHA-256 over the tree as Go's encoding/json writes it: keys sorted, variables and includes
// replaced by what they stand for, comments and order of no effect. Two files with one digest
// configure the same thing. Source: conf/parse.go configDigest.
#pragma once

#include <string>

#include "broker/config/config_value.h"

namespace antiphon {

// The JSON text, ended by a newline.
std::string config_json(const ConfigMap& root);

// `sha256:` and 64 hexadecimal digits.
std::string config_digest(const ConfigMap& root);

}  // namespace antiphon
