#include "protocol/nats/nkey.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace antiphon
