#include "broker/config/tls_names.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>

namespace antiphon {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

class TlsNames : public testing::Test {
 protected:
  std::unique_ptr<SSL_CTX, FreeContext> context_{SSL_CTX_new(TLS_server_method())};
};

TEST(TlsNameKinds, TellSecureWeakUnavailableAndUnknownApart) {
  EXPECT_EQ(cipher_suite_kind("TLS_AES_128_GCM_SHA256"), TlsNameKind::kKnown);
  EXPECT_EQ(cipher_suite_kind("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"), TlsNameKind::kKnown);
  EXPECT_EQ(cipher_suite_kind("TLS_RSA_WITH_AES_128_CBC_SHA256"), TlsNameKind::kInsecure);
  EXPECT_EQ(cipher_suite_kind("TLS_RSA_WITH_RC4_128_SHA"), TlsNameKind::kUnavailable);
  EXPECT_EQ(cipher_suite_kind("tls_aes_128_gcm_sha256"), TlsNameKind::kUnknown);
  EXPECT_EQ(curve_kind("X25519"), TlsNameKind::kKnown);
  EXPECT_EQ(curve_kind("X25519MLKEM768"), TlsNameKind::kUnavailable);
  EXPECT_EQ(curve_kind("P-256"), TlsNameKind::kUnknown);
}

TEST_F(TlsNames, OpensslTakesTheListOfAllSecureSuites) {
  const OpensslCiphers all = openssl_ciphers({});
  EXPECT_EQ(SSL_CTX_set_cipher_list(context_.get(), all.tls12.c_str()), 1);
  EXPECT_EQ(SSL_CTX_set_ciphersuites(context_.get(), all.tls13.c_str()), 1);
  // Three of TLS 1.3 and ten of TLS 1.2: none was passed over.
  EXPECT_EQ(sk_SSL_CIPHER_num(SSL_CTX_get_ciphers(context_.get())), 13);
}

TEST_F(TlsNames, OpensslTakesEachWeakSuite) {
  for (const char* name :
       {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_RSA_WITH_AES_128_CBC_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA"}) {
    EXPECT_EQ(cipher_suite_kind(name), TlsNameKind::kInsecure) << name;
    EXPECT_EQ(SSL_CTX_set_cipher_list(context_.get(), openssl_ciphers({name}).tls12.c_str()), 1)
        << name;
  }
}

TEST(OpensslNames, KeepTheOrderOfTheNames) {
  const OpensslCiphers ciphers =
      openssl_ciphers({"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
                       "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"});
  EXPECT_EQ(ciphers.tls12, "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256");
  EXPECT_EQ(ciphers.tls13, "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256");
}

TEST(OpensslNames, OneVersionWithoutNamesDoesNotFallBackToWeakerOnes) {
  EXPECT_EQ(openssl_ciphers({"TLS_AES_128_GCM_SHA256"}).tls12, "");
  EXPECT_EQ(openssl_ciphers({"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}).tls13,
            openssl_ciphers({}).tls13);
}

TEST_F(TlsNames, OpensslTakesTheCurves) {
  EXPECT_EQ(openssl_groups({}), "X25519:P-256:P-384:P-521");
  EXPECT_EQ(openssl_groups({"CurveP384", "X25519MLKEM768", "X25519"}), "P-384:X25519");
  EXPECT_EQ(SSL_CTX_set1_groups_list(context_.get(), openssl_groups({}).c_str()), 1);
}

}  // namespace
}  // namespace antiphon
