// The permissions of a user in the NATS grammar: what may be published and subscribed to.
//
// FORMAT: publish and subscribe are a subject, a list of subjects, or a block of allow and deny;
// a subject of subscribe may be followed by a queue. allow_responses is a boolean or a block of max
// and expires. Source: nats-server 2.15.
#pragma once

#include "broker/config/config_value.h"
#include "broker/config/option_writer.h"
#include "protocol/nats/permission_settings.h"

namespace antiphon {

// What is wrong is reported at its place and left out.
PermissionSettings read_permissions(const ConfigValue& value, OptionWriter& writer);

}  // namespace antiphon
