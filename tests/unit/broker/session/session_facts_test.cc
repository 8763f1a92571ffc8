#include "broker/session/session_facts.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

using SessionFactsTest = Scene;

TEST_F(SessionFactsTest, AreACopyOfWhatCanBeTold) {
  SceneClient client = client_with(
      R"("verbose":false,"name":"n","lang":"cpp","version":"1","user":"joe","pass":"hidden")");
  client.send("SUB a 1\r\nSUB b q 2\r\nUNSUB 2 9\r\nPUB a 3\r\nabc\r\n");
  const SessionFacts facts = facts_of(client.session(), WithSubscriptions::kYes);
  EXPECT_EQ(facts.client_id, client.client_id());
  EXPECT_EQ(facts.details.name, "n");
  EXPECT_EQ(facts.details.user, "joe");
  EXPECT_EQ(facts.received.messages, 1u);
  EXPECT_EQ(facts.received.bytes, 3u);
  EXPECT_EQ(facts.sent.messages, 1u);
  EXPECT_EQ(facts.subscription_count, 2u);
  EXPECT_EQ(facts.stop_ns, 0);
  EXPECT_GT(facts.start_ns, 0);
  EXPECT_GE(facts.last_activity_ns, facts.start_ns);
  ASSERT_EQ(facts.subscriptions.size(), 2u);
  EXPECT_EQ(facts.subscriptions[0].subject, "a");
  EXPECT_EQ(facts.subscriptions[0].queue, "");
  EXPECT_EQ(facts.subscriptions[0].sid, "1");
  EXPECT_EQ(facts.subscriptions[0].delivered, 1u);
  EXPECT_EQ(facts.subscriptions[1].queue, "q");
  EXPECT_EQ(facts.subscriptions[1].max_messages, 9u);
  EXPECT_EQ(facts.subscriptions[1].client_id, client.client_id());
}

TEST_F(SessionFactsTest, LeaveSubscriptionsOutUnlessAskedFor) {
  SceneClient client = this->client();
  client.send("SUB a 1\r\n");
  const SessionFacts facts = facts_of(client.session(), WithSubscriptions::kNo);
  EXPECT_EQ(facts.subscription_count, 1u);
  EXPECT_TRUE(facts.subscriptions.empty());
}

TEST_F(SessionFactsTest, CountWhatWaits) {
  SceneClient client = this->client();
  client.pipe().room = 0;
  client.send("PING\r\n");
  EXPECT_EQ(facts_of(client.session(), WithSubscriptions::kNo).pending_bytes, 6u);
}

}  // namespace
}  // namespace antiphon
