#include "broker/net/tls_library.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace antiphon {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;

// A key as it stands in a certificate.
std::vector<unsigned char> public_key_of(EVP_PKEY* key) {
  unsigned char* out = nullptr;
  const int bytes = ::i2d_PUBKEY(key, &out);
  std::vector<unsigned char> der(out, out + std::max(bytes, 0));
  ::OPENSSL_free(out);
  return der;
}

bool is_read(const std::vector<unsigned char>& der, OSSL_LIB_CTX* library) {
  const unsigned char* in = der.data();
  const KeyPtr key(::d2i_PUBKEY_ex(nullptr, &in, static_cast<long>(der.size()), library, nullptr),
                   &::EVP_PKEY_free);
  return key != nullptr;
}

TEST(TlsLibraryTest, ReadsTheKeysOfCertificates) {
  ASSERT_NE(tls_library(), nullptr);
  const KeyPtr rsa(::EVP_RSA_gen(2048), &::EVP_PKEY_free);
  const KeyPtr ec(::EVP_EC_gen("P-256"), &::EVP_PKEY_free);
  const KeyPtr edwards(::EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &::EVP_PKEY_free);
  for (const KeyPtr* key : {&rsa, &ec, &edwards}) {
    const auto der = public_key_of(key->get());
    ASSERT_FALSE(der.empty());
    EXPECT_TRUE(is_read(der, tls_library())) << ::EVP_PKEY_get0_type_name(key->get());
  }
}

TEST(TlsLibraryTest, OtherKeysCannotBeRead) {
  const KeyPtr other(::EVP_PKEY_Q_keygen(nullptr, nullptr, "X448"), &::EVP_PKEY_free);
  const auto der = public_key_of(other.get());
  ASSERT_TRUE(is_read(der, nullptr)) << "OpenSSL's own library knows it";
  EXPECT_FALSE(is_read(der, tls_library()));
}

TEST(TlsLibraryTest, IsMadeOnce) { EXPECT_EQ(tls_library(), tls_library()); }

}  // namespace
}  // namespace antiphon
