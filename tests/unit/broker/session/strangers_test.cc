#include "broker/session/strangers.h"

#include "tests/unit/broker/session/login_scene.h"

namespace antiphon {
namespace {

constexpr std::string_view kLogin = "CONNECT {\"user\":\"joe\",\"pass\":\"secret\",\"verbose\":false}\r\n";

class StrangersTest : public LoginScene {
 protected:
  StrangersTest() {
    require_password();
    settings_.session.stranger_bytes_max = 8000;
  }
  SceneClient unfinished(size_t bytes) {
    SceneClient client = bare_client();
    client.send("CONNECT {" + std::string(bytes - 9, ' '));
    return client;
  }
};

TEST_F(StrangersTest, ThoseWithTheMostAreClosedAndSaidWhy) {
  SceneClient small = unfinished(100);
  SceneClient large = unfinished(4000);
  SceneClient larger = unfinished(3900);
  EXPECT_EQ(shard().stranger_bytes, 8000u);
  SceneClient last = unfinished(20);
  EXPECT_EQ(large.take(), "-ERR 'too many bytes before login'\r\n");
  EXPECT_TRUE(large.is_closed());
  EXPECT_EQ(large.close_reason(), CloseReason::kBytesBeforeLogin);
  EXPECT_EQ(shard().counters.closed[static_cast<size_t>(CloseReason::kBytesBeforeLogin)], 1u);
  EXPECT_EQ(shard().stranger_bytes, 4020u);
  for (SceneClient* one : {&small, &larger, &last}) EXPECT_FALSE(one->is_closed());
}

TEST_F(StrangersTest, WhoLogsInOrLeavesCountsNoMore) {
  SceneClient client = bare_client();
  client.send(kLogin.substr(0, 40));
  EXPECT_EQ(shard().stranger_bytes, 40u);
  client.send(kLogin.substr(40));
  EXPECT_EQ(shard().stranger_bytes, 0u);
  client.send("PUB a 100000\r\n" + std::string(9000, 'x'));
  EXPECT_EQ(shard().stranger_bytes, 0u);
  EXPECT_FALSE(client.is_closed());
  SceneClient other = unfinished(50);
  other.close();
  EXPECT_EQ(shard().stranger_bytes, 0u);
}

TEST_F(StrangersTest, NoMoreThanALineIsReadOfOne) {
  settings_.session.control_line_bytes_max = 500;
  SceneClient client = bare_client();
  EXPECT_EQ(read_bytes_max(shard(), client.session()), 564u);
  // What stands behind it is read all the same.
  std::string bytes(kLogin);
  for (int i = 0; i < 100; ++i) bytes += "SUB a " + std::to_string(i) + "\r\n";
  EXPECT_EQ(client.ask(bytes + "PING\r\n"), "PONG\r\n");
  EXPECT_EQ(client.session().subscriptions.size(), 100u);
  EXPECT_GT(read_bytes_max(shard(), client.session()), 564u);
}

}  // namespace
}  // namespace antiphon
