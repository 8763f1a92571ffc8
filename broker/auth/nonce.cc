#include "broker/auth/nonce.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <string_view>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"

namespace antiphon {

const NonceSource& NonceSource::of_this_process() {
  static const NonceSource source([] {
    Secret secret;
    AP_CHECK(::RAND_priv_bytes(secret.data(), static_cast<int>(secret.size())) == 1);
    return secret;
  }());
  return source;
}

std::string NonceSource::nonce_of(ClientId client) const {
  std::array<uint8_t, sizeof client.value> number{};
  for (size_t i = 0; i < number.size(); ++i) {
    number[i] = static_cast<uint8_t>(client.value >> (8 * i));
  }
  std::array<uint8_t, EVP_MAX_MD_SIZE> hash{};
  unsigned int bytes = 0;
  AP_CHECK(::HMAC(::EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()), number.data(),
                  number.size(), hash.data(), &bytes) != nullptr);
  AP_CHECK(bytes >= kNonceBytes);
  std::string text;
  append_base64url(text, {reinterpret_cast<const char*>(hash.data()), kNonceBytes});
  return text;
}

}  // namespace antiphon
