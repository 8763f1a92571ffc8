#include "protocol/nats/nkey.h"

#include <gtest/gtest.h>

#include "protocol/bytes/base64.h"

namespace antiphon {
namespace {

// Expected texts: the nkeys library of nats-io for the same bytes.
TEST(Nkey, IsWrittenAsTheNkeysLibraryWritesIt) {
  Ed25519PublicKey key;
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i * 7);
  EXPECT_EQ(encode_nkey(NkeyPrefix::kServer, key),
            "NAAAODQVDQRSUMJYH5DE2VC3MJUXA536QWGJHGVBVCX3NPOEZPJNTYU4");
  EXPECT_EQ(encode_nkey(NkeyPrefix::kUser, key),
            "UAAAODQVDQRSUMJYH5DE2VC3MJUXA536QWGJHGVBVCX3NPOEZPJNTBIX");
  EXPECT_EQ(encode_nkey(NkeyPrefix::kAccount, key),
            "AAAAODQVDQRSUMJYH5DE2VC3MJUXA536QWGJHGVBVCX3NPOEZPJNSF3I");
  EXPECT_EQ(encode_nkey(NkeyPrefix::kOperator, key),
            "OAAAODQVDQRSUMJYH5DE2VC3MJUXA536QWGJHGVBVCX3NPOEZPJNSTXO");
  EXPECT_EQ(encode_nkey(NkeyPrefix::kServer, {}),
            "NAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB5PU");
}

TEST(Nkey, HasItsFixedLength) {
  EXPECT_EQ(encode_nkey(NkeyPrefix::kServer, {}).size(), kNkeyTextBytes);
}

// The example of NATS's own documentation.
constexpr std::string_view kSeed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
constexpr std::string_view kPublic = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

constexpr NkeyPrefix kPrefixes[] = {NkeyPrefix::kServer,  NkeyPrefix::kUser,
                                    NkeyPrefix::kAccount, NkeyPrefix::kOperator,
                                    NkeyPrefix::kCluster, NkeyPrefix::kCurve};

// On the heap at its exact size, so that a sanitizer sees every byte read beyond it.
NkeyFault decoded(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  Nkey nkey;
  return decode_nkey({exact.data(), exact.size()}, nkey);
}
NkeyFault decoded_seed(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  std::optional<NkeySeed> seed;
  const NkeyFault fault = decode_nkey_seed({exact.data(), exact.size()}, seed);
  EXPECT_EQ(seed.has_value(), fault == NkeyFault::kNone);
  return fault;
}

TEST(Nkey, ASeedGivesThePublicKeyThatTheNkeysLibraryGives) {
  std::optional<NkeySeed> seed;
  ASSERT_EQ(decode_nkey_seed(kSeed, seed), NkeyFault::kNone);
  EXPECT_EQ(seed->prefix, NkeyPrefix::kUser);
  EXPECT_EQ(encode_nkey(seed->prefix, seed->seed.public_key()), kPublic);
  EXPECT_EQ(encode_nkey_seed(seed->prefix, seed->seed).view(), kSeed);
}

TEST(Nkey, EveryRoleIsReadAsItWasWritten) {
  for (const NkeyPrefix prefix : kPrefixes) {
    const Ed25519Seed made = Ed25519Seed::random();
    Nkey nkey;
    ASSERT_EQ(decode_nkey(encode_nkey(prefix, made.public_key()), nkey), NkeyFault::kNone);
    EXPECT_EQ(nkey.prefix, prefix);
    EXPECT_EQ(nkey.key, made.public_key());
    std::optional<NkeySeed> seed;
    ASSERT_EQ(decode_nkey_seed(encode_nkey_seed(prefix, made).view(), seed), NkeyFault::kNone);
    EXPECT_EQ(seed->prefix, prefix);
    EXPECT_EQ(seed->seed.bytes(), made.bytes());
  }
}

TEST(Nkey, EveryOtherLengthIsRefused) {
  const std::string longer = std::string(kPublic) + std::string(kPublic);
  const std::string longer_seed = std::string(kSeed) + std::string(kSeed);
  for (size_t length = 0; length <= longer.size(); ++length) {
    EXPECT_EQ(decoded(longer.substr(0, length)),
              length == kNkeyTextBytes ? NkeyFault::kNone : NkeyFault::kWrongLength);
  }
  for (size_t length = 0; length <= longer_seed.size(); ++length) {
    EXPECT_EQ(decoded_seed(longer_seed.substr(0, length)),
              length == kNkeySeedTextBytes ? NkeyFault::kNone
              : length == kNkeyTextBytes   ? NkeyFault::kNotASeed
                                           : NkeyFault::kWrongLength);
  }
  EXPECT_EQ(decoded(std::string(1 << 20, 'U')), NkeyFault::kWrongLength);
}

TEST(Nkey, EveryOtherLetterAtEveryPlaceIsRefused) {
  for (size_t i = 0; i < kPublic.size(); ++i) {
    for (int letter = 0; letter < 256; ++letter) {
      std::string text(kPublic);
      if (text[i] == static_cast<char>(letter)) continue;
      text[i] = static_cast<char>(letter);
      EXPECT_NE(decoded(text), NkeyFault::kNone) << text;
    }
  }
  for (size_t i = 0; i < kSeed.size(); ++i) {
    for (int letter = 0; letter < 256; ++letter) {
      std::string text(kSeed);
      if (text[i] == static_cast<char>(letter)) continue;
      text[i] = static_cast<char>(letter);
      EXPECT_NE(decoded_seed(text), NkeyFault::kNone) << text;
    }
  }
}

TEST(Nkey, SaysWhatIsWrong) {
  std::string text(kPublic);
  text[20] = '1';
  EXPECT_EQ(decoded(text), NkeyFault::kBadLetter);
  text[20] = 'A';
  EXPECT_EQ(decoded(text), NkeyFault::kBadChecksum);
  EXPECT_EQ(decoded(encode_nkey(static_cast<NkeyPrefix>(1 << 3), {})), NkeyFault::kUnknownPrefix);
  EXPECT_EQ(decoded_seed(kPublic), NkeyFault::kNotASeed);
  EXPECT_EQ(
      decoded_seed(encode_nkey_seed(static_cast<NkeyPrefix>(1 << 3), Ed25519Seed::random()).view()),
      NkeyFault::kUnknownPrefix);
  EXPECT_EQ(nkey_fault_text(NkeyFault::kBadChecksum), "nkey has a wrong checksum");
}

TEST(Nkey, OnlyTheHolderSignsANonce) {
  std::optional<NkeySeed> seed;
  ASSERT_EQ(decode_nkey_seed(kSeed, seed), NkeyFault::kNone);
  Nkey nkey;
  ASSERT_EQ(decode_nkey(kPublic, nkey), NkeyFault::kNone);
  const std::string signature = seed->seed.sign("PXoWU7zWAMt75FY");
  std::string url;
  append_base64url(url, signature);
  EXPECT_TRUE(nkey_verify(nkey, "PXoWU7zWAMt75FY", signature));
  EXPECT_TRUE(nkey_verify_nonce(nkey, "PXoWU7zWAMt75FY", url));
  EXPECT_TRUE(nkey_verify_nonce(nkey, "PXoWU7zWAMt75FY", base64(signature)));
  EXPECT_FALSE(nkey_verify_nonce(nkey, "PXoWU7zWAMt75FZ", url));
  EXPECT_FALSE(nkey_verify_nonce(nkey, "PXoWU7zWAMt75FY", ""));
  nkey.prefix = NkeyPrefix::kCurve;
  EXPECT_FALSE(nkey_verify_nonce(nkey, "PXoWU7zWAMt75FY", url));
  EXPECT_FALSE(nkey_verify(nkey, "PXoWU7zWAMt75FY", signature));
}

}  // namespace
}  // namespace antiphon
