#include "broker/auth/password.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <memory>

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  // Hashing first makes both equally long, so that not even the length shows.
  unsigned char hash_a[SHA256_DIGEST_LENGTH];
  unsigned char hash_b[SHA256_DIGEST_LENGTH];
  ::SHA256(reinterpret_cast<const unsigned char*>(a.data()), a.size(), hash_a);
  ::SHA256(reinterpret_cast<const unsigned char*>(b.data()), b.size(), hash_b);
  return ::CRYPTO_memcmp(hash_a, hash_b, sizeof hash_a) == 0;
}

}  // namespace

bool is_bcrypt(std::string_view secret) {
  constexpr std::string_view kVariants = "abxy";
  return secret.size() > 7 && secret[0] == '$' && secret[1] == '2' &&
         kVariants.find(secret[2]) != kVariants.npos && secret[3] == '$' && is_digit(secret[4]) &&
         is_digit(secret[5]) && secret[6] == '$';
}

bool secret_matches(const std::string& configured, std::string_view given) {
  if (!is_bcrypt(configured)) return equal_in_constant_time(configured, given);
  if (given.find('\0') != given.npos) return false;
  const auto scratch = std::make_unique<crypt_data>();
  const std::string phrase(given);
  const char* hash = ::crypt_r(phrase.c_str(), configured.c_str(), scratch.get());
  return hash != nullptr && hash[0] != '*' && equal_in_constant_time(configured, hash);
}

}  // namespace antiphon
