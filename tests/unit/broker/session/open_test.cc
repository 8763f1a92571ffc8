#include "broker/session/open.h"

#include <nlohmann/json.hpp>

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class OpenTest : public Scene {
 protected:
  static nlohmann::json info_of(const std::string& text) {
    EXPECT_EQ(text.substr(0, 5), "INFO ");
    return nlohmann::json::parse(text.substr(5, text.find("\r\n") - 5));
  }
};

TEST_F(OpenTest, TheServerSpeaksFirst) {
  settings_.session.info.server_name = "here";
  settings_.session.info.max_payload = 77;
  SceneClient client(world(), 0);
  ASSERT_TRUE(world().settle());
  const nlohmann::json info = info_of(client.take());
  EXPECT_EQ(info["server_name"], "here");
  EXPECT_EQ(info["max_payload"], 77);
  EXPECT_EQ(info["client_id"], 1);
  EXPECT_FALSE(info.contains("connect_info"));
}

TEST_F(OpenTest, NumbersClientsOverAllShards) {
  settings_.shard_count = 2;
  SceneClient first = bare_client(0);
  SceneClient second = bare_client(1);
  first.close();
  SceneClient third = bare_client(0);
  EXPECT_EQ(first.client_id(), 1u);
  EXPECT_EQ(second.client_id(), 2u);
  EXPECT_EQ(third.client_id(), 3u);
  EXPECT_EQ(world().counts().connections.load(), 2);
  EXPECT_EQ(world().counts().total_connections.load(), 3u);
}

TEST_F(OpenTest, RefusesConnectionsBeyondTheMaximumAfterItsInfo) {
  settings_.session.connections_max = 2;
  SceneClient a = bare_client();
  SceneClient b = bare_client();
  SceneClient c(world(), 0);
  ASSERT_TRUE(world().settle());
  const std::string text = c.take();
  EXPECT_EQ(text.substr(0, 6), "INFO {");
  EXPECT_NE(text.find("-ERR 'maximum connections exceeded'\r\n"), std::string::npos);
  EXPECT_TRUE(c.is_closed());
  EXPECT_EQ(c.close_reason(), CloseReason::kMaximumConnections);
  EXPECT_FALSE(a.is_closed());
  a.close();
  EXPECT_FALSE(bare_client().is_closed()) << "there is room again";
}

TEST_F(OpenTest, TakesAnyNumberWhenThereIsNoMaximum) {
  settings_.session.connections_max = 0;
  for (int i = 0; i < 20; ++i) bare_client();
  EXPECT_EQ(world().counts().connections.load(), 20);
}

TEST_F(OpenTest, TellsTheAccountAfterTheFirstPongToThoseWhoUnderstand) {
  SceneClient modern = client_with(R"("verbose":false,"protocol":1)");
  const std::string text = modern.ask("PING\r\n");
  ASSERT_EQ(text.substr(0, 6), "PONG\r\n");
  const nlohmann::json info = info_of(text.substr(6));
  EXPECT_EQ(info["connect_info"], true);
  EXPECT_EQ(info["remote_account"], "$G");
  EXPECT_EQ(modern.ask("PING\r\n"), "PONG\r\n") << "once";
  SceneClient old = client_with(R"("verbose":false,"protocol":0)");
  EXPECT_EQ(old.ask("PING\r\n"), "PONG\r\n");
  SceneClient silent = bare_client();
  EXPECT_EQ(silent.ask("PING\r\n"), "PONG\r\n");
}

}  // namespace
}  // namespace antiphon
