#include <gtest/gtest.h>

#include "broker/auth/authenticator.h"

namespace antiphon {
namespace {

constexpr char kBcrypt[] = "$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";  // secret

ConnectOptions with_user(std::string user, std::string pass) {
  ConnectOptions options;
  options.user = std::move(user);
  options.pass = std::move(pass);
  return options;
}
ConnectOptions with_token(std::string token) {
  ConnectOptions options;
  options.auth_token = std::move(token);
  return options;
}

TEST(Authenticator, LetsEverybodyInWhenNothingIsConfigured) {
  const auto everyone = make_authenticator({});
  EXPECT_FALSE(everyone->requires_connect());
  EXPECT_EQ(everyone->cost({}), LoginCost::kQuick);
  EXPECT_TRUE(everyone->decide({}, {}).allowed);
  const Verdict verdict = everyone->decide(with_user("joe", "anything"), {});
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.grant.user, "joe");
  EXPECT_EQ(verdict.grant.account, kGlobalAccount);
  EXPECT_EQ(verdict.grant.account_name, "$G");
}

TEST(Authenticator, KnowsASingleUser) {
  AuthSettings settings;
  settings.user = "joe";
  settings.password = "secret";
  const auto single = make_authenticator(settings);
  EXPECT_TRUE(single->requires_connect());
  EXPECT_FALSE(single->accepts_anonymous());
  EXPECT_TRUE(single->decide(with_user("joe", "secret"), {}).allowed);
  EXPECT_EQ(single->decide(with_user("joe", "secret"), {}).grant.user, "joe");
  EXPECT_FALSE(single->decide(with_user("joe", ""), {}).allowed);
  EXPECT_FALSE(single->decide(with_user("", "secret"), {}).allowed);
  EXPECT_FALSE(single->decide(with_token("secret"), {}).allowed);
  EXPECT_FALSE(single->decide({}, {}).allowed);
}

TEST(Authenticator, KnowsSeveralUsersAndWhichOfThemAreSlow) {
  AuthSettings settings;
  settings.users = {{"joe", "plain"}, {"ann", kBcrypt}};
  const auto users = make_authenticator(settings);
  EXPECT_TRUE(users->decide(with_user("joe", "plain"), {}).allowed);
  EXPECT_TRUE(users->decide(with_user("ann", "secret"), {}).allowed);
  EXPECT_FALSE(users->decide(with_user("joe", "secret"), {}).allowed);
  EXPECT_FALSE(users->decide(with_user("ann", "plain"), {}).allowed);
  EXPECT_FALSE(users->decide(with_user("eve", "plain"), {}).allowed);
  EXPECT_EQ(users->cost(with_user("ann", "x")), LoginCost::kLong);
  EXPECT_EQ(users->cost(with_user("joe", "x")), LoginCost::kQuick);
  EXPECT_EQ(users->cost(with_user("eve", "x")), LoginCost::kLong) << "the time must not tell who is known";
  EXPECT_FALSE(users->decide(with_user("eve", "secret"), {}).allowed);
}

TEST(Authenticator, TheListOfUsersCountsMoreThanTheSingleOne) {
  AuthSettings settings;
  settings.user = "single";
  settings.password = "s";
  settings.token = "t";
  settings.users = {{"joe", "plain"}};
  const auto users = make_authenticator(settings);
  EXPECT_TRUE(users->decide(with_user("joe", "plain"), {}).allowed);
  EXPECT_FALSE(users->decide(with_user("single", "s"), {}).allowed);
  EXPECT_FALSE(users->decide(with_token("t"), {}).allowed);
}

TEST(Authenticator, KnowsATokenAndNeverShowsIt) {
  for (const char* configured : {"secret", kBcrypt}) {
    AuthSettings settings;
    settings.token = configured;
    const auto token = make_authenticator(settings);
    EXPECT_TRUE(token->requires_connect());
    const Verdict verdict = token->decide(with_token("secret"), {});
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.grant.user.find("secret"), std::string::npos);
    EXPECT_FALSE(token->decide(with_token("Secret"), {}).allowed);
    EXPECT_FALSE(token->decide({}, {}).allowed);
    EXPECT_FALSE(token->decide(with_user("secret", "secret"), {}).allowed);
    EXPECT_EQ(token->cost(with_token("x")) == LoginCost::kLong, std::string(configured) == kBcrypt);
    EXPECT_EQ(token->cost({}), LoginCost::kQuick);
  }
}

TEST(Authenticator, MakesThoseWithoutCredentialsTheUserForThem) {
  AuthSettings settings;
  settings.users = {{"joe", "plain"}, {"guest", "never asked"}};
  settings.no_auth_user = "guest";
  const auto users = make_authenticator(settings);
  EXPECT_TRUE(users->requires_connect());
  EXPECT_TRUE(users->accepts_anonymous());
  EXPECT_EQ(users->decide({}, {}).grant.user, "guest");
  EXPECT_TRUE(users->decide({}, {}).allowed);
  EXPECT_FALSE(users->decide(with_user("guest", ""), {}).allowed);
  EXPECT_FALSE(users->decide(with_user("", "x"), {}).allowed);
  EXPECT_FALSE(users->decide(with_token("x"), {}).allowed);
  ConnectOptions nkey;
  nkey.nkey = "UABC";
  EXPECT_FALSE(users->decide(nkey, {}).allowed);
}

TEST(Authenticator, JudgesAgainBySecretsItRemembers) {
  const auto everyone = make_authenticator({});
  EXPECT_EQ(everyone->decide({}, {}).record, nullptr);
  const Verdict let_in = everyone->decide(with_user("joe", "plain"), {});
  ASSERT_NE(let_in.record, nullptr) << "the next configuration may ask for the password";
  AuthSettings settings;
  settings.users = {{"joe", "plain"}, {"ann", kBcrypt}};
  const auto users = make_authenticator(settings);
  EXPECT_EQ(users->cost_again(*let_in.record), LoginCost::kQuick);
  const Verdict again = users->decide_again(*let_in.record, {});
  EXPECT_TRUE(again.allowed);
  EXPECT_EQ(again.grant.user, "joe");
  ASSERT_NE(again.record, nullptr);
  settings.users = {{"joe", "changed"}};
  EXPECT_FALSE(make_authenticator(settings)->decide_again(*again.record->copy(), {}).allowed);
  const auto ann = make_authenticator({})->decide(with_user("ann", "secret"), {});
  EXPECT_EQ(users->cost_again(*ann.record), LoginCost::kLong);
  EXPECT_TRUE(users->decide_again(*ann.record, {}).allowed);
}

TEST(Authenticator, RefusesARecordOfAKindItDoesNotKnow) {
  struct Foreign final : LoginRecord {
    std::unique_ptr<LoginRecord> copy() const override { return std::make_unique<Foreign>(*this); }
  };
  AuthSettings settings;
  settings.users = {{"joe", "plain"}, {"guest", "x"}};
  settings.no_auth_user = "guest";
  EXPECT_FALSE(make_authenticator(settings)->decide_again(Foreign(), {}).allowed);
  settings = {};
  settings.token = "t";
  EXPECT_FALSE(make_authenticator(settings)->decide_again(Foreign(), {}).allowed);
  EXPECT_TRUE(make_authenticator({})->decide_again(Foreign(), {}).allowed);
}

TEST(Authenticator, SaysWhyItRefusesAndNeverWhatWasSent) {
  AuthSettings settings;
  settings.users = {{"joe", "plain"}};
  const Verdict verdict = make_authenticator(settings)->decide(with_user("joe", "S3CR3T"), {});
  EXPECT_EQ(verdict.reason, "the user or its password is wrong");
  settings = {};
  settings.token = "t";
  EXPECT_EQ(make_authenticator(settings)->decide(with_token("S3CR3T"), {}).reason,
            "the token is wrong");
}

}  // namespace
}  // namespace antiphon
