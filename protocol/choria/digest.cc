#include "protocol/choria/digest.h"

#include "protocol/bytes/check.h"

namespace antiphon::choria {
namespace {

std::string hex(const char* bytes, size_t count) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(count * 2);
  for (size_t i = 0; i < count; ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

}  // namespace

// Without SHA-256 no Choria message can be made or checked: a broken OpenSSL, not bad input.
Sha256::Sha256() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), state_(EVP_MD_CTX_new()) {
  AP_CHECK(algorithm_ != nullptr && state_ != nullptr);
}

Sha256Digest Sha256::of(std::string_view text) {
  Sha256Digest digest;
  AP_CHECK(EVP_DigestInit_ex2(state_.get(), algorithm_.get(), nullptr) == 1);
  AP_CHECK(EVP_DigestUpdate(state_.get(), text.data(), text.size()) == 1);
  AP_CHECK(EVP_DigestFinal_ex(state_.get(), reinterpret_cast<unsigned char*>(digest.data()),
                              nullptr) == 1);
  return digest;
}

std::string sha256_hex(std::string_view text) {
  const Sha256Digest digest = Sha256().of(text);
  return hex(digest.data(), digest.size());
}

std::string md5_hex(std::string_view text) {
  const OpensslErrorGuard guard;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  size_t count = 0;
  if (EVP_Q_digest(nullptr, "MD5", nullptr, text.data(), text.size(), digest.data(), &count) != 1) {
    return {};
  }
  return hex(reinterpret_cast<const char*>(digest.data()), count);
}

}  // namespace antiphon::choria
