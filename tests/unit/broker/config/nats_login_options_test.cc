// Who may connect, as the NATS grammar says it: users, accounts, resolvers.
#include "tests/unit/broker/config/nats_options_scene.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

class NatsLoginOptions : public NatsOptionsScene {};

TEST_F(NatsLoginOptions, AuthorizationOfOneUserOrToken) {
  const AuthorizationOptions user =
      good("authorization { username: ada, pass: 'x y', timeout: 0.5 }").authorization;
  EXPECT_EQ(user.user, "ada");
  EXPECT_EQ(user.password, "x y");
  EXPECT_EQ(user.timeout, 500ms);
  EXPECT_EQ(good("authorization { token: $2a$11$abc; timeout: 3 }").authorization.token,
            "$2a$11$abc");
  EXPECT_EQ(good("Authorization { Token: t; timeout: '4s' }").authorization.timeout, 4s);
}

TEST_F(NatsLoginOptions, AuthorizationOfAListOfUsers) {
  const std::vector<UserOptions> users =
      good(
          "authorization {\n P = 'secret'\n users = [\n {user: a, password: $P}\n"
          " {username: b, PASS: \"q\"}, {user: c} ]\n}\nno_auth_user: c")
          .authorization.users;
  EXPECT_EQ(users, (std::vector<UserOptions>{{"a", "secret"}, {"b", "q"}, {"c", ""}}));
}

TEST_F(NatsLoginOptions, MistakesInUsersAreAllReported) {
  EXPECT_EQ(errors_of("authorization { users = [\n {password: x}\n 7\n {user: a, pasword: x}\n"
                      " {nkey: UX}\n {user: c, password: 5} ] }"),
            (Texts{"c:2:2: this user has no name: set user or nkey",
                   "c:3:2: authorization.users needs a block with user and password, or nkey, found a "
                   "whole number",
                   "c:4:12: unknown field \"pasword\"; did you mean \"password\"?",
                   "c:5:2: this user has no name: set user or nkey",
                   "c:5:9: not a public nkey of a user: nkey has the wrong length",
                   "c:6:22: authorization.users.password needs text: put it in quotes, found a "
                   "whole number"}));
  EXPECT_EQ(errors_of("authorization { users = [] }"),
            Texts{"c:1:25: authorization.users is empty: name a user or leave it out"});
  EXPECT_EQ(errors_of("authorization { users { user: a } }"),
            Texts{"c:1:23: authorization.users needs a list of users, found a block {}"});
}

TEST_F(NatsLoginOptions, UsersMayHaveAnNkeyAndKindsOfConnection) {
  const std::string nkey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
  const std::vector<UserOptions> users =
      good("authorization { users = [ {nkey: " + nkey + ", permissions {publish: a}}\n"
           "{user: b, allowed_connection_types: [standard, WebSocket]}\n"
           "{user: c, connection_types: MQTT} ] }\nno_auth_user: " + nkey)
          .authorization.users;
  ASSERT_EQ(users.size(), 3u);
  EXPECT_EQ(users[0].nkey, nkey);
  EXPECT_EQ(users[0].name, "");
  EXPECT_TRUE(users[0].permissions);
  EXPECT_TRUE(users[0].connection_kinds.allows(ConnectionKind::kMqtt));
  EXPECT_TRUE(users[1].connection_kinds.allows(ConnectionKind::kWebsocket));
  EXPECT_FALSE(users[1].connection_kinds.allows(ConnectionKind::kMqtt));
  EXPECT_FALSE(users[2].connection_kinds.allows(ConnectionKind::kStandard));
}

TEST_F(NatsLoginOptions, NkeysThatAreNoUsersAreRefusedAndSeedsNeverShown) {
  const std::string nkey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
  const std::string seed = "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU";
  const Texts errors = errors_of("authorization { users = [\n{nkey: " + seed + "}\n{user: a, nkey: " +
                                 nkey + "}\n{user: b, connection_types: [CARRIER_PIGEON]}\n] }");
  ASSERT_EQ(errors.size(), 4u);
  for (const std::string& error : errors) EXPECT_EQ(error.find(seed), std::string::npos);
  EXPECT_NE(errors[1].find("seed"), std::string::npos);
  EXPECT_EQ(errors[2], "c:3:1: a user with an nkey has no name and no password: remove them or the "
                       "nkey");
  EXPECT_NE(errors[3].find("\"CARRIER_PIGEON\" is no kind of connection"), std::string::npos);
  EXPECT_EQ(errors_of("authorization { users = [ {nkey: " + nkey + "} {nkey: " + nkey + "} ] }").size(),
            1u);
}

TEST_F(NatsLoginOptions, CredentialsMustNotBeEmpty) {
  world_.variables = {{"TOKEN", ""}};
  EXPECT_EQ(errors_of("authorization { token: $TOKEN }"),
            Texts{"c:1:24: authorization.token must not be empty"});
  EXPECT_EQ(errors_of("authorization { user: '' }"),
            Texts{"c:1:23: authorization.user must not be empty"});
}

TEST_F(NatsLoginOptions, AccountsHaveUsersOfTheirOwn) {
  const AuthorizationOptions auth =
      good("accounts { A { users: [ { user: a, pass: x, permissions { publish: p } } ]\n"
           "default_permissions { subscribe: s } }, B {}, $SYS { users = [ { user: ops, password: o } ] } }\n"
           "system_account: \"$SYS\"\nno_auth_user: a")
          .authorization;
  ASSERT_EQ(auth.accounts.size(), 3u);
  EXPECT_EQ(auth.accounts[0].name, "A");
  ASSERT_EQ(auth.accounts[0].users.size(), 1u);
  EXPECT_EQ(auth.accounts[0].users[0].name, "a");
  EXPECT_TRUE(auth.accounts[0].users[0].permissions);
  EXPECT_TRUE(auth.accounts[0].default_permissions);
  EXPECT_TRUE(auth.accounts[1].users.empty());
  EXPECT_EQ(auth.accounts[2].name, "$SYS");
  EXPECT_EQ(auth.system_account, "$SYS");
  EXPECT_EQ(good("accounts: [ X, Y ]").authorization.accounts.size(), 2u);
}

TEST_F(NatsLoginOptions, ABlockThatIsAVariableIsNoAccount) {
  const AuthorizationOptions auth =
      good("accounts { READ = { publish { deny: '>' } }\n A { users: [ { user: a, permissions: $READ } ] } }")
          .authorization;
  ASSERT_EQ(auth.accounts.size(), 1u);
  EXPECT_EQ(auth.accounts[0].name, "A");
  EXPECT_TRUE(auth.accounts[0].users[0].permissions);
}

TEST_F(NatsLoginOptions, MistakesInAccountsAreAllReported) {
  EXPECT_EQ(errors_of("accounts {\n A { users: 7 }\n A2 {}\n \"$G\" {}\n B: 5\n"
                      " C { exports: [ { stream: x..y } ] }\n D { jetstream: disabled, userz: [] } }"),
            (Texts{"c:2:13: accounts.users needs a list of users, found a whole number",
                   "c:4:2: the account $G is everybody else's: list its users in authorization",
                   "c:5:5: accounts needs a block {} for each account, found a whole number",
                   "c:6:17: \"x..y\" is not a valid subject",
                   "c:7:27: unknown field \"userz\"; did you mean \"users\"?"}));
}

TEST_F(NatsLoginOptions, AResolversFolderMayBeDeletedFromWhereItSaysSo) {
  const auto deletion_of = [this](const std::string& more) {
    const BrokerOptions options = good("resolver { type: full, dir: d" + more + " }");
    return options.authorization.operator_mode.resolver.deletion;
  };
  EXPECT_EQ(deletion_of(""), AccountDeletion::kNone);
  EXPECT_EQ(deletion_of(", allow_delete: false"), AccountDeletion::kNone);
  EXPECT_EQ(deletion_of(", allow_delete: true"), AccountDeletion::kKept);
  EXPECT_EQ(deletion_of(", Allow_Delete: true, hard_delete: false"), AccountDeletion::kKept);
  EXPECT_EQ(deletion_of(", allow_delete: true, hard_delete: true"), AccountDeletion::kForGood);
  EXPECT_EQ(errors_of("resolver { type: full, dir: d, hard_delete: true }"),
            Texts{"c:1:10: hard_delete of resolver needs allow_delete: set it to true"});
  EXPECT_EQ(errors_of("resolver { type: full, dir: d, allow_delete: maybe }"),
            Texts{"c:1:46: allow_delete of resolver is true or false"});
}

TEST_F(NatsLoginOptions, WhatHasNoEffectOnAResolverIsReadAllTheSame) {
  const BrokerOptions options =
      good("resolver { type: full, dir: d, limit: 100, interval: '2m', timeout: '1.9s', ttl: '0s' }");
  EXPECT_EQ(options.authorization.operator_mode.resolver.directory, "d");
  good("resolver { type: MEMORY, ttl: '1h' }");
  EXPECT_EQ(errors_of("resolver { type: full, dir: d, limit: banana, interval: [], timeout: soon, ttl: {} }"),
            (Texts{"c:1:39: resolver.limit needs a whole number, found a string",
                   "c:1:57: resolver.interval needs a duration like \"2m\", found a list",
                   "c:1:70: resolver.timeout is no duration: write it as \"2m\", \"1.5s\" or \"50ms\"",
                   "c:1:76: ttl of resolver is for a cache, and a full one keeps everything: remove it",
                   "c:1:81: resolver.ttl needs a duration like \"2m\", found a block {}"}));
  EXPECT_EQ(errors_of("resolver { type: full, dir: d, limits: 1 }"),
            Texts{"c:1:32: unknown field \"limits\" of resolver"});
}

TEST_F(NatsLoginOptions, AResolverInMemoryIsAWordOrABlock) {
  for (const char* text : {"resolver: MEMORY", "resolver: mem", "resolver { type: Memory }"}) {
    EXPECT_EQ(good(text).authorization.operator_mode.resolver.kind, ResolverKind::kMemory) << text;
  }
  EXPECT_EQ(errors_of("resolver { dir: d }"), Texts{"c:1:10: resolver needs a type: full or memory"});
}

TEST_F(NatsLoginOptions, PinnedAccountsAreAListOrOne) {
  const auto pinned = [this](std::string_view text) {
    return good(text).authorization.operator_mode.pinned_accounts;
  };
  EXPECT_EQ(pinned("resolver_pinned_accounts: [ A1, A2 ]"), (Texts{"A1", "A2"}));
  EXPECT_EQ(pinned("resolver_pinned_accounts: A1"), Texts{"A1"});
}

}  // namespace
}  // namespace antiphon
