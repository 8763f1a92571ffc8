#include "fleet/wire/login_flags.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "protocol/nats/nkey.h"

namespace antiphon::fleet {
namespace {

class LoginFlagsTest : public testing::Test {
 protected:
  ~LoginFlagsTest() override {
    for (const std::string& path : written_) ::unlink(path.c_str());
  }
  std::string file(const std::string& text) {
    written_.push_back(testing::TempDir() + "antiphon-login-" + std::to_string(::getpid()) + "-" +
                       std::to_string(written_.size()));
    std::ofstream(written_.back()) << text;
    return written_.back();
  }
  static absl::StatusOr<Credentials> read(std::vector<std::string> arguments) {
    CLI::App command;
    LoginFlags flags;
    add_login_flags(command, flags);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    command.parse(arguments);
    return credentials(flags);
  }

  std::vector<std::string> written_;
};

TEST_F(LoginFlagsTest, ThePasswordComesFromAFileOrTheEnvironment) {
  const std::string path = file("from file\nsecond line\n");
  ::setenv("ANTIPHON_PASSWORD", "from environment", 1);
  const auto by_file = read({"--user", "u", "--password-file", path});
  const auto by_environment = read({"--user", "u"});
  const auto without_user = read({"--password-file", path});
  ::unsetenv("ANTIPHON_PASSWORD");
  ASSERT_TRUE(by_file.ok() && by_environment.ok());
  EXPECT_EQ(by_file->password, "from file");
  EXPECT_EQ(by_environment->password, "from environment");
  EXPECT_FALSE(without_user.ok());
}

TEST_F(LoginFlagsTest, ATokenIsTheFirstLineOfItsFile) {
  const auto found = read({"--token-file", file("s3cr3t\n")});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->auth_token, "s3cr3t");
  EXPECT_FALSE(read({"--token-file", file("")}).ok());
}

TEST_F(LoginFlagsTest, ASeedSignsTheServersNonce) {
  const Ed25519Seed seed = Ed25519Seed::random();
  const SecretText text = encode_nkey_seed(NkeyPrefix::kUser, seed);
  const auto found = read({"--nkey", file("# mine\n" + std::string(text.view()) + " \n")});
  ASSERT_TRUE(found.ok()) << found.status();
  const Credentials shown = sign_nonce(*found, "a nonce");
  Nkey key;
  ASSERT_EQ(decode_nkey(shown.nkey, key), NkeyFault::kNone);
  EXPECT_TRUE(nkey_verify_nonce(key, "a nonce", shown.signature));
  EXPECT_EQ(shown.seed, nullptr);
  EXPECT_TRUE(sign_nonce(*found, "").signature.empty());
}

TEST_F(LoginFlagsTest, OnlyAUsersSeedWillDo) {
  const SecretText account = encode_nkey_seed(NkeyPrefix::kAccount, Ed25519Seed::random());
  const std::string path = file(std::string(account.view()));
  const auto found = read({"--nkey", path});
  ASSERT_FALSE(found.ok());
  EXPECT_NE(std::string(found.status().message()).find(path), std::string::npos);
}

TEST_F(LoginFlagsTest, CredsWithoutAJwtAreRefused) {
  const SecretText seed = encode_nkey_seed(NkeyPrefix::kUser, Ed25519Seed::random());
  EXPECT_FALSE(read({"--creds", file(std::string(seed.view()) + "\n")}).ok());
}

TEST_F(LoginFlagsTest, OneLoginIsEnough) {
  const std::string path = file("x");
  EXPECT_THROW((void)read({"--user", "u", "--token-file", path}), CLI::ParseError);
  EXPECT_THROW((void)read({"--nkey", path, "--creds", path}), CLI::ParseError);
  EXPECT_THROW((void)read({"--creds", "/does/not/exist"}), CLI::ParseError);
}

}  // namespace
}  // namespace antiphon::fleet
