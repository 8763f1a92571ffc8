#include "federation/relay/side_login.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "protocol/choria/token.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_key.h"
#include "protocol/choria/token_trust.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kNow = 1'750'000'100;

Ed25519Seed seed(char letter) {
  return *Ed25519Seed::from_bytes(std::string(kEd25519KeyBytes, letter));
}

class SideLoginTest : public testing::Test {
 protected:
  ~SideLoginTest() override {
    for (const std::string& file : {files_.token, files_.seed}) std::remove(file.c_str());
  }

  static void write(const std::string& file, std::string_view text, mode_t mode) {
    std::ofstream(file) << text;
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
  }
  void write_token(char holder, int64_t expires_at, std::string_view purpose = choria::kClientPurpose) {
    choria::ClientClaims claims;
    claims.caller_id = "federation=dc1";
    claims.organization = "choria";
    claims.standard.purpose = purpose;
    claims.standard.public_key = choria::ed25519_to_hex(seed(holder).public_key());
    claims.standard.expires_at = expires_at;
    std::string json;
    choria::write_client_claims(claims, json);
    token_ = *choria::make_token(json, choria::TokenSigningKey(seed('i')));
    write(files_.token, token_ + "\n", 0644);
  }
  void write_seed(char holder, mode_t mode = 0600) {
    write(files_.seed, seed(holder).hex().view(), mode);
  }
  std::string problem() {
    SideLogin login({}, files_);
    return std::string(login.prepare(kNow).message());
  }

  TokenFiles files_{testing::TempDir() + absl::StrCat("side-login-", ::getpid(), ".jwt"),
                    testing::TempDir() + absl::StrCat("side-login-", ::getpid(), ".seed")};
  std::string token_;
};

TEST_F(SideLoginTest, SignsTheNonceWithTheSeedOfTheToken) {
  write_token('a', kNow + 60);
  write_seed('a');
  SideLogin login({"fed", "secret", {}, {}}, files_);
  ASSERT_TRUE(login.prepare(kNow).ok());
  const fleet::Credentials shown = login.show("a nonce of INFO");
  EXPECT_EQ(shown.user, "fed");
  EXPECT_EQ(shown.token, token_);
  choria::StandardClaims claims;
  claims.public_key = choria::ed25519_to_hex(seed('a').public_key());
  EXPECT_EQ(choria::verify_holder(claims, "a nonce of INFO", shown.signature), choria::TokenFault::kNone);
  EXPECT_EQ(shown.signature.find('='), std::string::npos);
}

TEST_F(SideLoginTest, SignsNothingTwiceAndNothingThatWasNotAsked) {
  write_token('a', kNow + 60);
  write_seed('a');
  SideLogin login({}, files_);
  ASSERT_TRUE(login.prepare(kNow).ok());
  EXPECT_EQ(login.show("").signature, "");
  EXPECT_EQ(login.show("a nonce").signature, "") << "the seed is forgotten with the first login";
}

TEST_F(SideLoginTest, ReadsATokenThatWasRenewedInPlace) {
  write_token('a', kNow - 1);
  write_seed('a');
  SideLogin login({}, files_);
  EXPECT_EQ(login.prepare(kNow).message(),
            absl::StrCat(files_.token, ": the token has ended at 2025-06-15T15:08:19+00:00: put a new one there"));
  write_token('a', kNow + 60);
  ASSERT_TRUE(login.prepare(kNow).ok());
  EXPECT_EQ(login.show("n").token, token_);
}

TEST_F(SideLoginTest, WhoHasNoTokenShowsNone) {
  SideLogin login({"fed", "secret", {}, {}}, {});
  ASSERT_TRUE(login.prepare(kNow).ok());
  const fleet::Credentials shown = login.show("a nonce");
  EXPECT_EQ(shown.user, "fed");
  EXPECT_TRUE(shown.token.empty() && shown.signature.empty());
}

TEST_F(SideLoginTest, SaysWhatIsWrongWithTheFilesAndNothingThatStandsInThem) {
  EXPECT_EQ(problem(), absl::StrCat("cannot open ", files_.token, ": No such file or directory"));
  write_token('a', kNow + 60);
  EXPECT_EQ(problem(), absl::StrCat("cannot open ", files_.seed, ": No such file or directory"));
  write_seed('b');
  EXPECT_EQ(problem(), absl::StrCat(files_.seed, ": is not the seed of the token in ", files_.token));
  write_seed('a', 0644);
  EXPECT_EQ(problem(), absl::StrCat(files_.seed, ": others may read this secret; run: chmod 600 ", files_.seed));
  write(files_.seed, "no hexadecimal", 0600);
  EXPECT_EQ(problem().find("no hexadecimal"), std::string::npos);
  EXPECT_NE(problem(), "");
  write_seed('a');
  write_token('a', kNow + 60, choria::kServerPurpose);
  EXPECT_EQ(problem(), absl::StrCat(files_.token, ": is no client's token: federation brokers log in as clients"));
  write(files_.token, "not.a.token", 0644);
  EXPECT_NE(problem(), "");
}

}  // namespace
}  // namespace antiphon::federation
