#include "broker/session/read.h"

#include "broker/buffer/buffer_limits.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

using ReadTest = Scene;

TEST_F(ReadTest, AConversationMayComeByteByByte) {
  SceneClient client = bare_client();
  const std::string text =
      "CONNECT {\"verbose\":false,\"headers\":true}\r\nSUB a 1\r\nPUB a r 2\r\nhi\r\n"
      "HPUB a 2 3\r\nHHx\r\nPING\r\n";
  for (const char c : text) client.send({&c, 1});
  EXPECT_EQ(client.take(), "MSG a 1 r 2\r\nhi\r\nHMSG a 1 2 3\r\nHHx\r\nPONG\r\n");
}

TEST_F(ReadTest, ReadsMayGiveLessThanThereIs) {
  SceneClient client = this->client();
  client.pipe().read_bytes_max = 3;
  EXPECT_EQ(client.ask("SUB a 1\r\nPUB a 2\r\nhi\r\nPING\r\n"), "MSG a 1 2\r\nhi\r\nPONG\r\n");
}

TEST_F(ReadTest, AnIdleSessionKeepsNoBuffer) {
  SceneClient client = this->client();
  client.send("PUB a 5\r\nhel");
  EXPECT_GT(client.session().tail.bytes(), 0u);
  client.send("lo\r\n");
  EXPECT_EQ(client.session().tail.room(), 0u);
  EXPECT_TRUE(client.session().tail.empty());
  EXPECT_TRUE(client.session().out.empty());
}

TEST_F(ReadTest, TakesPayloadsOfEverySizeAroundItsReads) {
  SceneClient client = this->client();
  client.send("SUB a 1\r\n");
  for (const size_t bytes : {kReadBytesMax - 20, kReadBytesMax - 1, kReadBytesMax,
                             kReadBytesMax + 1, 2 * kReadBytesMax, size_t{300'000}}) {
    const std::string payload(bytes, 'x');
    const std::string size = std::to_string(bytes);
    // Something small before and behind it, in one piece and in pieces.
    const std::string text =
        "PING\r\nPUB a " + size + "\r\n" + payload + "\r\nPUB a 1\r\ny\r\nPING\r\n";
    const std::string expected =
        "PONG\r\nMSG a 1 " + size + "\r\n" + payload + "\r\nMSG a 1 1\r\ny\r\nPONG\r\n";
    EXPECT_EQ(client.ask(text), expected) << bytes;
    for (size_t at = 0; at < text.size(); at += 50'000) client.send(text.substr(at, 50'000));
    EXPECT_EQ(client.take(), expected) << bytes;
    EXPECT_TRUE(client.session().tail.empty());
  }
}

TEST_F(ReadTest, ALargePayloadThatEndsWronglyIsRefused) {
  SceneClient client = this->client();
  const std::string payload(100'000, 'x');
  EXPECT_EQ(client.ask("PUB a 100000\r\n" + payload + "xx"),
            "-ERR 'Unknown Protocol Operation'\r\n");
  EXPECT_EQ(shard().pool.bytes_in_use(), 0u);
}

TEST_F(ReadTest, AnUnfinishedLineMayNotGrowForEver) {
  settings_.session.control_line_bytes_max = 1000;
  SceneClient client = this->client();
  for (int i = 0; i < 30 && !client.is_closed(); ++i) client.send(std::string(i == 0 ? "SUB " : "") + std::string(100, 'x'));
  EXPECT_EQ(client.close_reason(), CloseReason::kMaximumControlLine);
}

TEST_F(ReadTest, TakesNoFramesWhileItWaitsAndAllOfThemAfterwards) {
  SceneClient client = this->client();
  Session& session = client.session();
  ++session.pauses;
  ++session.pauses;
  EXPECT_EQ(client.ask("PING\r\nPING\r\n"), "");
  resume_reading(shard(), session);
  world().run_turn(0);
  EXPECT_EQ(client.take(), "") << "there is another thing to wait for";
  resume_reading(shard(), session);
  world().run_turn(0);
  EXPECT_EQ(client.take(), "PONG\r\nPONG\r\n");
}

TEST_F(ReadTest, FramesBehindAWaitAreTakenInOrderThoughTheyWereReadAlready) {
  settings_.shard_count = 2;
  SceneClient client = this->client(1);
  std::string text;
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    const std::string n = std::to_string(i);
    text += "SUB s." + n + " " + n + "\r\nPING\r\nPUB s." + n + " 1\r\nx\r\n";
    expected += "PONG\r\nMSG s." + n + " " + n + " 1\r\nx\r\n";
  }
  EXPECT_EQ(client.ask(text), expected);
}

TEST_F(ReadTest, EmptyAndOddLinesOfNoConsequenceAreTaken) {
  EXPECT_EQ(client().ask("INFO {}\r\n+OK\r\nPONG\r\nPING\r\n"), "PONG\r\n");
}

}  // namespace
}  // namespace antiphon
