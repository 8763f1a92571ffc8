#include "protocol/choria/token_trust.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "protocol/bytes/base64.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_chain.h"
#include "tests/unit/protocol/choria/certificate_vectors.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon::choria {
namespace {

constexpr int64_t kNow = vectors::kTokensIssuedAt + 10;
constexpr int64_t kChainNow = vectors::kChainedIssuedAt + 10;
constexpr int64_t kIssuerEnd = kChainNow + 100;

Ed25519Seed seed_of(char byte) {
  return *Ed25519Seed::from_bytes(std::string(32, byte));
}
TokenSigningKey key_of(char byte) {
  return TokenSigningKey(seed_of(byte));
}

TokenTrust issuers() {
  TokenIssuers issuers;
  issuers["choria"] = seed_of(vectors::kOrganizationSeedByte).public_key();
  issuers["other"] = seed_of(9).public_key();
  return TokenTrust(std::move(issuers));
}
std::vector<TokenPublicKey> keys_of(std::initializer_list<std::string_view> texts) {
  std::vector<TokenPublicKey> keys;
  for (const std::string_view text : texts) {
    auto key = TokenPublicKey::from_text(text);
    EXPECT_TRUE(key.ok()) << key.status();
    keys.push_back(std::move(*key));
  }
  return keys;
}
TokenTrust client_signers(std::initializer_list<std::string_view> texts) {
  return TokenTrust(TokenSigners{keys_of(texts), {}, {}});
}

TokenFault client_fault(const TokenTrust& trust, std::string_view token, int64_t now = kNow) {
  ClientClaims claims;
  return trust.verify_client(token, now, claims);
}
TokenFault server_fault(const TokenTrust& trust, std::string_view token, int64_t now = kNow) {
  ServerClaims claims;
  return trust.verify_server(token, now, claims);
}
TokenFault provisioning_fault(const TokenTrust& trust, std::string_view token, int64_t now = kNow) {
  ProvisioningClaims claims;
  return trust.verify_provisioning(token, now, claims);
}

ClientClaims client_claims() {
  ClientClaims claims;
  EXPECT_FALSE(parse_client_claims(vectors::kClientTokenClaims, claims));
  return claims;
}
ServerClaims server_claims() {
  ServerClaims claims;
  EXPECT_FALSE(parse_server_claims(vectors::kServerTokenClaims, claims));
  return claims;
}
std::string signed_by(const TokenSigningKey& key, const ClientClaims& claims) {
  std::string json;
  write_client_claims(claims, json);
  return make_token(json, key).value_or("");
}
std::string signed_by(const TokenSigningKey& key, const ServerClaims& claims) {
  std::string json;
  write_server_claims(claims, json);
  return make_token(json, key).value_or("");
}
std::string signed_by(const TokenSigningKey& key, const ProvisioningClaims& claims) {
  std::string json;
  write_provisioning_claims(claims, json);
  return make_token(json, key).value_or("");
}

StandardClaims chain_issuer() {
  StandardClaims claims;
  claims.id = vectors::kIssuerId;
  claims.public_key = vectors::kIssuerKey;
  claims.expires_at = kIssuerEnd;
  EXPECT_TRUE(appoint_chain_issuer(seed_of(vectors::kOrganizationSeedByte), claims).ok());
  return claims;
}
void chain(StandardClaims& claims) {
  claims.id = vectors::kChainedId;
  claims.issued_at = vectors::kChainedIssuedAt;
  claims.not_before = vectors::kChainedIssuedAt;
  EXPECT_TRUE(chain_to_issuer(chain_issuer(), seed_of(vectors::kIssuerSeedByte), claims).ok());
}
ClientClaims chained_client() {
  ClientClaims claims = client_claims();
  chain(claims.standard);
  return claims;
}

class TokenTrusted : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(ERR_peek_error(), 0u) << "errors left for TLS to trip over";
  }
};

TEST_F(TokenTrusted, TokensOfTheReferenceAreAcceptedUnderTheirIssuer) {
  const TokenTrust trust = issuers();
  ClientClaims client;
  EXPECT_EQ(trust.verify_client(vectors::kClientToken, kNow, client), TokenFault::kNone);
  EXPECT_EQ(client, client_claims());
  ServerClaims server;
  EXPECT_EQ(trust.verify_server(vectors::kServerToken, kNow, server), TokenFault::kNone);
  EXPECT_EQ(server.identity, "n1.example.net");
  ProvisioningClaims provisioning;
  EXPECT_EQ(trust.verify_provisioning(vectors::kProvisioningToken, kNow, provisioning),
            TokenFault::kNone);
  EXPECT_EQ(provisioning.token, "s3cret");
  EXPECT_EQ(client_fault(trust, vectors::kChainIssuerToken), TokenFault::kNone);
}

TEST_F(TokenTrusted, ProvisioningWithoutAnOrganizationIsUnderNoIssuer) {
  ProvisioningClaims claims;
  ASSERT_FALSE(parse_provisioning_claims(vectors::kProvisioningTokenClaims, claims));
  claims.organization.clear();
  const std::string token = signed_by(key_of(vectors::kOrganizationSeedByte), claims);
  EXPECT_EQ(provisioning_fault(issuers(), token), TokenFault::kNoOrganization);
  const TokenTrust signers(TokenSigners{{}, {}, keys_of({vectors::kOrganizationKey})});
  ProvisioningClaims got;
  EXPECT_EQ(signers.verify_provisioning(token, kNow, got), TokenFault::kNone);
  EXPECT_EQ(got.organization, kDefaultOrganization);
}

TEST_F(TokenTrusted, ProvisioningWithHalfAChainIsRefused) {
  ProvisioningClaims claims;
  ASSERT_FALSE(parse_provisioning_claims(vectors::kProvisioningTokenClaims, claims));
  const TokenSigningKey organization = key_of(vectors::kOrganizationSeedByte);
  claims.standard.chain_signature = chain_issuer().chain_signature;
  claims.standard.issuer = chain_issuer().issuer;
  EXPECT_EQ(provisioning_fault(issuers(), signed_by(organization, claims)), TokenFault::kNotChained);
  claims.standard.issuer = "C-x.y";
  EXPECT_EQ(provisioning_fault(issuers(), signed_by(organization, claims)),
            TokenFault::kChainIncomplete);
  claims.standard.issuer_expires_at = kNow + 1;
  EXPECT_EQ(provisioning_fault(issuers(), signed_by(organization, claims)), TokenFault::kNone);
}

TEST_F(TokenTrusted, NobodyIsTrustedByDefault) {
  const TokenTrust nobody;
  EXPECT_FALSE(nobody.is_somebody());
  EXPECT_EQ(client_fault(nobody, vectors::kClientToken), TokenFault::kNoTrustedKey);
  EXPECT_EQ(server_fault(nobody, vectors::kServerToken), TokenFault::kNoTrustedKey);
  EXPECT_EQ(provisioning_fault(nobody, vectors::kProvisioningToken), TokenFault::kNoTrustedKey);
  const TokenTrust clients_only = client_signers({vectors::kOrganizationKey});
  EXPECT_EQ(client_fault(clients_only, vectors::kClientToken), TokenFault::kNone);
  EXPECT_EQ(server_fault(clients_only, vectors::kServerToken), TokenFault::kNoTrustedKey);
  EXPECT_EQ(provisioning_fault(clients_only, vectors::kProvisioningToken),
            TokenFault::kNoTrustedKey);
}

TEST_F(TokenTrusted, TheOrganizationOfTheTokenChoosesTheKey) {
  ClientClaims claims = client_claims();
  const TokenSigningKey organization = key_of(vectors::kOrganizationSeedByte);
  claims.organization = "other";
  EXPECT_EQ(client_fault(issuers(), signed_by(organization, claims)), TokenFault::kBadSignature);
  EXPECT_EQ(client_fault(issuers(), signed_by(key_of(9), claims)), TokenFault::kNone);
  claims.organization = "nobody";
  EXPECT_EQ(client_fault(issuers(), signed_by(organization, claims)),
            TokenFault::kUnknownOrganization);
  claims.organization = "";
  EXPECT_EQ(client_fault(issuers(), signed_by(organization, claims)), TokenFault::kNoOrganization);
}

TEST_F(TokenTrusted, OneKindIsNeverTakenForAnother) {
  const TokenTrust trust = issuers();
  EXPECT_EQ(client_fault(trust, vectors::kServerToken), TokenFault::kNotAClientToken);
  EXPECT_EQ(client_fault(trust, vectors::kProvisioningToken), TokenFault::kNotAClientToken);
  EXPECT_EQ(server_fault(trust, vectors::kClientToken), TokenFault::kNotAServerToken);
  EXPECT_EQ(server_fault(trust, vectors::kProvisioningToken), TokenFault::kNotAServerToken);
  EXPECT_EQ(provisioning_fault(trust, vectors::kClientToken), TokenFault::kNotAProvisioningToken);
  EXPECT_EQ(provisioning_fault(trust, vectors::kServerToken), TokenFault::kNotAProvisioningToken);
  EXPECT_EQ(unverified_purpose(vectors::kClientToken), TokenPurpose::kClient);
  EXPECT_EQ(unverified_purpose(vectors::kServerToken), TokenPurpose::kServer);
  EXPECT_EQ(unverified_purpose(vectors::kProvisioningToken), TokenPurpose::kProvisioning);
  EXPECT_EQ(unverified_purpose("x"), TokenPurpose::kUnknown);
}

TEST_F(TokenTrusted, TimesHaveNoLeeway) {
  const TokenTrust trust = issuers();
  const auto at = [&](int64_t now) { return client_fault(trust, vectors::kClientToken, now); };
  EXPECT_EQ(at(vectors::kTokensIssuedAt - 1), TokenFault::kNotYetValid);
  EXPECT_EQ(at(vectors::kTokensIssuedAt), TokenFault::kNone);
  EXPECT_EQ(at(vectors::kTokensExpireAt - 1), TokenFault::kNone);
  EXPECT_EQ(at(vectors::kTokensExpireAt), TokenFault::kExpired);
  const TokenSigningKey organization = key_of(vectors::kOrganizationSeedByte);
  ClientClaims claims = client_claims();
  claims.standard.not_before.reset();
  EXPECT_EQ(client_fault(trust, signed_by(organization, claims), vectors::kTokensIssuedAt - 1),
            TokenFault::kIssuedInTheFuture);
  claims.standard.expires_at.reset();
  EXPECT_EQ(client_fault(trust, signed_by(organization, claims)), TokenFault::kNone);
  claims.standard.issuer_expires_at = kNow;
  EXPECT_EQ(client_fault(trust, signed_by(organization, claims)), TokenFault::kIssuerExpired);
  claims.standard.issuer_expires_at = kNow + 1;
  EXPECT_EQ(client_fault(trust, signed_by(organization, claims)), TokenFault::kNone);
}

TEST_F(TokenTrusted, EveryChangedLetterIsRefused) {
  const TokenTrust trust = issuers();
  for (size_t i = 0; i < vectors::kServerToken.size(); ++i) {
    std::string text(vectors::kServerToken);
    text[i] = text[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(server_fault(trust, text), TokenFault::kNone) << i;
  }
}

TEST_F(TokenTrusted, WhoHoldsATokenMustBeNamed) {
  const TokenTrust trust = issuers();
  const TokenSigningKey organization = key_of(vectors::kOrganizationSeedByte);
  ClientClaims client = client_claims();
  client.caller_id = "";
  EXPECT_EQ(client_fault(trust, signed_by(organization, client)), TokenFault::kNoCallerId);
  client = client_claims();
  client.standard.public_key = "";
  EXPECT_EQ(client_fault(trust, signed_by(organization, client)), TokenFault::kNoPublicKey);
  client.standard.public_key = "abcd";
  EXPECT_EQ(client_fault(trust, signed_by(organization, client)), TokenFault::kBadPublicKey);
  ServerClaims server = server_claims();
  server.identity = "";
  EXPECT_EQ(server_fault(trust, signed_by(organization, server)), TokenFault::kNoIdentity);
  server = server_claims();
  server.standard.public_key = "";
  EXPECT_EQ(server_fault(trust, signed_by(organization, server)), TokenFault::kNoPublicKey);
}

TEST_F(TokenTrusted, AChainIssuerSignsForOthers) {
  const TokenSigningKey issuer = key_of(vectors::kIssuerSeedByte);
  const ClientClaims client = chained_client();
  EXPECT_EQ(client_fault(issuers(), signed_by(issuer, client), kChainNow), TokenFault::kNone);
  EXPECT_EQ(client_fault(client_signers({vectors::kOrganizationKey}), signed_by(issuer, client),
                         kChainNow),
            TokenFault::kNone);
  ServerClaims server = server_claims();
  chain(server.standard);
  EXPECT_EQ(server_fault(issuers(), signed_by(issuer, server), kChainNow), TokenFault::kNone);
  // Not even the organization's own signature replaces its chain issuer's.
  const TokenSigningKey organization = key_of(vectors::kOrganizationSeedByte);
  EXPECT_EQ(client_fault(issuers(), signed_by(organization, client), kChainNow),
            TokenFault::kBadSignature);
  EXPECT_EQ(client_fault(issuers(), signed_by(key_of(9), client), kChainNow),
            TokenFault::kBadSignature);
}

TEST_F(TokenTrusted, AChainEndsWithItsIssuer) {
  const TokenSigningKey issuer = key_of(vectors::kIssuerSeedByte);
  ClientClaims claims = chained_client();
  EXPECT_EQ(client_fault(issuers(), signed_by(issuer, claims), kIssuerEnd), TokenFault::kExpired);
  claims.standard.expires_at = kIssuerEnd + 1000;
  EXPECT_EQ(client_fault(issuers(), signed_by(issuer, claims), kIssuerEnd),
            TokenFault::kIssuerExpired);
  claims.standard.issuer_expires_at.reset();
  EXPECT_EQ(client_fault(issuers(), signed_by(issuer, claims), kChainNow),
            TokenFault::kChainIncomplete);
}

TEST_F(TokenTrusted, AStrangerWhoAppointsHimselfIsRefused) {
  const Ed25519Seed stranger = seed_of(7);
  StandardClaims issuer = chain_issuer();
  issuer.public_key = ed25519_to_hex(stranger.public_key());
  ASSERT_TRUE(appoint_chain_issuer(stranger, issuer).ok());
  ClientClaims claims = client_claims();
  claims.standard.id = vectors::kChainedId;
  claims.standard.issued_at = claims.standard.not_before = vectors::kChainedIssuedAt;
  ASSERT_TRUE(chain_to_issuer(issuer, stranger, claims.standard).ok());
  const std::string token = signed_by(TokenSigningKey(seed_of(7)), claims);
  EXPECT_EQ(client_fault(issuers(), token, kChainNow), TokenFault::kChainNotFromOrganization);
  EXPECT_EQ(client_fault(client_signers({vectors::kOrganizationKey}), token, kChainNow),
            TokenFault::kChainNotFromOrganization);
}

TEST_F(TokenTrusted, AServerWithHalfAChainIsRefused) {
  ServerClaims claims = server_claims();
  claims.standard.chain_signature = vectors::kIssuerTcs;
  const TokenSigningKey organization = key_of(vectors::kOrganizationSeedByte);
  EXPECT_EQ(server_fault(issuers(), signed_by(organization, claims)), TokenFault::kNotChained);
}

TEST_F(TokenTrusted, SignersAreTriedInOrder) {
  const std::string_view other = vectors::kUserKey;
  EXPECT_EQ(client_fault(client_signers({other, vectors::kOrganizationKey}), vectors::kClientToken),
            TokenFault::kNone);
  EXPECT_EQ(client_fault(client_signers({vectors::kAliceCertificate, vectors::kOrganizationKey}),
                         vectors::kClientToken),
            TokenFault::kNone);
  EXPECT_EQ(client_fault(client_signers({other}), vectors::kClientToken),
            TokenFault::kBadSignature);
  EXPECT_EQ(client_fault(client_signers({other, vectors::kIssuerKey}), vectors::kClientToken),
            TokenFault::kNoSignerMatches);
  EXPECT_EQ(client_fault(client_signers({vectors::kOrganizationKey, other}), vectors::kClientToken,
                         vectors::kTokensExpireAt),
            TokenFault::kExpired);
}

TEST_F(TokenTrusted, RsaSignersCheckTheirOwnFamilyOnly) {
  const auto key = TokenSigningKey::from_text(vectors::kAliceKey);
  ASSERT_TRUE(key.ok());
  const std::string token = signed_by(*key, client_claims());
  const TokenTrust trust = client_signers({vectors::kAliceCertificate});
  EXPECT_EQ(client_fault(trust, token), TokenFault::kNone);
  EXPECT_EQ(client_fault(trust, vectors::kClientToken), TokenFault::kWrongKeyFamily);
  EXPECT_EQ(client_fault(client_signers({vectors::kOrganizationKey}), token),
            TokenFault::kWrongKeyFamily);
  EXPECT_EQ(client_fault(client_signers({vectors::kBobCertificate}), token),
            TokenFault::kBadSignature);
  EXPECT_EQ(client_fault(trust, signed_by(*key, chained_client()), kChainNow),
            TokenFault::kChainNeedsEd25519);
  EXPECT_EQ(client_fault(issuers(), token), TokenFault::kWrongKeyFamily);
}

TEST_F(TokenTrusted, APublicKeyIsNoSharedSecret) {
  // The classic confusion: a token "signed" with HMAC keyed by the public certificate.
  std::string token;
  append_base64url(token, R"({"alg":"HS256","typ":"JWT"})");
  token += '.';
  append_base64url(token, vectors::kClientTokenClaims);
  token += ".AAAA";
  EXPECT_EQ(client_fault(client_signers({vectors::kAliceCertificate}), token),
            TokenFault::kUnsupportedAlgorithm);
}

TEST_F(TokenTrusted, OnlyTheHolderSignsTheNonce) {
  const StandardClaims claims = client_claims().standard;
  std::string sig;
  append_base64url(sig, seed_of(vectors::kUserSeedByte).sign("nonce"));
  EXPECT_EQ(verify_holder(claims, "nonce", sig), TokenFault::kNone);
  EXPECT_EQ(verify_holder(claims, "other", sig), TokenFault::kBadNonceSignature);
  EXPECT_EQ(verify_holder(claims, "nonce", ""), TokenFault::kBadNonceSignature);
  std::string strangers;
  append_base64url(strangers, seed_of(9).sign("nonce"));
  EXPECT_EQ(verify_holder(claims, "nonce", strangers), TokenFault::kBadNonceSignature);
  std::string of_nothing;
  append_base64url(of_nothing, seed_of(vectors::kUserSeedByte).sign(""));
  EXPECT_EQ(verify_holder(claims, "", of_nothing), TokenFault::kBadNonceSignature);
  StandardClaims nobody;
  EXPECT_EQ(verify_holder(nobody, "nonce", sig), TokenFault::kNoPublicKey);
  nobody.public_key = "ff";
  EXPECT_EQ(verify_holder(nobody, "nonce", sig), TokenFault::kBadPublicKey);
}

TEST_F(TokenTrusted, EveryFaultHasItsOwnText) {
  std::vector<std::string_view> texts;
  for (int i = 0; i <= static_cast<int>(TokenFault::kBadNonceSignature); ++i) {
    texts.push_back(token_fault_text(static_cast<TokenFault>(i)));
    EXPECT_NE(texts.back(), "unknown fault") << i;
  }
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(std::adjacent_find(texts.begin(), texts.end()), texts.end());
}

}  // namespace
}  // namespace antiphon::choria
