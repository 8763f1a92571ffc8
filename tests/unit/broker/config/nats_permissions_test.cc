#include "broker/config/nats_permissions.h"

#include "tests/unit/broker/config/nats_options_scene.h"

namespace antiphon {
namespace {

using Rules = std::vector<SubjectRule>;

class NatsPermissions : public NatsOptionsScene {
 protected:
  // Of the only user.
  PermissionSettings permissions_of(const std::string& text) {
    const BrokerOptions options = options_of(
        "authorization { users: [ { user: joe, pass: p, permissions: " + text + " } ] }");
    EXPECT_EQ(errors_, Texts{}) << text;
    if (options.authorization.users.size() != 1) return {};
    EXPECT_TRUE(options.authorization.users[0].permissions.has_value());
    return options.authorization.users[0].permissions.value_or(PermissionSettings{});
  }
  Texts errors_of(const std::string& text) {
    options_of("authorization { users: [\n{ user: joe, pass: p, permissions: " + text + " } ] }");
    return errors_;
  }
};

TEST_F(NatsPermissions, TakeASubjectAListOrABlock) {
  const PermissionSettings old_style = permissions_of("{ publish: a, subscribe: [ \"b.*\", c ] }");
  EXPECT_EQ(old_style.publish_allow, (Rules{{"a", ""}}));
  EXPECT_EQ(old_style.subscribe_allow, (Rules{{"b.*", ""}, {"c", ""}}));
  const PermissionSettings blocks =
      permissions_of("{ PUB { allow: [ \"a.>\" ], deny: \"a.x\" }, sub { Deny: [ b ] } }");
  EXPECT_EQ(blocks.publish_allow, (Rules{{"a.>", ""}}));
  EXPECT_EQ(blocks.publish_deny, (Rules{{"a.x", ""}}));
  EXPECT_FALSE(blocks.subscribe_allow);
  EXPECT_EQ(blocks.subscribe_deny, (Rules{{"b", ""}}));
  EXPECT_EQ(permissions_of("{ import: a, export: b }"), permissions_of("{ pub: a, sub: b }"));
  EXPECT_EQ(permissions_of("{}"), PermissionSettings{});
  EXPECT_FALSE(blocks.responses);
}

TEST_F(NatsPermissions, ASubscribeRuleMayNameAQueue) {
  EXPECT_EQ(permissions_of("{ subscribe: [ \"a  v1.*\", \"b.> >\" ] }").subscribe_allow,
            (Rules{{"a", "v1.*"}, {"b.>", ">"}}));
  EXPECT_EQ(errors_of("{ publish: \"a v1\" }"), (Texts{"c:2:47: \"a v1\" is not a valid subject"}));
  EXPECT_EQ(errors_of("{ subscribe: \"a v1 v2\" }"),
            (Texts{"c:2:49: \"v1 v2\" is not a valid queue"}));
  EXPECT_EQ(errors_of("{ subscribe: \"a..b q\" }"),
            (Texts{"c:2:49: \"a..b q\" is not a valid subject"}));
}

TEST_F(NatsPermissions, ResponsesAreABooleanOrABlock) {
  EXPECT_EQ(permissions_of("{ allow_responses: true }").responses, ResponseRule{});
  EXPECT_FALSE(permissions_of("{ allow_responses: false }").responses);
  EXPECT_EQ(permissions_of("{ publish_allow_responses { max: 5, expires: \"1m\" } }").responses,
            (ResponseRule{5, 60'000}));
  EXPECT_EQ(permissions_of("{ allow_responses { max_msgs: -1, ttl: \"-1s\" } }").responses,
            (ResponseRule{-1, -1}));
  EXPECT_EQ(permissions_of("{ allow_responses { max: 0, expires: \"0s\" } }").responses,
            ResponseRule{});
  EXPECT_EQ(errors_of("{ allow_responses: 5 }").size(), 1u);
  EXPECT_EQ(errors_of("{ allow_responses { expires: 5 } }").size(), 1u);
  EXPECT_EQ(errors_of("{ allow_responses { expires: soon } }").size(), 1u);
  EXPECT_EQ(errors_of("{ allow_responses { max: many } }").size(), 1u);
}

TEST_F(NatsPermissions, MistakesHaveTheirPlace) {
  EXPECT_EQ(errors_of("{ publish { alow: a } }"),
            (Texts{"c:2:48: unknown field \"alow\" in publish; it knows allow and deny"}));
  EXPECT_EQ(errors_of("{ publis: a }"),
            (Texts{"c:2:38: unknown field \"publis\" in permissions; it knows publish, subscribe "
                   "and allow_responses"}));
  EXPECT_EQ(errors_of("{ publish: [ \"a..b\", 5 ] }").size(), 2u);
  EXPECT_EQ(errors_of("{ publish: 5 }").size(), 1u);
  EXPECT_EQ(errors_of("[ a ]").size(), 1u);
}

TEST_F(NatsPermissions, AnEmptyListIsWarnedAbout) {
  EXPECT_EQ(permissions_of("{ publish { allow: [] } }"), PermissionSettings{});
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("allows everything; deny \">\""), std::string::npos);
}

TEST_F(NatsPermissions, UsersWithoutAnyHaveTheDefaultOnes) {
  const BrokerOptions options = options_of(
      "authorization { default_permissions { publish: a }\n"
      "users: [ { user: joe, pass: p }, { user: ann, pass: p, permission: {} } ] }");
  EXPECT_EQ(errors_, Texts{});
  ASSERT_TRUE(options.authorization.default_permissions);
  EXPECT_EQ(options.authorization.default_permissions->publish_allow, (Rules{{"a", ""}}));
  EXPECT_FALSE(options.authorization.users[0].permissions);
  EXPECT_EQ(options.authorization.users[1].permissions, PermissionSettings{});
}

}  // namespace
}  // namespace antiphon
