// Reads whole small files: secrets, which nobody else may be able to read, and what anybody may know.
//
// SECRETS: a file with a seed, private key or password must not be open to the group or to others;
// it is refused otherwise. No message shows contents.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "protocol/bytes/ed25519.h"
#include "protocol/choria/token_key.h"

namespace antiphon {

absl::StatusOr<SecretText> read_secret_file(const std::string& path);
// A text anybody may know, of at most bytes_max bytes.
absl::StatusOr<std::string> read_public_file(const std::string& path, size_t bytes_max);

// A Choria token, without the white space around it.
absl::StatusOr<std::string> read_token_file(const std::string& path);
// Where the seed of a token lies that none was given for: beside it, under the extension .key.
std::string seed_beside(const std::string& token_file);
// The hexadecimal seed or PEM of a private key: a secret.
absl::StatusOr<choria::TokenSigningKey> read_signing_key(const std::string& path);

}  // namespace antiphon
