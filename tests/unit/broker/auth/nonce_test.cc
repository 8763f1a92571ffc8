#include "broker/auth/nonce.h"

#include <gtest/gtest.h>

#include <set>

namespace antiphon {
namespace {

NonceSource::Secret secret_of(uint8_t byte) {
  NonceSource::Secret secret;
  secret.fill(byte);
  return secret;
}

TEST(Nonce, IsElevenBytesInUrlBase64) {
  const std::string nonce = NonceSource(secret_of(1)).nonce_of(ClientId{1});
  EXPECT_EQ(nonce.size(), kNonceTextBytes);
  EXPECT_EQ(nonce.find_first_not_of(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            nonce.npos);
}

TEST(Nonce, DiffersForEachConnectionAndStaysTheSameForIt) {
  const NonceSource source(secret_of(1));
  std::set<std::string> seen;
  for (uint64_t id = 1; id <= 10'000; ++id) {
    EXPECT_TRUE(seen.insert(source.nonce_of(ClientId{id})).second) << id;
  }
  EXPECT_EQ(source.nonce_of(ClientId{77}), source.nonce_of(ClientId{77}));
  EXPECT_NE(source.nonce_of(ClientId{1}), source.nonce_of(ClientId{uint64_t{1} << 56}));
}

TEST(Nonce, CannotBeForeseenWithoutTheSecret) {
  EXPECT_NE(NonceSource(secret_of(1)).nonce_of(ClientId{1}),
            NonceSource(secret_of(2)).nonce_of(ClientId{1}));
  const std::string ours = NonceSource::of_this_process().nonce_of(ClientId{1});
  EXPECT_NE(ours, NonceSource(secret_of(0)).nonce_of(ClientId{1}));
  EXPECT_EQ(ours, NonceSource::of_this_process().nonce_of(ClientId{1}));
}

}  // namespace
}  // namespace antiphon
