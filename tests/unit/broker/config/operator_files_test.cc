#include "broker/config/operator_files.h"

#include <gtest/gtest.h>

#include "tests/unit/broker/config/config_world.h"
#include "tests/unit/made_jwt.h"

namespace antiphon {
namespace {

class OperatorFilesTest : public testing::Test {
 protected:
  OperatorFilesTest() {
    OperatorOptions& mode = auth_.operator_mode;
    mode.operators = {made_jwt("operator", operator_, operator_)};
    mode.resolver.kind = ResolverKind::kFull;
    mode.resolver.directory = "/jwts";
  }
  // What is read of the world is noted.
  ConfigInputs inputs() {
    ConfigInputs inputs = world_.inputs();
    inputs.read_file = [this, read = inputs.read_file](const std::string& path) {
      read_.push_back(path);
      return read(path);
    };
    inputs.list_directory = [this, list = inputs.list_directory](const std::string& path) {
      read_.push_back(path + "/");
      return list(path);
    };
    return inputs;
  }
  std::string file_of(const TestKey& account) { return "/jwts/" + account.nkey() + ".jwt"; }
  void put(const TestKey& account, const std::string& name) {
    world_.files[file_of(account)] =
        made_jwt("account", account, operator_, R"(,"limits":{"conn":-1})", ",\"name\":\"" + name + "\"");
  }
  OperatorProblems push(const std::set<std::string>& nkeys) {
    read_.clear();
    return load_pushed_accounts(auth_, inputs(), nkeys);
  }
  std::string name_of(const TestKey& account) {
    const auto& claims = auth_.operator_mode.claims;
    const auto found = claims.find(account.nkey());
    return found == claims.end() ? "(unknown)" : found->second->standard.name;
  }

  TestKey operator_{NkeyPrefix::kOperator};
  TestKey a_{NkeyPrefix::kAccount};
  TestKey b_{NkeyPrefix::kAccount};
  AuthorizationOptions auth_;
  ConfigWorld world_;
  std::vector<std::string> read_;
};

TEST_F(OperatorFilesTest, TheWholeFolderIsReadAtTheStart) {
  put(a_, "a");
  put(b_, "b");
  EXPECT_TRUE(load_operator_files(auth_, inputs()).errors.empty());
  EXPECT_EQ(read_.size(), 3u);
  EXPECT_EQ(name_of(a_), "a");
  EXPECT_EQ(name_of(b_), "b");
}

TEST_F(OperatorFilesTest, APushReadsTheFilesOfItsAccountsAlone) {
  put(a_, "a");
  put(b_, "b");
  (void)load_operator_files(auth_, inputs());
  put(a_, "newer");
  put(b_, "newer too");
  EXPECT_TRUE(push({a_.nkey()}).errors.empty());
  EXPECT_EQ(read_, std::vector<std::string>{file_of(a_)});
  EXPECT_EQ(name_of(a_), "newer");
  EXPECT_EQ(name_of(b_), "b") << "what was known of it stays";
  EXPECT_EQ(auth_.operator_mode.sharing.size(), 2u) << "both share as before";
  EXPECT_TRUE(auth_.operator_mode.trust.trusts(operator_.key()));
}

TEST_F(OperatorFilesTest, AFolderWithoutTheSystemAccountIsOpenToItsOwnKeyUntilItsJwtComes) {
  auth_.system_account = a_.nkey();
  put(b_, "b");
  EXPECT_EQ(load_operator_files(auth_, inputs()).warnings.size(), 1u);
  const auto& claims = auth_.operator_mode.claims;
  ASSERT_TRUE(claims.contains(a_.nkey()));
  const AccountClaims& made_up = *claims.at(a_.nkey());
  EXPECT_TRUE(auth_.operator_mode.trust.trusts(made_up.standard.issuer));
  ASSERT_EQ(made_up.signing_keys.size(), 1u);
  EXPECT_EQ(made_up.signing_keys[0].key, a_.key());
  EXPECT_EQ(made_up.connections_max, kNoJwtLimit);
  EXPECT_TRUE(push({b_.nkey()}).errors.empty()) << "what another account says changes nothing";
  EXPECT_EQ(name_of(a_), "");
  put(a_, "a");
  EXPECT_TRUE(push({a_.nkey()}).warnings.empty());
  EXPECT_EQ(name_of(a_), "a");
  EXPECT_TRUE(claims.at(a_.nkey())->signing_keys.empty());
}

TEST_F(OperatorFilesTest, NobodyIsMadeUpInMemoryNorUnderAStrictOperatorNorUnderSeveralNorWithoutAName) {
  const auto loaded = [this] {
    auth_.operator_mode.claims.clear();
    auth_.operator_mode.accounts.clear();
    (void)load_operator_files(auth_, inputs());
    return auth_.operator_mode.claims.size();
  };
  EXPECT_EQ(loaded(), 0u) << "no system account is named";
  auth_.system_account = a_.nkey();
  EXPECT_EQ(loaded(), 1u);
  auth_.operator_mode.resolver.kind = ResolverKind::kMemory;
  EXPECT_EQ(loaded(), 0u);
  auth_.operator_mode.resolver.kind = ResolverKind::kFull;
  const std::string good = auth_.operator_mode.operators[0];
  auth_.operator_mode.operators[0] =
      made_jwt("operator", operator_, operator_, R"(,"strict_signing_key_usage":true)");
  EXPECT_EQ(loaded(), 0u);
  auth_.operator_mode.operators[0] = good;
  EXPECT_EQ(loaded(), 1u);
  const TestKey another{NkeyPrefix::kOperator};
  auth_.operator_mode.operators.push_back(made_jwt("operator", another, another));
  EXPECT_EQ(loaded(), 0u);
}

TEST_F(OperatorFilesTest, AnAccountMayComeByAPush) {
  (void)load_operator_files(auth_, inputs());
  put(b_, "b");
  EXPECT_TRUE(push({b_.nkey()}).warnings.empty());
  EXPECT_EQ(name_of(b_), "b");
}

TEST_F(OperatorFilesTest, WithNothingPushedNothingIsRead) {
  put(a_, "a");
  (void)load_operator_files(auth_, inputs());
  auth_.operator_mode.accounts.erase(a_.nkey());
  auth_.operator_mode.claims.erase(a_.nkey());
  EXPECT_TRUE(push({}).errors.empty());
  EXPECT_TRUE(read_.empty());
  EXPECT_EQ(name_of(a_), "(unknown)") << "it was deleted";
  EXPECT_TRUE(auth_.operator_mode.sharing.empty());
}

TEST_F(OperatorFilesTest, AFileThatCannotBeUsedIsAWarning) {
  put(a_, "a");
  (void)load_operator_files(auth_, inputs());
  world_.files[file_of(a_)] = "nonsense";
  EXPECT_EQ(push({a_.nkey()}).warnings.size(), 1u);
  EXPECT_EQ(name_of(a_), "a");
  EXPECT_EQ(push({b_.nkey()}).warnings.size(), 1u) << "it is gone again";
}

}  // namespace
}  // namespace antiphon
