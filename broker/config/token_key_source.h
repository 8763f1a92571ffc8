// A public key for tokens as configurations give it: in hexadecimal, or the path of its file.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "broker/config/config_inputs.h"
#include "broker/config/option_checks.h"
#include "protocol/choria/token_key.h"

namespace antiphon {

// 64 hexadecimal digits are a key, anything else is a path. The error names the file.
absl::StatusOr<choria::TokenPublicKey> read_token_key(const std::string& key_or_path,
                                                      const FileReader& read_file);

// Whether all keys that Choria's options name can be read.
std::vector<OptionProblem> token_key_errors(const ChoriaOptions& options,
                                            const FileReader& read_file);

}  // namespace antiphon
