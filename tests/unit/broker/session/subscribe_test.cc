#include "broker/session/subscribe.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

using SubscribeTest = Scene;

TEST_F(SubscribeTest, IsAnsweredWhenTheClientIsVerbose) {
  SceneClient verbose = bare_client();
  EXPECT_EQ(verbose.ask("SUB a 1\r\nUNSUB 1\r\nUNSUB 9\r\n"), "+OK\r\n+OK\r\n+OK\r\n");
  EXPECT_EQ(client().ask("SUB a 1\r\nUNSUB 1\r\n"), "");
}

TEST_F(SubscribeTest, TheSameSidAgainKeepsTheFirst) {
  SceneClient client = bare_client();
  EXPECT_EQ(client.ask("SUB a 1\r\nSUB b 1\r\n"), "+OK\r\n+OK\r\n");
  EXPECT_EQ(client.ask("PUB b 1\r\nx\r\nPUB a 1\r\nx\r\n"),
            "+OK\r\n+OK\r\nMSG a 1 1\r\nx\r\n");
}

TEST_F(SubscribeTest, RefusesInvalidSubjectsAndStaysOpen) {
  SceneClient client = this->client();
  for (const char* subject : {"a..b", ".a", "a.", "a.>.b"}) {
    EXPECT_EQ(client.ask("SUB " + std::string(subject) + " 1\r\n"), "-ERR 'Invalid Subject'\r\n");
  }
  EXPECT_FALSE(client.is_closed());
  EXPECT_TRUE(client.session().subscriptions.empty());
}

TEST_F(SubscribeTest, RefusesTheQueueNameOfServers) {
  EXPECT_EQ(client().ask("SUB a _sys_ 1\r\n"),
            "-ERR 'Permissions Violation for Subscription to \"a\" using queue \"_sys_\"'\r\n");
}

TEST_F(SubscribeTest, KeepsToTheLimitsOfSubscriptionsAndTokens) {
  settings_.session.subscriptions_max = 2;
  settings_.session.subscription_tokens_max = 3;
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("SUB a.b.c.d 1\r\n"),
            "-ERR 'Permissions Violation for Subscription to \"a.b.c.d\", too many tokens'\r\n");
  EXPECT_EQ(client.ask("SUB a.b.c 1\r\nSUB b 2\r\n"), "");
  EXPECT_EQ(client.ask("SUB c 3\r\n"), "-ERR 'maximum subscriptions exceeded'\r\n");
  EXPECT_EQ(client.ask("UNSUB 1\r\nSUB c 3\r\nPUB c 0\r\n\r\n"), "MSG c 3 0\r\n\r\n");
}

TEST_F(SubscribeTest, UnsubEndsAtOnce) {
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("SUB a 1\r\nPUB a 1\r\nx\r\nUNSUB 1\r\nPUB a 1\r\ny\r\n"),
            "MSG a 1 1\r\nx\r\n");
  EXPECT_TRUE(client.session().subscriptions.empty());
}

TEST_F(SubscribeTest, UnsubOfAnUnknownSidIsIgnored) {
  EXPECT_EQ(client().ask("UNSUB 7\r\nUNSUB 8 5\r\nPING\r\n"), "PONG\r\n");
}

TEST_F(SubscribeTest, UnsubWithAMaximumCountsFromTheStart) {
  SceneClient client = this->client();
  const std::string hello = "PUB a 1\r\nx\r\n";
  EXPECT_EQ(client.ask("SUB a 1\r\n" + hello + "UNSUB 1 3\r\n" + hello + hello + hello + hello),
            "MSG a 1 1\r\nx\r\nMSG a 1 1\r\nx\r\nMSG a 1 1\r\nx\r\n");
  EXPECT_TRUE(client.session().subscriptions.empty());
}

TEST_F(SubscribeTest, UnsubWithAMaximumThatHasBeenReachedEndsAtOnce) {
  SceneClient client = this->client();
  const std::string hello = "PUB a 1\r\nx\r\n";
  client.ask("SUB a 1\r\n" + hello + hello);
  client.send("UNSUB 1 2\r\n");
  EXPECT_TRUE(client.session().subscriptions.empty());
  client.ask("SUB a 2\r\n" + hello + hello);
  client.send("UNSUB 2 1\r\n");
  EXPECT_TRUE(client.session().subscriptions.empty());
}

TEST_F(SubscribeTest, UnsubWithAMaximumOfNothingEndsAtOnce) {
  SceneClient client = this->client();
  client.ask("SUB a 1\r\nSUB b 2\r\nUNSUB 1 0\r\nUNSUB 2 x\r\n");
  EXPECT_TRUE(client.session().subscriptions.empty());
}

TEST_F(SubscribeTest, AQueueMemberMayHaveAMaximumToo) {
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("SUB a q 1\r\nUNSUB 1 1\r\nPUB a 1\r\nx\r\nPUB a 1\r\ny\r\n"),
            "MSG a 1 1\r\nx\r\n");
  EXPECT_TRUE(client.session().subscriptions.empty());
}

TEST_F(SubscribeTest, AClosedSessionLeavesNothingInTheSublist) {
  SceneClient client = this->client();
  client.send("SUB a 1\r\nSUB a q 2\r\nSUB b.* 3\r\n");
  Sublist& sublist = shard().account(kGlobalAccount).sublist;
  EXPECT_EQ(sublist.counters().subscriptions, 3u);
  client.close();
  EXPECT_EQ(sublist.counters().subscriptions, 0u);
  EXPECT_TRUE(sublist.match("a").empty());
}

}  // namespace
}  // namespace antiphon
