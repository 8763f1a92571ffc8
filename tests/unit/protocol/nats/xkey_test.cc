#include "protocol/nats/xkey.h"

#include <gtest/gtest.h>

#include "protocol/bytes/base64.h"

namespace antiphon {
namespace {

XkeySeed seed_of(char byte) { return *XkeySeed::from_bytes(std::string(kXkeyBytes, byte)); }

// Made by another implementation: the seeds are 32 times 1 and 32 times 2, the nonce is 24 times 9.
constexpr char kPublicOfOne[] = "XCSOBEUSWZI4E6FZO4WFNH27VG5RHWIGWRVLNDE57HOCWRAJ7CRATSUK";
constexpr char kPublicOfTwo[] = "XDHI2OWRZS3DH3D3ODAXQFFFY5XM2AUWQUCQ2NCHIW5ALBYOLB6VSWAL";
constexpr char kSealedByOneForTwo[] =
    "eGt2MQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCZL8Fhu9jFTGRx+dMZX+l4NkaKT/uhA++EmtcxOuSg1ZK5tp";

TEST(Xkey, PublicKeysAreThoseOfNkeys) {
  EXPECT_EQ(encode_xkey(seed_of(1).public_key()), kPublicOfOne);
  EXPECT_EQ(encode_xkey(seed_of(2).public_key()), kPublicOfTwo);
  EXPECT_EQ(decode_xkey(kPublicOfOne), seed_of(1).public_key());
}

TEST(Xkey, OpensWhatAnotherImplementationSealed) {
  const auto text = seed_of(2).open(*decode_base64(kSealedByOneForTwo), seed_of(1).public_key());
  EXPECT_EQ(text, "hello, sealed world");
  // A box between two keys opens from both ends.
  EXPECT_EQ(seed_of(1).open(*decode_base64(kSealedByOneForTwo), seed_of(2).public_key()), text);
}

TEST(Xkey, WhatIsSealedOpensForTheRecipientAlone) {
  const XkeySeed one = XkeySeed::random();
  const XkeySeed two = XkeySeed::random();
  const XkeySeed three = XkeySeed::random();
  for (const std::string& text : {std::string(), std::string("a"), std::string(100'000, 'x')}) {
    const auto sealed = one.seal(text, two.public_key());
    ASSERT_TRUE(sealed);
    EXPECT_EQ(sealed->size(), text.size() + 4 + 24 + 16);
    EXPECT_EQ(two.open(*sealed, one.public_key()), text);
    EXPECT_EQ(three.open(*sealed, one.public_key()), std::nullopt);
    EXPECT_EQ(two.open(*sealed, three.public_key()), std::nullopt);
    EXPECT_NE(*sealed, *one.seal(text, two.public_key())) << "never twice the same";
  }
}

TEST(Xkey, AnythingChangedOrCutDoesNotOpen) {
  const XkeySeed one = XkeySeed::random();
  const XkeySeed two = XkeySeed::random();
  const std::string sealed = *one.seal("text", two.public_key());
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(two.open(changed, one.public_key()), std::nullopt) << i;
    EXPECT_EQ(two.open(sealed.substr(0, i), one.public_key()), std::nullopt) << i;
  }
}

TEST(Xkey, KeysWithWhichEverybodyCouldOpenSealNothing) {
  const XkeySeed one = XkeySeed::random();
  XkeyPublic zero{};
  EXPECT_EQ(one.seal("text", zero), std::nullopt);
  EXPECT_EQ(one.open(std::string("xkv1") + std::string(60, 'x'), zero), std::nullopt);
  XkeyPublic small{};
  small[0] = 1;
  EXPECT_EQ(one.seal("text", small), std::nullopt);
}

TEST(Xkey, OtherKeysAreNone) {
  EXPECT_EQ(decode_xkey(""), std::nullopt);
  EXPECT_EQ(decode_xkey("ABJHLOVMPA4CI6R5KLNGOB4GSLNIY7IOUPAJC4YFNDLQVIOBYQGUWVLA"), std::nullopt);
  EXPECT_EQ(XkeySeed::from_bytes("short"), std::nullopt);
  XkeySeed moved = seed_of(1);
  const XkeySeed kept = std::move(moved);
  EXPECT_EQ(encode_xkey(kept.public_key()), kPublicOfOne);
}

}  // namespace
}  // namespace antiphon
