#include "protocol/bytes/ed25519.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/hex.h"

namespace antiphon {
namespace {

// RFC 8032, section 7.1, tests 1 to 3.
struct Vector {
  std::string_view seed, key, message, signature;
};
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

Ed25519Seed seed_of(std::string_view hex) {
  auto seed = Ed25519Seed::from_bytes(from_hex(hex).value_or(""));
  EXPECT_TRUE(seed.has_value());
  return std::move(*seed);
}

TEST(Ed25519, KeysAndSignaturesAreThoseOfTheStandard) {
  for (const Vector& vector : kVectors) {
    const Ed25519Seed seed = seed_of(vector.seed);
    const Ed25519PublicKey key = seed.public_key();
    EXPECT_EQ(to_hex({reinterpret_cast<const char*>(key.data()), key.size()}), vector.key);
    const std::string message = from_hex(vector.message).value_or("?");
    EXPECT_EQ(to_hex(seed.sign(message)), vector.signature);
    EXPECT_TRUE(ed25519_verify(key, message, *from_hex(vector.signature)));
    EXPECT_FALSE(ed25519_verify(key, message + "x", *from_hex(vector.signature)));
    EXPECT_EQ(seed.hex().view(), vector.seed);
  }
}

TEST(Ed25519, EveryFlippedBitAndEveryOtherLengthIsRefused) {
  const Ed25519Seed seed = seed_of(kVectors[0].seed);
  const std::string good = seed.sign("nonce");
  for (size_t i = 0; i < good.size() * 8; ++i) {
    std::string bad = good;
    bad[i / 8] = static_cast<char>(bad[i / 8] ^ 1 << i % 8);
    EXPECT_FALSE(ed25519_verify(seed.public_key(), "nonce", bad)) << i;
  }
  const std::string longer = good + good;
  for (size_t length = 0; length <= longer.size(); ++length) {
    EXPECT_EQ(ed25519_verify(seed.public_key(), "nonce", longer.substr(0, length)),
              length == kEd25519SignatureBytes)
        << length;
  }
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(Ed25519, SignatureTextsAreUrlBase64WithoutOrStandardBase64WithPadding) {
  const Ed25519Seed seed = seed_of(kVectors[1].seed);
  const Ed25519PublicKey key = seed.public_key();
  const std::string signature = seed.sign("nonce");
  std::string url;
  append_base64url(url, signature);
  const std::string standard = base64(signature);
  EXPECT_TRUE(ed25519_verify_text(key, "nonce", url));
  EXPECT_TRUE(ed25519_verify_text(key, "nonce", standard));
  EXPECT_FALSE(ed25519_verify_text(key, "other", url));
  for (const std::string& text : {url + "\n\n", url + "AA", std::string(), standard + "AAAA",
                                  absl::StrCat("\n", url.substr(1))}) {
    EXPECT_FALSE(ed25519_verify_text(key, "nonce", text)) << text;
  }
  for (size_t length = 0; length < url.size(); ++length) {
    EXPECT_FALSE(ed25519_verify_text(key, "nonce", std::string_view(url).substr(0, length)));
  }
}

TEST(Ed25519, SeedsHaveOneLength) {
  for (size_t bytes = 0; bytes < 70; ++bytes) {
    EXPECT_EQ(Ed25519Seed::from_bytes(std::string(bytes, 'x')).has_value(),
              bytes == kEd25519KeyBytes);
  }
}

TEST(Ed25519, RandomSeedsDiffer) {
  EXPECT_NE(Ed25519Seed::random().hex().view(), Ed25519Seed::random().hex().view());
}

TEST(Ed25519, WhatIsMovedFromIsWiped) {
  Ed25519Seed seed = seed_of(kVectors[0].seed);
  const Ed25519Seed other = std::move(seed);
  EXPECT_EQ(seed.bytes(), std::string(kEd25519KeyBytes, '\0'));  // NOLINT: that is the question
  EXPECT_EQ(other.hex().view(), kVectors[0].seed);
  SecretText text(std::string("short"));
  const SecretText moved = std::move(text);
  EXPECT_TRUE(text.view().empty());  // NOLINT
  EXPECT_EQ(moved.view(), "short");
}

}  // namespace
}  // namespace antiphon
