// SHA-256 and MD5 of texts.
//
// WHY a class: OpenSSL 3 looks an algorithm up by name on every one-shot call, which costs more
// than hashing a reply. Sha256 keeps the algorithm and its state and is reused message after
// message.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/openssl.h"

namespace antiphon::choria {

using Sha256Digest = std::array<char, 32>;

class Sha256 {
 public:
  Sha256();
  Sha256Digest of(std::string_view text);

 private:
  OpensslOwner<EVP_MD> algorithm_;
  OpensslOwner<EVP_MD_CTX> state_;
};

// Lower-case hexadecimal.
std::string sha256_hex(std::string_view text);
// Empty where OpenSSL refuses MD5 (FIPS mode).
std::string md5_hex(std::string_view text);

}  // namespace antiphon::choria
