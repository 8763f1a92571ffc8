#include "protocol/choria/token_key.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "tests/unit/protocol/choria/certificate_vectors.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon::choria {
namespace {

constexpr TokenAlgorithm kAll[] = {TokenAlgorithm::kEdDsa, TokenAlgorithm::kRs256,
                                   TokenAlgorithm::kRs384, TokenAlgorithm::kRs512};

std::string small_rsa_pem() {
  const OpensslOwner<EVP_PKEY> key(EVP_RSA_gen(1024));
  const OpensslOwner<BIO> bio(BIO_new(BIO_s_mem()));
  EXPECT_EQ(PEM_write_bio_PUBKEY(bio.get(), key.get()), 1);
  char* text = nullptr;
  const auto bytes = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(bytes)};
}

TEST(TokenKey, ASeedFileSignsAndItsPublicKeyChecks) {
  const std::string seed_hex = "0101010101010101010101010101010101010101010101010101010101010101";
  for (const std::string& text : {seed_hex, seed_hex + "\n", absl::StrCat(" ", seed_hex, "\r\n")}) {
    const auto signer = TokenSigningKey::from_text(text);
    ASSERT_TRUE(signer.ok()) << signer.status();
    EXPECT_EQ(signer->algorithm(), TokenAlgorithm::kEdDsa);
    const auto key = TokenPublicKey::from_text(vectors::kOrganizationKey);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(*key->ed25519(), signer->seed()->public_key());
    EXPECT_TRUE(key->verify(TokenAlgorithm::kEdDsa, "text", *signer->sign("text")));
    EXPECT_FALSE(key->verify(TokenAlgorithm::kEdDsa, "other", *signer->sign("text")));
  }
}

TEST(TokenKey, AnRsaKeySignsAndItsCertificateChecks) {
  for (const std::string_view pem : {vectors::kAliceKey, vectors::kAlicePkcs1Key}) {
    const auto signer = TokenSigningKey::from_text(pem);
    ASSERT_TRUE(signer.ok()) << signer.status();
    EXPECT_EQ(signer->algorithm(), TokenAlgorithm::kRs256);
    EXPECT_EQ(signer->seed(), nullptr);
    const auto key = TokenPublicKey::from_text(vectors::kAliceCertificate);
    ASSERT_TRUE(key.ok()) << key.status();
    const auto signature = signer->sign("text");
    EXPECT_TRUE(key->verify(TokenAlgorithm::kRs256, "text", *signature));
    EXPECT_TRUE(signer->public_key()->verify(TokenAlgorithm::kRs256, "text", *signature));
    EXPECT_FALSE(key->verify(TokenAlgorithm::kRs384, "text", *signature));
    EXPECT_FALSE(key->verify(TokenAlgorithm::kRs256, "text", signature->substr(1)));
    EXPECT_FALSE(key->verify(TokenAlgorithm::kRs256, "text", ""));
  }
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(TokenKey, AlgorithmsOfTheOtherFamilyNeverFit) {
  const auto rsa = TokenPublicKey::from_text(vectors::kAliceCertificate);
  const auto ed25519 = TokenPublicKey::from_text(vectors::kOrganizationKey);
  ASSERT_TRUE(rsa.ok() && ed25519.ok());
  for (const TokenAlgorithm algorithm : kAll) {
    const bool is_ed25519 = algorithm == TokenAlgorithm::kEdDsa;
    EXPECT_EQ(ed25519->fits(algorithm), is_ed25519);
    EXPECT_EQ(rsa->fits(algorithm), !is_ed25519);
  }
}

TEST(TokenKey, RefusesEverythingElse) {
  const std::string hex(vectors::kOrganizationKey);
  for (const std::string& text :
       {std::string(), hex.substr(1), hex + "0", absl::StrCat("x", hex.substr(1)), hex + "\n" + hex,
        std::string(vectors::kEcCertificate), std::string("-----BEGIN CERTIFICATE-----\n"),
        std::string("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
        small_rsa_pem(), std::string(1 << 20, 'a')}) {
    EXPECT_FALSE(TokenPublicKey::from_text(text).ok()) << text.substr(0, 80);
  }
  for (const std::string& text :
       {std::string(), hex.substr(1), hex + "0", std::string(vectors::kEcKey),
        std::string(vectors::kAliceCertificate), std::string(1 << 20, 'a')}) {
    EXPECT_FALSE(TokenSigningKey::from_text(text).ok()) << text.substr(0, 80);
  }
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(TokenKey, ARefusalNeverShowsTheText) {
  const auto refused = TokenSigningKey::from_text("not-a-secret-worth-showing");
  EXPECT_EQ(std::string(refused.status().message()).find("showing"), std::string::npos);
}

}  // namespace
}  // namespace antiphon::choria
