#include "broker/session/permit.h"

#include "broker/session/connect.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

using Rules = std::vector<SubjectRule>;

SteadyTime at_ms(int64_t ms) {
  return {ms * 1'000'000};
}

PermissionSettings answering(int64_t messages_max, int64_t expires_ms) {
  PermissionSettings settings;
  settings.responses = ResponseRule{messages_max, expires_ms};
  return settings;
}

SessionPermissions session_with(PermissionSettings settings) {
  return SessionPermissions(std::make_shared<Permissions>(std::move(settings)));
}

TEST(SessionPermissionsTest, AReplyIsOpenForSoManyMessages) {
  SessionPermissions permissions = session_with(answering(2, 1000));
  EXPECT_FALSE(permissions.may_publish("r", at_ms(0)));
  permissions.open_reply("r", at_ms(0));
  EXPECT_TRUE(permissions.may_publish("r", at_ms(0)));
  EXPECT_TRUE(permissions.may_publish("r", at_ms(1)));
  EXPECT_FALSE(permissions.may_publish("r", at_ms(2)));
  EXPECT_FALSE(permissions.may_publish("other", at_ms(2)));
  permissions.open_reply("r", at_ms(3));
  EXPECT_TRUE(permissions.may_publish("r", at_ms(4))) << "a new request opens it again";
}

// What a mapping makes of a message that is to be lost.
TEST(SessionPermissionsTest, NoSubjectIsNotAmongThoseThatAreAllowed) {
  PermissionSettings settings;
  settings.publish_allow = Rules{{">", ""}};
  EXPECT_FALSE(session_with(settings).may_publish("", at_ms(0)));
  settings.publish_allow.reset();
  settings.publish_deny = Rules{{">", ""}};
  EXPECT_TRUE(session_with(settings).may_publish("", at_ms(0)));
}

TEST(SessionPermissionsTest, AReplyIsOpenForSoLong) {
  SessionPermissions permissions = session_with(answering(-1, 1000));
  permissions.open_reply("r", at_ms(0));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(permissions.may_publish("r", at_ms(1000)));
  EXPECT_FALSE(permissions.may_publish("r", at_ms(1001)));
  SessionPermissions for_ever = session_with(answering(-1, -1));
  for_ever.open_reply("r", at_ms(0));
  EXPECT_TRUE(for_ever.may_publish("r", at_ms(1'000'000'000)));
}

TEST(SessionPermissionsTest, RepliesThatAreAllowedAnywayAreNotKept) {
  PermissionSettings settings = answering(1, 1000);
  settings.publish_allow = Rules{{"_INBOX.>", ""}};
  SessionPermissions permissions = session_with(settings);
  permissions.open_reply("_INBOX.1", at_ms(0));
  EXPECT_EQ(permissions.open_replies(), 0u);
}

TEST(SessionPermissionsTest, OpenRepliesAreBoundedAndOldOnesGo) {
  SessionPermissions permissions = session_with(answering(1, -1));
  constexpr size_t kMany = SessionPermissions::kRepliesMax + 100;
  for (size_t i = 0; i < kMany; ++i) permissions.open_reply(std::to_string(i), at_ms(0));
  EXPECT_LE(permissions.open_replies(), SessionPermissions::kRepliesMax);
  EXPECT_FALSE(permissions.may_publish("0", at_ms(0)));
  EXPECT_TRUE(permissions.may_publish(std::to_string(kMany - 1), at_ms(0)));
  SessionPermissions timed = session_with(answering(1, 10));
  for (int i = 0; i < 1000; ++i) timed.open_reply(std::to_string(i), at_ms(i));
  EXPECT_LE(timed.open_replies(), 12u);
}

TEST(SessionPermissionsTest, RememberedAnswersAreTheRulesOwn) {
  PermissionSettings settings;
  settings.publish_allow = Rules{{"yes.*", ""}};
  settings.subscribe_deny = {{"no.*", "q"}};
  SessionPermissions permissions = session_with(settings);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) {
      const std::string number = std::to_string(i);
      EXPECT_TRUE(permissions.may_publish("yes." + number, at_ms(0)));
      EXPECT_FALSE(permissions.may_publish("no." + number, at_ms(0)));
      EXPECT_TRUE(permissions.may_deliver("no." + number, ""));
      EXPECT_FALSE(permissions.may_deliver("no." + number, "q"));
    }
  }
}

// ---- On the wire
// ---------------------------------------------------------------------------------

class PermissionsOnTheWire : public Scene {
 protected:
  // Clients name the user; everybody's password is "p".
  void let_in(std::vector<std::pair<std::string, PermissionSettings>> users) {
    settings_.session.authenticator = authenticator_of(std::move(users));
  }
  static std::shared_ptr<const Authenticator> authenticator_of(
      std::vector<std::pair<std::string, PermissionSettings>> users) {
    AuthSettings auth;
    for (auto& [name, permissions] : users) auth.users.push_back({name, "p", permissions});
    auth.users.push_back({"admin", "p", {}});
    return make_authenticator(auth);
  }
  void reload(SceneClient& client, std::vector<std::pair<std::string, PermissionSettings>> users) {
    SessionSettings next = *shard().settings;
    next.authenticator = authenticator_of(std::move(users));
    shard().settings = std::make_shared<const SessionSettings>(next);
    shard().post([this, &client] { authenticate_again(shard(), client.session()); });
    EXPECT_TRUE(world().settle());
  }
  SceneClient as(const std::string& user, uint16_t shard = 0) {
    return client_with(R"("verbose":false,"pass":"p","user":")" + user + "\"", shard);
  }
};

TEST_F(PermissionsOnTheWire, APublishThatIsNotAllowedIsAnsweredAndDropped) {
  PermissionSettings rules;
  rules.publish_allow = Rules{{"open.>", ""}};
  rules.publish_deny = {{"open.not", ""}};
  let_in({{"joe", rules}});
  SceneClient joe = as("joe");
  SceneClient admin = as("admin");
  admin.send("SUB > 1\r\n");
  EXPECT_EQ(joe.ask("PUB shut 1\r\nx\r\nPUB open.not 1\r\nx\r\nPUB open.a 1\r\ny\r\nPING\r\n"),
            "-ERR 'Permissions Violation for Publish to \"shut\"'\r\n"
            "-ERR 'Permissions Violation for Publish to \"open.not\"'\r\nPONG\r\n");
  EXPECT_EQ(admin.take(), "MSG open.a 1 1\r\ny\r\n");
  EXPECT_FALSE(joe.is_closed());
}

// The short way for a subject with one reader must not be open to others.
TEST_F(PermissionsOnTheWire, WhatOneMayPublishAnotherMayNot) {
  PermissionSettings rules;
  rules.publish_deny = {{"hot", ""}};
  let_in({{"joe", rules}});
  SceneClient joe = as("joe");
  SceneClient admin = as("admin");
  SceneClient reader = as("admin");
  reader.send("SUB hot 1\r\n");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(admin.ask("PUB hot 1\r\na\r\nPUB hot 1\r\nb\r\n"), "");
    EXPECT_EQ(reader.take(), "MSG hot 1 1\r\na\r\nMSG hot 1 1\r\nb\r\n");
    EXPECT_EQ(joe.ask("PUB hot 1\r\nj\r\n"),
              "-ERR 'Permissions Violation for Publish to \"hot\"'\r\n");
    EXPECT_EQ(reader.take(), "");
  }
}

TEST_F(PermissionsOnTheWire, ASubscriptionThatIsNotAllowedIsAnswered) {
  PermissionSettings rules;
  rules.subscribe_allow = Rules{{"open.>", ""}, {"work", "v1"}};
  let_in({{"joe", rules}});
  SceneClient joe = as("joe");
  EXPECT_EQ(joe.ask("SUB shut 1\r\nSUB work 2\r\nSUB work v2 3\r\nSUB work v1 4\r\nPING\r\n"),
            "-ERR 'Permissions Violation for Subscription to \"shut\"'\r\n"
            "-ERR 'Permissions Violation for Subscription to \"work\"'\r\n"
            "-ERR 'Permissions Violation for Subscription to \"work\" using queue \"v2\"'\r\n"
            "PONG\r\n");
  EXPECT_EQ(joe.session().subscriptions.size(), 1u);
}

// One reader or many, on the publisher's shard or another.
TEST_F(PermissionsOnTheWire, WhatIsDeniedIsNeverDelivered) {
  settings_.shard_count = 2;
  PermissionSettings rules;
  rules.subscribe_deny = {{"a.secret", ""}};
  let_in({{"joe", rules}});
  SceneClient admin = as("admin");
  for (const uint16_t shard : {0, 1}) {
    SceneClient joe = as("joe", shard);
    joe.send("SUB a.* 1\r\n");
    std::vector<SceneClient> others;
    for (int crowd = 0; crowd < 12; ++crowd) {
      EXPECT_EQ(admin.ask("PUB a.b 1\r\nx\r\nPUB a.secret 1\r\ns\r\nPUB a.c 1\r\ny\r\n"), "");
      EXPECT_EQ(joe.take(), "MSG a.b 1 1\r\nx\r\nMSG a.c 1 1\r\ny\r\n") << crowd;
      others.push_back(as("admin", shard));
      others.back().send("SUB a.* 1\r\n");
    }
    EXPECT_NE(others.front().take().find("a.secret"), std::string::npos);
    EXPECT_EQ(joe.session().subscriptions.size(), 1u);
  }
}

TEST_F(PermissionsOnTheWire, AQueueGroupPassesOverAMemberThatMayNotHaveTheMessage) {
  PermissionSettings rules;
  rules.subscribe_deny = {{"a.secret", ""}};
  let_in({{"joe", rules}});
  SceneClient joe = as("joe");
  SceneClient ann = as("admin");
  SceneClient admin = as("admin");
  joe.send("SUB a.* q 1\r\n");
  ann.send("SUB a.* q 1\r\n");
  for (int i = 0; i < 20; ++i) admin.send("PUB a.secret 1\r\ns\r\n");
  EXPECT_EQ(joe.take(), "");
  std::string all;
  for (int i = 0; i < 20; ++i) all += "MSG a.secret 1 1\r\ns\r\n";
  EXPECT_EQ(ann.take(), all);
}

TEST_F(PermissionsOnTheWire, WhoIsAskedMayAnswerOnce) {
  let_in({{"service", answering(1, 60'000)}});
  SceneClient service = as("service");
  SceneClient asker = as("admin");
  service.send("SUB help 1\r\n");
  asker.send("SUB inbox 1\r\n");
  EXPECT_EQ(service.ask("PUB inbox 1\r\n?\r\n"),
            "-ERR 'Permissions Violation for Publish to \"inbox\"'\r\n");
  asker.send("PUB help inbox 1\r\nq\r\n");
  EXPECT_EQ(service.take(), "MSG help 1 inbox 1\r\nq\r\n");
  EXPECT_EQ(service.ask("PUB inbox 1\r\n1\r\nPUB inbox 1\r\n2\r\n"),
            "-ERR 'Permissions Violation for Publish to \"inbox\"'\r\n");
  EXPECT_EQ(asker.take(), "MSG inbox 1 1\r\n1\r\n");
}

TEST_F(PermissionsOnTheWire, AMaximumOfAWatchedSubscriptionStillCounts) {
  PermissionSettings rules;
  rules.subscribe_deny = {{"a.secret", ""}};
  let_in({{"joe", rules}});
  SceneClient joe = as("joe");
  SceneClient admin = as("admin");
  joe.send("SUB a.* 1\r\nUNSUB 1 2\r\n");
  admin.send("PUB a.secret 1\r\ns\r\nPUB a.b 1\r\n1\r\nPUB a.secret 1\r\ns\r\nPUB a.b 1\r\n2\r\n");
  admin.send("PUB a.b 1\r\n3\r\n");
  EXPECT_EQ(joe.take(), "MSG a.b 1 1\r\n1\r\nMSG a.b 1 1\r\n2\r\n");
  EXPECT_TRUE(joe.session().subscriptions.empty());
}

// Nor is it open any longer than its permissions are.
TEST_F(PermissionsOnTheWire, WhatWasAllowedManyTimesIsNotAfterAReload) {
  PermissionSettings open;
  open.publish_allow = Rules{{"hot", ""}};
  PermissionSettings shut;
  shut.publish_allow = Rules{{"other", ""}};
  let_in({{"joe", open}, {"ann", shut}});
  SceneClient joe = as("joe");
  SceneClient ann = as("ann");
  SceneClient reader = as("admin");
  reader.send("SUB hot 1\r\n");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(joe.ask("PUB hot 1\r\na\r\nPUB hot 1\r\nb\r\n"), "");
    EXPECT_EQ(reader.take(), "MSG hot 1 1\r\na\r\nMSG hot 1 1\r\nb\r\n");
    EXPECT_EQ(ann.ask("PUB hot 1\r\nj\r\n"),
              "-ERR 'Permissions Violation for Publish to \"hot\"'\r\n");
  }
  EXPECT_EQ(joe.ask("PUB hot 1\r\na\r\nPUB hot 1\r\nb\r\n"), "");
  reload(joe, {{"joe", shut}, {"ann", open}});
  reader.take();
  EXPECT_EQ(joe.ask("PUB hot 1\r\na\r\n"),
            "-ERR 'Permissions Violation for Publish to \"hot\"'\r\n");
  EXPECT_EQ(reader.take(), "");
}

// An answer may be given once, however short the way of the first one was.
TEST_F(PermissionsOnTheWire, AReplyThatIsOpenForOneMessageIsNoOpenSubject) {
  let_in({{"joe", answering(1, -1)}});
  SceneClient joe = as("joe");
  SceneClient asker = as("admin");
  joe.send("SUB ask 1\r\n");
  asker.send("SUB inbox 1\r\n");
  for (int i = 0; i < 3; ++i) {
    asker.send("PUB ask inbox 1\r\n?\r\n");
    joe.take();
    EXPECT_EQ(joe.ask("PUB inbox 1\r\na\r\nPUB inbox 1\r\nb\r\nPUB inbox 1\r\nc\r\n"),
              "-ERR 'Permissions Violation for Publish to \"inbox\"'\r\n"
              "-ERR 'Permissions Violation for Publish to \"inbox\"'\r\n");
    EXPECT_EQ(asker.take(), "MSG inbox 1 1\r\na\r\n");
  }
}

TEST_F(PermissionsOnTheWire, AReloadTakesAwayWhatIsNotAllowedAnyMore) {
  let_in({{"joe", {}}});
  SceneClient joe = as("joe");
  SceneClient admin = as("admin");
  joe.send("SUB a.* 1\r\nSUB b 2\r\nSUB c q 3\r\n");
  PermissionSettings rules;
  rules.subscribe_deny = {{"b", ""}, {"c", "q"}, {"a.secret", ""}};
  rules.publish_deny = {{"x", ""}};
  reload(joe, {{"joe", rules}});
  EXPECT_EQ(
      joe.take(),
      "-ERR 'Permissions Violation for Subscription to \"b\" (sid \"2\")'\r\n"
      "-ERR 'Permissions Violation for Subscription to \"c\" using queue \"q\" (sid \"3\")'\r\n");
  EXPECT_EQ(joe.ask("PUB x 0\r\n\r\n"), "-ERR 'Permissions Violation for Publish to \"x\"'\r\n");
  admin.send("PUB a.secret 1\r\ns\r\nPUB a.b 1\r\n1\r\nPUB b 1\r\nb\r\nPUB c 1\r\nc\r\n");
  EXPECT_EQ(joe.take(), "MSG a.b 1 1\r\n1\r\n");
  reload(joe, {{"joe", {}}});
  admin.send("PUB a.secret 1\r\ns\r\n");
  EXPECT_EQ(joe.take(), "MSG a.secret 1 1\r\ns\r\n") << "and gives back what is allowed again";
}

}  // namespace
}  // namespace antiphon
