// The files that tokens and their keys lie in.
//
// SECRETS: a file with a seed, private key or password must not be open to the group or to others;
// it is refused otherwise, and what is written gets mode 0600. No message shows contents.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "protocol/bytes/ed25519.h"
#include "protocol/choria/token_key.h"

namespace antiphon::jwt {

enum class Existing { kRefuse, kReplace };

absl::StatusOr<SecretText> read_secret_file(const std::string& path);
// The first line of a secret file; it must not be empty.
absl::StatusOr<SecretText> read_password_file(const std::string& path);
// A text anybody may know, of at most bytes_max bytes.
absl::StatusOr<std::string> read_public_file(const std::string& path, size_t bytes_max);
// Without the white space around it.
absl::StatusOr<std::string> read_token_file(const std::string& path);
// All of it or nothing, mode 0600.
absl::Status write_private_file(const std::string& path, std::string_view text, Existing existing);

// The hexadecimal seed or PEM of a private key.
absl::StatusOr<choria::TokenSigningKey> read_signing_key(const std::string& path);
// 64 hexadecimal digits, or the path of a file with them or with PEM.
absl::StatusOr<choria::TokenPublicKey> read_public_key(const std::string& text_or_path);
// The same, but it must be Ed25519; in hexadecimal.
absl::StatusOr<std::string> read_holder_key(const std::string& text_or_path);

}  // namespace antiphon::jwt
