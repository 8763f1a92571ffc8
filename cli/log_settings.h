// The log's settings out of a configuration's.
#pragma once

#include "broker/config/logging_options.h"
#include "broker/runtime/log.h"

namespace antiphon {

LogSettings log_settings(const LoggingOptions& options);

}  // namespace antiphon
