#include "protocol/choria/token_chain.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "protocol/choria/ksuid.h"
#include "protocol/choria/token_key.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon::choria {
namespace {

constexpr int64_t kEnd = 1'750'003'600;

Ed25519Seed seed_of(char byte) {
  return *Ed25519Seed::from_bytes(std::string(32, byte));
}
Ed25519PublicKey key_of(char byte) {
  return seed_of(byte).public_key();
}
const Ed25519PublicKey kOrganization = key_of(vectors::kOrganizationSeedByte);

StandardClaims issuer_claims() {
  StandardClaims claims;
  claims.purpose = kClientPurpose;
  claims.id = vectors::kIssuerId;
  claims.public_key = vectors::kIssuerKey;
  claims.issued_at = vectors::kIssuerIssuedAt;
  claims.expires_at = kEnd;
  EXPECT_TRUE(appoint_chain_issuer(seed_of(vectors::kOrganizationSeedByte), claims).ok());
  return claims;
}
StandardClaims own_claims() {
  StandardClaims claims;
  claims.purpose = kClientPurpose;
  claims.id = vectors::kChainedId;
  claims.public_key = vectors::kUserKey;
  claims.issued_at = vectors::kChainedIssuedAt;
  claims.expires_at = kEnd + 1;
  return claims;
}
StandardClaims chained_claims() {
  StandardClaims claims = own_claims();
  EXPECT_TRUE(chain_to_issuer(issuer_claims(), seed_of(vectors::kIssuerSeedByte), claims).ok());
  return claims;
}
TokenFault fault_of(const StandardClaims& claims) {
  Ed25519PublicKey signer{};
  return verify_chain(claims, kOrganization, signer);
}

TEST(TokenChain, IsMadeByteForByteAsTheReferenceMakesIt) {
  EXPECT_EQ(issuer_claims().chain_signature, vectors::kIssuerTcs);
  EXPECT_EQ(issuer_claims().issuer, absl::StrCat("I-", std::string(vectors::kOrganizationKey)));
  const StandardClaims chained = chained_claims();
  EXPECT_EQ(chained.chain_signature, vectors::kChainedTcs);
  EXPECT_EQ(chained.issuer, vectors::kChainedIssuer);
  EXPECT_EQ(chained.issuer_expires_at, kEnd);
  EXPECT_EQ(chained.expires_at, kEnd);  // brought forward
}

TEST(TokenChain, LeadsToTheIssuersKey) {
  Ed25519PublicKey signer{};
  ASSERT_EQ(verify_chain(chained_claims(), kOrganization, signer), TokenFault::kNone);
  EXPECT_EQ(ed25519_to_hex(signer), vectors::kIssuerKey);
  EXPECT_TRUE(is_chained(chained_claims()));
  EXPECT_FALSE(is_chained(issuer_claims()));
  EXPECT_TRUE(is_chain_issuer(issuer_claims(), kOrganization));
  EXPECT_FALSE(is_chain_issuer(issuer_claims(), key_of(9)));
  EXPECT_FALSE(is_chain_issuer(chained_claims(), kOrganization));
}

TEST(TokenChain, NobodyCanAppointHimself) {
  // All is right but the first half: it is a stranger's signature, as only his own key made it.
  const Ed25519Seed stranger = seed_of(9);
  StandardClaims issuer = issuer_claims();
  issuer.public_key = ed25519_to_hex(stranger.public_key());
  ASSERT_TRUE(appoint_chain_issuer(stranger, issuer).ok());
  StandardClaims claims = own_claims();
  ASSERT_TRUE(chain_to_issuer(issuer, stranger, claims).ok());
  EXPECT_EQ(fault_of(claims), TokenFault::kChainNotFromOrganization);
  // Nor does a real appointment of another key help.
  issuer.chain_signature = vectors::kIssuerTcs;
  issuer.id = vectors::kIssuerId;
  claims = own_claims();
  ASSERT_TRUE(chain_to_issuer(issuer, stranger, claims).ok());
  EXPECT_EQ(fault_of(claims), TokenFault::kChainNotFromOrganization);
}

TEST(TokenChain, AChainForOneTokenDoesNotServeAnother) {
  StandardClaims claims = chained_claims();
  claims.id = *make_ksuid(vectors::kChainedIssuedAt, "0123456789abcdef");
  EXPECT_EQ(fault_of(claims), TokenFault::kChainNotFromIssuer);
}

TEST(TokenChain, EveryClaimItNeedsMustBeThere) {
  const auto without = [](auto drop) {
    StandardClaims claims = chained_claims();
    drop(claims);
    return fault_of(claims);
  };
  EXPECT_EQ(without([](auto& c) { c.public_key.clear(); }), TokenFault::kChainIncomplete);
  EXPECT_EQ(without([](auto& c) { c.chain_signature.clear(); }), TokenFault::kChainIncomplete);
  EXPECT_EQ(without([](auto& c) { c.id.clear(); }), TokenFault::kChainIncomplete);
  EXPECT_EQ(without([](auto& c) { c.issued_at.reset(); }), TokenFault::kChainIncomplete);
  EXPECT_EQ(without([](auto& c) { c.expires_at.reset(); }), TokenFault::kChainIncomplete);
  EXPECT_EQ(without([](auto& c) { c.issuer_expires_at.reset(); }), TokenFault::kChainIncomplete);
  EXPECT_EQ(without([](auto& c) { c.issuer.clear(); }), TokenFault::kNotChained);
  EXPECT_EQ(without([](auto& c) { c.id = "x"; }), TokenFault::kChainBadId);
  EXPECT_EQ(without([](auto& c) { c.issued_at = *c.issued_at + 1; }),
            TokenFault::kChainIdNotOfIssueTime);
}

TEST(TokenChain, MalformedIssuersAndSignaturesAreRefused) {
  StandardClaims claims = chained_claims();
  const std::string key(vectors::kIssuerKey);
  for (const std::string& issuer :
       {std::string("C-"), std::string("C-."), std::string("C-id."), absl::StrCat("C-.", key),
        absl::StrCat("C-id.", key, ".x"), absl::StrCat("C-id.", key.substr(1)),
        absl::StrCat("C-id.", key, "00"), absl::StrCat("C-id.x", key.substr(1)),
        absl::StrCat("C-", key)}) {
    claims.issuer = issuer;
    EXPECT_EQ(fault_of(claims), TokenFault::kChainBadIssuer) << issuer;
  }
  claims = chained_claims();
  for (const std::string& tcs : {std::string("."), std::string("a."), std::string(".a"),
                                 std::string("aa"), std::string("a.b"), std::string("aa.bb.cc"),
                                 std::string("xx.aa"), std::string(vectors::kChainedTcs) + ".aa"}) {
    claims.chain_signature = tcs;
    EXPECT_EQ(fault_of(claims), TokenFault::kChainBadSignatureText) << tcs;
  }
  claims.chain_signature = "aa.bb";
  EXPECT_EQ(fault_of(claims), TokenFault::kChainNotFromOrganization);
  claims.chain_signature = std::string(vectors::kIssuerTcs) + ".bb";
  EXPECT_EQ(fault_of(claims), TokenFault::kChainNotFromIssuer);
}

TEST(TokenChain, EveryChangedDigitBreaksIt) {
  for (size_t i = 0; i < vectors::kChainedTcs.size(); ++i) {
    StandardClaims claims = chained_claims();
    char& digit = claims.chain_signature[i];
    digit = digit == 'a' ? 'b' : 'a';
    EXPECT_NE(fault_of(claims), TokenFault::kNone) << i;
  }
  for (size_t i = 2; i < vectors::kChainedIssuer.size(); ++i) {
    StandardClaims claims = chained_claims();
    char& digit = claims.issuer[i];
    digit = digit == 'a' ? 'b' : 'a';
    EXPECT_NE(fault_of(claims), TokenFault::kNone) << i;
  }
}

TEST(TokenChain, OnlyAChainIssuerWithItsOwnSeedIssues) {
  StandardClaims claims = own_claims();
  const Ed25519Seed seed = seed_of(vectors::kIssuerSeedByte);
  EXPECT_FALSE(chain_to_issuer(issuer_claims(), seed_of(9), claims).ok());
  EXPECT_FALSE(chain_to_issuer(own_claims(), seed, claims).ok());
  StandardClaims issuer = issuer_claims();
  issuer.expires_at.reset();
  EXPECT_FALSE(chain_to_issuer(issuer, seed, claims).ok());
  claims.public_key.clear();
  EXPECT_FALSE(chain_to_issuer(issuer_claims(), seed, claims).ok());
  StandardClaims nameless;
  EXPECT_FALSE(appoint_chain_issuer(seed, nameless).ok());
  // One issuer between organization and token, no more.
  EXPECT_FALSE(chain_to_issuer(chained_claims(), seed_of(vectors::kUserSeedByte), claims).ok());
}

}  // namespace
}  // namespace antiphon::choria
