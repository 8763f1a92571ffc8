#include "broker/auth/permissions.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

using Rules = std::vector<SubjectRule>;

Permissions subscriber(Rules allow, Rules deny = {}) {
  PermissionSettings settings;
  settings.subscribe_allow = std::move(allow);
  settings.subscribe_deny = std::move(deny);
  return Permissions(std::move(settings));
}

Permissions publisher(Rules allow, Rules deny = {}) {
  PermissionSettings settings;
  if (!allow.empty()) settings.publish_allow = std::move(allow);
  settings.publish_deny = std::move(deny);
  return Permissions(std::move(settings));
}

TEST(PermissionsTest, NoRulesAllowEverything) {
  const Permissions open{PermissionSettings{}};
  EXPECT_TRUE(open.may_publish("a.b"));
  EXPECT_TRUE(open.may_subscribe(">", ""));
  EXPECT_TRUE(open.may_subscribe("a", "q"));
  EXPECT_FALSE(open.must_filter(">", ""));
}

TEST(PermissionsTest, AnEmptyListAllowsNothing) {
  PermissionSettings settings;
  settings.publish_allow.emplace();
  settings.subscribe_allow.emplace();
  const Permissions shut(settings);
  EXPECT_FALSE(shut.may_publish("a"));
  EXPECT_FALSE(shut.may_subscribe("a", ""));
  EXPECT_FALSE(shut.may_subscribe(">", "q"));
  EXPECT_FALSE(shut.may_deliver("a", ""));
}

TEST(PermissionsTest, DenyWinsOverAllow) {
  const Permissions rules =
      publisher({{"a.>", ""}, {"exact", ""}}, {{"a.secret", ""}, {"*.x", ""}});
  EXPECT_TRUE(rules.may_publish("a.b"));
  EXPECT_TRUE(rules.may_publish("exact"));
  EXPECT_FALSE(rules.may_publish("a.secret"));
  EXPECT_FALSE(rules.may_publish("a.x"));
  EXPECT_TRUE(rules.may_publish("a.x.y"));
  EXPECT_FALSE(rules.may_publish("b"));
  EXPECT_TRUE(publisher({}, {{"a", ""}}).may_publish("b")) << "only denied things are denied";
  EXPECT_FALSE(publisher({}, {{">", ""}}).may_publish("b"));
}

TEST(PermissionsTest, WhoMayAnswerMayPublishNothingElse) {
  PermissionSettings settings;
  settings.responses = ResponseRule{};
  EXPECT_FALSE(Permissions(settings).may_publish("a"));
  settings.publish_allow = Rules{{"a", ""}};
  EXPECT_TRUE(Permissions(settings).may_publish("a"));
}

// The reference's own examples.
TEST(PermissionsTest, RulesWithAQueueAreAboutItsMembersOnly) {
  const Permissions any = subscriber({{"foo", ""}});
  EXPECT_TRUE(any.may_subscribe("foo", ""));
  EXPECT_TRUE(any.may_subscribe("foo", "whatever"));
  const Permissions only = subscriber({{"foo", "v1"}});
  EXPECT_FALSE(only.may_subscribe("foo", ""));
  EXPECT_TRUE(only.may_subscribe("foo", "v1"));
  EXPECT_FALSE(only.may_subscribe("foo", "v2"));
  const Permissions both = subscriber({{"foo", ""}, {"foo", "v1"}});
  EXPECT_TRUE(both.may_subscribe("foo", ""));
  EXPECT_TRUE(both.may_subscribe("foo", "v1"));
  EXPECT_FALSE(both.may_subscribe("foo", "v2"));
  const Permissions pattern = subscriber({{"foo", "v1.*"}}, {{"foo", "v1.bad"}});
  EXPECT_TRUE(pattern.may_subscribe("foo", "v1.good"));
  EXPECT_TRUE(pattern.may_subscribe("foo", "v1.*")) << "a pattern is a name too";
  EXPECT_FALSE(pattern.may_subscribe("foo", "v1.bad"));
  EXPECT_FALSE(pattern.may_subscribe("foo", "v1"));
}

TEST(PermissionsTest, AWildcardThatMeetsADenyIsFiltered) {
  const Permissions rules = subscriber({{"foo.>", ""}}, {{"foo.secret", ""}, {"foo.*.key", ""}});
  EXPECT_TRUE(rules.may_subscribe("foo.*", ""));
  EXPECT_TRUE(rules.must_filter("foo.*", ""));
  EXPECT_TRUE(rules.may_deliver("foo.open", ""));
  EXPECT_FALSE(rules.may_deliver("foo.secret", ""));
  EXPECT_FALSE(rules.may_deliver("foo.a.key", ""));
  EXPECT_FALSE(rules.must_filter("foo.open", "")) << "a literal subject is one that was allowed";
  EXPECT_FALSE(rules.must_filter("foo.a.b.>", "")) << "it meets no deny";
  EXPECT_TRUE(rules.must_filter("foo.>", ""));
}

// A rule `foo.*` takes the text `foo.>`, as in nats-server; but only what it means is delivered.
TEST(PermissionsTest, AWildcardThatIsWiderThanItsRuleIsFiltered) {
  const Permissions rules = subscriber({{"foo.*", ""}});
  EXPECT_TRUE(rules.may_subscribe("foo.>", ""));
  EXPECT_TRUE(rules.must_filter("foo.>", ""));
  EXPECT_TRUE(rules.may_deliver("foo.a", ""));
  EXPECT_FALSE(rules.may_deliver("foo.a.b", ""));
  const Permissions queues = subscriber({{"foo.*", ""}, {"foo.>", "v1"}});
  EXPECT_TRUE(queues.must_filter("foo.>", "")) << "the wider rule is for members of v1";
  EXPECT_FALSE(queues.must_filter("foo.>", "v1"));
  EXPECT_FALSE(queues.may_deliver("foo.a.b", ""));
}

TEST(PermissionsTest, OddSubjectsAreNoReasonToBreak) {
  const Permissions rules = subscriber({{"a.*", ""}}, {{"b.>", "q"}});
  for (const char* subject : {"", ".", "..", "a.", ".a", "a..b", ">", "*", ">.>", "a.>.b"}) {
    (void)rules.may_subscribe(subject, "");
    (void)rules.may_subscribe(subject, "q");
    (void)rules.must_filter(subject, "");
    EXPECT_FALSE(rules.may_deliver(subject, "") && std::string_view(subject) == "b.x");
  }
}

}  // namespace
}  // namespace antiphon
