// Limits of accounts: clients on all shards, subscriptions and payloads of each.
#include "tests/unit/broker/session/sharing_scene.h"

namespace antiphon {
namespace {

class AccountLimitsTest : public SharingScene {
 protected:
  static std::vector<AccountSettings> limited(AccountLimits limits) {
    return {{"A", {}, {}, {}, limits}};
  }
};

TEST_F(AccountLimitsTest, AnAccountHasSoManyClientsOnAllShards) {
  share(limited({.connections_max = 2}));
  SceneClient first = in(0, 0);
  SceneClient second = in(0, 1);
  SceneClient other = in(1, 0);
  SceneClient third = bare_client(1);
  EXPECT_EQ(third.ask("CONNECT {\"user\":\"u0\",\"pass\":\"p\"}\r\n"),
            "-ERR 'maximum account active connections exceeded'\r\n");
  EXPECT_EQ(third.close_reason(), CloseReason::kMaximumAccountConnections);
  EXPECT_FALSE(other.is_closed());
  first.close();
  EXPECT_FALSE(in(0, 1).is_closed());
}

TEST_F(AccountLimitsTest, ASecondConnectCountsForItsAccountOnly) {
  share(limited({.connections_max = 1}));
  SceneClient client = in(0, 0);
  for (const char* user : {"u0", "u1", "u0"}) {
    client.send(std::string("CONNECT {\"verbose\":false,\"user\":\"") + user + "\",\"pass\":\"p\"}\r\n");
    EXPECT_FALSE(client.is_closed());
  }
  client.close();
  EXPECT_EQ(shard(0).account(AccountId{1}).connections->load(), 0);
  EXPECT_EQ(shard(0).account(AccountId{2}).connections->load(), 0);
}

TEST_F(AccountLimitsTest, SubscriptionsAndPayloadsAreBounded) {
  share(limited({.subscriptions_max = 1, .payload_bytes_max = 3}));
  SceneClient client = in(0);
  EXPECT_EQ(client.ask("SUB a 1\r\nSUB b 2\r\n"), "-ERR 'maximum subscriptions exceeded'\r\n");
  EXPECT_EQ(client.ask("UNSUB 1\r\nSUB b 2\r\nPUB b 3\r\nxyz\r\n"), "MSG b 2 3\r\nxyz\r\n");
  EXPECT_EQ(client.ask("PUB b 4\r\nwxyz\r\n"), "-ERR 'Maximum Payload Violation'\r\n");
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(in(1).ask("SUB a 1\r\nSUB b 2\r\nPUB b 4\r\nwxyz\r\n"), "MSG b 2 4\r\nwxyz\r\n");
}

}  // namespace
}  // namespace antiphon
