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
  EXPECT_FALSE(everyone->is_slow({}));
  EXPECT_TRUE(everyone->decide({}).allowed);
  const Verdict verdict = everyone->decide(with_user("joe", "anything"));
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
  EXPECT_TRUE(single->decide(with_user("joe", "secret")).allowed);
  EXPECT_EQ(single->decide(with_user("joe", "secret")).grant.user, "joe");
  EXPECT_FALSE(single->decide(with_user("joe", "")).allowed);
  EXPECT_FALSE(single->decide(with_user("", "secret")).allowed);
  EXPECT_FALSE(single->decide(with_token("secret")).allowed);
  EXPECT_FALSE(single->decide({}).allowed);
}

TEST(Authenticator, KnowsSeveralUsersAndWhichOfThemAreSlow) {
  AuthSettings settings;
  settings.users = {{"joe", "plain"}, {"ann", kBcrypt}};
  const auto users = make_authenticator(settings);
  EXPECT_TRUE(users->decide(with_user("joe", "plain")).allowed);
  EXPECT_TRUE(users->decide(with_user("ann", "secret")).allowed);
  EXPECT_FALSE(users->decide(with_user("joe", "secret")).allowed);
  EXPECT_FALSE(users->decide(with_user("ann", "plain")).allowed);
  EXPECT_FALSE(users->decide(with_user("eve", "plain")).allowed);
  EXPECT_TRUE(users->is_slow(with_user("ann", "x")));
  EXPECT_FALSE(users->is_slow(with_user("joe", "x")));
  EXPECT_TRUE(users->is_slow(with_user("eve", "x"))) << "the time must not tell who is known";
  EXPECT_FALSE(users->decide(with_user("eve", "secret")).allowed);
}

TEST(Authenticator, TheListOfUsersCountsMoreThanTheSingleOne) {
  AuthSettings settings;
  settings.user = "single";
  settings.password = "s";
  settings.token = "t";
  settings.users = {{"joe", "plain"}};
  const auto users = make_authenticator(settings);
  EXPECT_TRUE(users->decide(with_user("joe", "plain")).allowed);
  EXPECT_FALSE(users->decide(with_user("single", "s")).allowed);
  EXPECT_FALSE(users->decide(with_token("t")).allowed);
}

TEST(Authenticator, KnowsATokenAndNeverShowsIt) {
  for (const char* configured : {"secret", kBcrypt}) {
    AuthSettings settings;
    settings.token = configured;
    const auto token = make_authenticator(settings);
    EXPECT_TRUE(token->requires_connect());
    const Verdict verdict = token->decide(with_token("secret"));
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.grant.user.find("secret"), std::string::npos);
    EXPECT_FALSE(token->decide(with_token("Secret")).allowed);
    EXPECT_FALSE(token->decide({}).allowed);
    EXPECT_FALSE(token->decide(with_user("secret", "secret")).allowed);
    EXPECT_EQ(token->is_slow(with_token("x")), std::string(configured) == kBcrypt);
    EXPECT_FALSE(token->is_slow({}));
  }
}

TEST(Authenticator, MakesThoseWithoutCredentialsTheUserForThem) {
  AuthSettings settings;
  settings.users = {{"joe", "plain"}, {"guest", "never asked"}};
  settings.no_auth_user = "guest";
  const auto users = make_authenticator(settings);
  EXPECT_TRUE(users->requires_connect());
  EXPECT_TRUE(users->accepts_anonymous());
  EXPECT_EQ(users->decide({}).grant.user, "guest");
  EXPECT_TRUE(users->decide({}).allowed);
  EXPECT_FALSE(users->decide(with_user("guest", "")).allowed);
  EXPECT_FALSE(users->decide(with_user("", "x")).allowed);
  EXPECT_FALSE(users->decide(with_token("x")).allowed);
  ConnectOptions nkey;
  nkey.nkey = "UABC";
  EXPECT_FALSE(users->decide(nkey).allowed);
}

}  // namespace
}  // namespace antiphon
