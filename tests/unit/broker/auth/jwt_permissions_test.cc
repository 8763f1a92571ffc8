#include "broker/auth/jwt_permissions.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

TemplateFacts facts() {
  return {"joe", "UJOE", {"team:a", "team:b", "site:x"}, "acme", "AACME", {"region:eu"}};
}

std::optional<Texts> filled(const std::string& rule) {
  JwtPermissions permissions;
  permissions.publish_allow = {rule};
  const auto result = fill_template(permissions, facts());
  if (!result) return std::nullopt;
  return result->publish_allow;
}

TEST(JwtPermissions, FillInWhatATemplateAsksFor) {
  EXPECT_EQ(filled("a.b"), Texts{"a.b"});
  EXPECT_EQ(filled("a.{{name()}}.>"), Texts{"a.joe.>"});
  EXPECT_EQ(filled("{{subject()}}.{{account-name()}}.{{account-subject()}}"),
            Texts{"UJOE.acme.AACME"});
  EXPECT_EQ(filled("{{ Name() }}"), Texts{"joe"});
  EXPECT_EQ(filled("{{account-tag(region)}}.{{tag(site)}}"), Texts{"eu.x"});
}

TEST(JwtPermissions, ATagMayHaveSeveralValues) {
  EXPECT_EQ(filled("{{tag(team)}}.{{tag(Team)}}"), (Texts{"a.a", "a.b", "b.a", "b.b"}));
}

TEST(JwtPermissions, AnAllowRuleWithoutValuesGoesAndNeverOpensEverything) {
  JwtPermissions permissions;
  permissions.publish_allow = {"{{tag(none)}}.x"};
  permissions.subscribe_allow = {"{{tag(none)}}.x", "y"};
  const auto result = fill_template(permissions, facts());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->publish_allow, Texts{});
  EXPECT_EQ(result->publish_deny, Texts{">"});
  EXPECT_EQ(result->subscribe_allow, Texts{"y"});
  EXPECT_EQ(result->subscribe_deny, Texts{});
}

TEST(JwtPermissions, ADenyRuleWithoutValuesIsAFault) {
  JwtPermissions permissions;
  permissions.publish_deny = {"{{tag(none)}}.x"};
  EXPECT_FALSE(fill_template(permissions, facts()));
  permissions = {};
  permissions.subscribe_deny = {"{{tag(none)}}.x"};
  EXPECT_FALSE(fill_template(permissions, facts()));
}

TEST(JwtPermissions, AnUnknownOrUnfinishedPlaceIsAFault) {
  for (const char* rule : {"{{}}", "{{name}}", "{{name()", "{{tag(team}}", "{{tags(team)}}", "{{other()}}"}) {
    EXPECT_EQ(filled(rule), std::nullopt) << rule;
  }
}

TEST(JwtPermissions, AValueThatWouldWidenARuleIsAFault) {
  for (const char* name : {"*", ">", "a.*", "a.>", "a b", "", "a..b", ".", "a.", "x\ty", "{{tag(team)}} "}) {
    TemplateFacts widening = facts();
    widening.name = name;
    JwtPermissions permissions;
    permissions.publish_allow = {"a.{{name()}}"};
    EXPECT_FALSE(fill_template(permissions, widening)) << name;
  }
}

TEST(JwtPermissions, TooManyRulesAreAFault) {
  TemplateFacts many = facts();
  for (int i = 0; i < 100; ++i) many.tags.push_back("n:" + std::to_string(i));
  JwtPermissions permissions;
  permissions.publish_allow = {"{{tag(n)}}.{{tag(n)}}.{{tag(n)}}"};
  EXPECT_FALSE(fill_template(permissions, many));
}

TEST(JwtPermissions, BecomeRulesWithQueuesWhereTheyMayHaveOne) {
  JwtPermissions permissions;
  permissions.publish_allow = {"a"};
  permissions.subscribe_allow = {"b q.*", " c "};
  permissions.subscribe_deny = {"d"};
  const auto settings = permission_settings(permissions);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->publish_allow, (std::vector<SubjectRule>{{"a", ""}}));
  EXPECT_EQ(settings->subscribe_allow, (std::vector<SubjectRule>{{"b", "q.*"}, {"c", ""}}));
  EXPECT_EQ(settings->subscribe_deny, (std::vector<SubjectRule>{{"d", ""}}));
  EXPECT_FALSE(permission_settings({})->publish_allow);
}

TEST(JwtPermissions, AMalformedRuleIsAFault) {
  for (const char* rule : {"", " ", "a..b", ".a", "a.>.b", "a b c"}) {
    JwtPermissions permissions;
    permissions.subscribe_allow = {rule};
    EXPECT_FALSE(permission_settings(permissions)) << rule;
  }
  JwtPermissions queue_on_publish;
  queue_on_publish.publish_deny = {"a q"};
  EXPECT_FALSE(permission_settings(queue_on_publish));
}

}  // namespace
}  // namespace antiphon
