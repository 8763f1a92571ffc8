#include <gtest/gtest.h>

#include "broker/config/load_config.h"
#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

constexpr char kIssuer[] = "ABJHLOVMPA4CI6R5KLNGOB4GSLNIY7IOUPAJC4YFNDLQVIOBYQGUWVLA";

class CalloutOptionsTest : public testing::Test {
 protected:
  // A configuration with this auth_callout block on line 3.
  LoadedConfig load(const std::string& block) {
    return load_config_text("c",
                            "accounts { AUTH { users [ {user: auth, password: pwd} ] }, ACME {} }\n"
                            "authorization {\n"
                            "  auth_callout { " + block + " }\n"
                            "}\n",
                            world_.inputs());
  }
  Texts errors(const std::string& block) { return texts_of(load(block).errors); }
  Texts warnings(const std::string& block) { return texts_of(load(block).warnings); }
  static std::string issuer() { return std::string("issuer: ") + kIssuer + ", "; }

  ConfigWorld world_;
};

TEST_F(CalloutOptionsTest, AllItsFieldsAreRead) {
  const LoadedConfig loaded =
      load(issuer() + "account: AUTH, auth_users: [auth], allowed_accounts: [ACME]");
  EXPECT_EQ(texts_of(loaded.errors), Texts{});
  EXPECT_EQ(texts_of(loaded.warnings), Texts{});
  const CalloutOptions& callout = loaded.options.authorization.callout;
  EXPECT_TRUE(callout.enabled);
  EXPECT_EQ(callout.issuer, kIssuer);
  EXPECT_EQ(callout.account, "AUTH");
  EXPECT_EQ(callout.auth_users, Texts{"auth"});
  EXPECT_EQ(callout.allowed_accounts, Texts{"ACME"});
  EXPECT_TRUE(requires_credentials(loaded.options));
}

TEST_F(CalloutOptionsTest, OldNamesMeanTheSameAndTheAccountIsTheGlobalOneByDefault) {
  const LoadedConfig loaded = load_config_text(
      "c",
      std::string("authorization { users [ {user: auth, password: pwd} ]\n auth_hook { issuer: ") +
          kIssuer + ", users: [auth] } }\n",
      world_.inputs());
  EXPECT_EQ(texts_of(loaded.errors), Texts{});
  EXPECT_EQ(callout_account(loaded.options.authorization.callout), "$G");
  EXPECT_EQ(load(issuer() + "acc: AUTH, users: [auth]").options.authorization.callout.account, "AUTH");
}

TEST_F(CalloutOptionsTest, WhatIsMissingIsSaid) {
  EXPECT_EQ(errors("account: AUTH"),
            (Texts{"c:3:3: auth_callout needs an issuer: the public nkey of an account (A...) that signs "
                   "the answers",
                   "c:3:3: auth_callout needs auth_users: the users who run the service"}));
  EXPECT_EQ(errors(""), errors("account: AUTH"));
}

TEST_F(CalloutOptionsTest, TheIssuerIsAnAccountsPublicKeyAndASeedIsNotShown) {
  EXPECT_EQ(errors("issuer: X, auth_users: [auth], account: AUTH"),
            Texts{"c:3:26: not the public key of an account (A...): nkey has the wrong length"});
  EXPECT_EQ(errors("issuer: SAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA, "
                   "auth_users: [auth], account: AUTH"),
            Texts{"c:3:26: this is a seed, which belongs to the service alone: put the public key here, "
                  "an account (A...)"});
}

TEST_F(CalloutOptionsTest, AnEmptyKeyDoesNotMeanThatNothingIsSealed) {
  EXPECT_EQ(errors(issuer() + "auth_users: [auth], account: AUTH, xkey: ''").size(), 1u);
}

TEST_F(CalloutOptionsTest, AccountsMustBeThere) {
  EXPECT_EQ(errors(issuer() + "auth_users: [auth], account: NONE"),
            Texts{"c:3:113: account \"NONE\" is not one of accounts"});
  EXPECT_EQ(errors(issuer() + "auth_users: [auth], account: AUTH, allowed_accounts: [ACME, NONE]").size(),
            1u);
}

TEST_F(CalloutOptionsTest, AUserWhoIsNotThereIsWarnedAbout) {
  EXPECT_EQ(errors(issuer() + "auth_users: [auth, gone], account: AUTH"), Texts{});
  EXPECT_EQ(warnings(issuer() + "auth_users: [auth, gone], account: AUTH"),
            Texts{"c:3:96: nobody can serve as \"gone\": there is no such user"});
}

TEST_F(CalloutOptionsTest, UnknownFieldsAreSaid) {
  EXPECT_EQ(errors(issuer() + "auth_users: [auth], account: AUTH, isuer: x"),
            Texts{"c:3:119: unknown field \"isuer\"; did you mean \"issuer\"?"});
}

}  // namespace
}  // namespace antiphon
