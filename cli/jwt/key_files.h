// The files that tokens and their keys lie in.
//
// WHY modes: a seed and a public key are 64 hexadecimal digits each. A file that only its owner may
// read is never taken for a holder's public key: a token would carry what it holds into the world.
// SECRETS: as in secret_files.h; what is written gets mode 0600, but for public keys. No message
// shows contents.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "broker/config/secret_files.h"
#include "protocol/bytes/ed25519.h"
#include "protocol/choria/token_key.h"

namespace antiphon::jwt {

enum class Existing { kRefuse, kReplace };

// The first line of a secret file; it must not be empty.
absl::StatusOr<SecretText> read_password_file(const std::string& path);
// All of it or nothing, mode 0600.
absl::Status write_private_file(const std::string& path, std::string_view text, Existing existing);
// The same in place of what is there, mode 0644 whatever the umask.
absl::Status write_public_file(const std::string& path, std::string_view text);

// 64 hexadecimal digits, or the path of a file with them or with PEM.
absl::StatusOr<choria::TokenPublicKey> read_public_key(const std::string& text_or_path);
// The same in hexadecimal, for a token that `signer` will sign. It must be Ed25519 and may not look
// like a seed.
absl::StatusOr<std::string> read_holder_key(const std::string& text_or_path,
                                            const choria::TokenSigningKey& signer);

}  // namespace antiphon::jwt
