// Whether the files that TLS needs can be read and fit each other, before anything starts.
#pragma once

#include <string>
#include <vector>

#include "broker/config/tls_options.h"
#include "broker/config/config_inputs.h"
#include "broker/config/option_checks.h"

namespace antiphon {

// Nothing when TLS is off. Looks at the certificate, its key (PEM, not encrypted) and the
// authorities; whether they are in date is the listener's matter.
std::vector<OptionProblem> tls_file_errors(const TlsOptions& tls, const FileReader& read_file);

}  // namespace antiphon
