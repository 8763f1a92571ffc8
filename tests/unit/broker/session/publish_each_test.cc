#include "broker/session/publish_each.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

std::string frame(size_t targets, const std::string& lines, const std::string& payload) {
  const std::string body = lines + std::to_string(payload.size()) + "\r\n" + payload;
  return "MPUB " + std::to_string(targets) + " " + std::to_string(lines.size()) + " " + std::to_string(body.size()) +
         "\r\n" + body + "\r\n";
}

class PublishEachTest : public Scene {
 protected:
  PublishEachTest() { settings_.session.info.multi_publish = true; }
};

TEST_F(PublishEachTest, MeansWhatTheSamePublishesWouldMean) {
  SceneClient publisher = client(), one = client(), other = client();
  one.send("SUB a 1\r\nSUB c 2\r\n");
  other.send("SUB > 9\r\n");
  publisher.send(frame(4, "a\nb r.1\nc r.2\nd longer\n", "hi"));
  EXPECT_EQ(one.take(), "MSG a 1 2\r\nhi\r\nMSG c 2 r.2 2\r\nhi\r\n");
  EXPECT_EQ(other.take(),
            "MSG a 9 2\r\nhi\r\nMSG b 9 r.1 2\r\nhi\r\nMSG c 9 r.2 2\r\nhi\r\nMSG d 9 longer 2\r\nhi\r\n");
  EXPECT_EQ(publisher.session().received.messages, 4u);
  EXPECT_EQ(publisher.session().received.bytes, 8u);
  EXPECT_EQ(publisher.take(), "");
}

TEST_F(PublishEachTest, WhatFollowsTheFrameIsTaken) {
  SceneClient client = this->client();
  client.send("SUB > 1\r\n");
  EXPECT_EQ(client.ask(frame(1, "a\n", "x") + "PUB b 1\r\ny\r\n"), "MSG a 1 1\r\nx\r\nMSG b 1 1\r\ny\r\n");
}

TEST_F(PublishEachTest, ChecksEachTargetAndTellsOfEachThatNobodyHears) {
  SceneClient asker = client_with(R"("verbose":false,"headers":true,"no_responders":true)");
  asker.send("SUB inbox.* 1\r\nSUB heard 2\r\n");
  const std::string said = asker.ask(frame(3, "$NRG.x\nheard inbox.1\nnobody inbox.2\n", "q"));
  EXPECT_NE(said.find("Permissions Violation for Publish to \"$NRG.x\""), std::string::npos) << said;
  EXPECT_NE(said.find("MSG heard 2 inbox.1 1\r\nq\r\n"), std::string::npos) << said;
  EXPECT_NE(said.find("HMSG inbox.2 1 "), std::string::npos) << said;
  EXPECT_EQ(said.find("HMSG inbox.1"), std::string::npos) << said;
  EXPECT_FALSE(asker.is_closed());
}

TEST_F(PublishEachTest, LinesThatAreNoneCloseTheConnection) {
  for (const auto& [targets, lines] :
       {std::pair<size_t, std::string>{2, "a\n"}, {1, "a\nb\n"}, {1, "a"}, {1, "a b c\n"}, {1, "\n"}}) {
    SceneClient client = this->client();
    client.send(frame(targets, lines, "x"));
    EXPECT_TRUE(client.is_closed()) << lines;
    EXPECT_EQ(client.close_reason(), CloseReason::kProtocolViolation);
  }
}

TEST_F(PublishEachTest, IsUnknownWhereItIsNotOffered) {
  settings_.session.info.multi_publish = false;
  SceneClient client = this->client();
  EXPECT_EQ(client.ask(frame(1, "a\n", "x")), "-ERR 'Unknown Protocol Operation'\r\n");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(PublishEachTest, GoesToOtherShardsToo) {
  settings_.shard_count = 2;
  SceneClient publisher = client(0), reader = client(1);
  reader.send("SUB n.* 1\r\n");
  publisher.send(frame(2, "n.1\nn.2 back\n", "hi"));
  EXPECT_EQ(reader.take(), "MSG n.1 1 2\r\nhi\r\nMSG n.2 1 back 2\r\nhi\r\n");
}

}  // namespace
}  // namespace antiphon
