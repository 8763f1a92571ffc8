#include "protocol/choria/token.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "protocol/bytes/base64.h"
#include "protocol/choria/limits.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon::choria {
namespace {

std::string url(std::string_view text) {
  std::string out;
  append_base64url(out, text);
  return out;
}
TokenFault fault_of(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  Token token;
  return parse_token({exact.data(), exact.size()}, token);
}
TokenFault fault_of_header(std::string_view header) {
  return fault_of(url(header) + "." + url("{}") + "." + url("s"));
}

TEST(Token, IsReadAsTheStandardsExampleDemands) {  // RFC 8037, appendix A.4
  constexpr std::string_view kText =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-"
      "09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
  Token token;
  ASSERT_EQ(parse_token(kText, token), TokenFault::kNone);
  EXPECT_EQ(token.algorithm, TokenAlgorithm::kEdDsa);
  EXPECT_EQ(token.claims, "Example of Ed25519 signing");
  const auto key =
      TokenPublicKey::from_text("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  ASSERT_TRUE(key.ok());
  EXPECT_TRUE(key->verify(token.algorithm, token.signed_text, token.signature));
}

TEST(Token, OfTheReferenceIsReadAndMadeAgainByteForByte) {
  const auto seed = Ed25519Seed::from_bytes(std::string(32, vectors::kOrganizationSeedByte));
  const TokenSigningKey key(Ed25519Seed::from_bytes(seed->bytes()).value());
  for (const std::string_view text : {vectors::kClientToken, vectors::kServerToken,
                                      vectors::kProvisioningToken, vectors::kChainIssuerToken}) {
    Token token;
    ASSERT_EQ(parse_token(text, token), TokenFault::kNone);
    const auto made = make_token(token.claims, key);
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(*made, text);
  }
}

TEST(Token, OnlyFourAlgorithmsExist) {
  for (const std::string name : {"EdDSA", "RS256", "RS384", "RS512"}) {
    EXPECT_EQ(fault_of_header(absl::StrCat("{\"alg\":\"", name, "\"}")), TokenFault::kNone) << name;
  }
  for (const std::string name :
       {"none", "None", "NONE", "nOnE", "", "HS256", "HS512", "ES256", "PS256", "eddsa", "EDDSA",
        "rs256", "RS1", "ed25519-nkey", "EdDSA "}) {
    EXPECT_EQ(fault_of_header(absl::StrCat("{\"alg\":\"", name, "\"}")),
              TokenFault::kUnsupportedAlgorithm)
        << name;
  }
}

TEST(Token, HeadersThatAreAnythingButPlainAreRefused) {
  for (const std::string_view header :
       {"", "{}", "[]", "null", "{\"alg\":1}", "{\"alg\":null}", "{\"typ\":\"JWT\"}",
        "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\"}", "{\"alg\":\"none\",\"alg\":\"EdDSA\"}",
        "{\"Alg\":\"EdDSA\"}", "{\"alg\":\"EdDSA\",\"ALG\":\"none\"}", "{\"alg\":\"EdDSA\"",
        "{\"alg\":\"EdDSA\"}x", "{\"alg\":\"EdDSA\",\"typ\":\"JWE\"}",
        "{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"b64\":false}", "{\"alg\":\"EdDSA\",\"b64\":false}",
        "{\"alg\":\"EdDSA\",\"crit\":[]}"}) {
    EXPECT_EQ(fault_of_header(header), TokenFault::kBadHeader) << header;
  }
  EXPECT_EQ(fault_of_header("{\"alg\":\"EdDSA\",\"typ\":\"jwt\",\"kid\":\"x\"}"),
            TokenFault::kNone);
}

TEST(Token, EveryTruncationIsRefusedOrAnotherToken) {
  const std::string_view text = vectors::kServerToken;
  const size_t second_dot = text.rfind('.');
  for (size_t length = 0; length < text.size(); ++length) {
    const TokenFault fault = fault_of(text.substr(0, length));
    if (length <= second_dot) {
      EXPECT_EQ(fault, TokenFault::kNotCompact) << length;
    }
  }
}

TEST(Token, ThereIsOneTextForOneToken) {
  const std::string good = url("{\"alg\":\"EdDSA\"}") + "." + url("{}") + "." + url("s");
  ASSERT_EQ(fault_of(good), TokenFault::kNone);
  for (const std::string& text :
       {good + "\n", absl::StrCat("\n", good), good + "=", good + "==", good + " ",
        url("{\"alg\":\"EdDSA\"}") + ".\n" + url("{}") + "." + url("s"),
        url("{\"alg\":\"EdDSA\"}") + "." + url("{}") + ".cx",  // stray bits
        url("{\"alg\":\"EdDSA\"}") + "." + url("{}") + ".+/+/"}) {
    EXPECT_EQ(fault_of(text), TokenFault::kBadBase64) << text;
  }
  EXPECT_EQ(fault_of(good + "."), TokenFault::kNotCompact);
  EXPECT_EQ(fault_of(good + ".x.y"), TokenFault::kNotCompact);
  EXPECT_EQ(fault_of(".."), TokenFault::kBadHeader);
}

TEST(Token, HasABound) {
  const std::string head = url("{\"alg\":\"EdDSA\"}") + ".";
  const size_t left = kTokenBytesMax - head.size() - 1;
  EXPECT_EQ(fault_of(head + std::string(left / 4 * 4, 'A') + "."), TokenFault::kNone);
  EXPECT_EQ(fault_of(head + std::string(kTokenBytesMax, 'A') + "."), TokenFault::kTooLarge);
  const TokenSigningKey key(Ed25519Seed::random());
  EXPECT_FALSE(make_token(std::string(kTokenBytesMax, 'x'), key).ok());
}

}  // namespace
}  // namespace antiphon::choria
