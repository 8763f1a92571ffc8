#include "broker/session/deliver.h"

#include <map>

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

using DeliverTest = Scene;

TEST_F(DeliverTest, EverySubscriptionThatMatchesGetsItsOwnCopy) {
  SceneClient client = this->client();
  client.send("SUB a.b 1\r\nSUB a.* 2\r\nSUB > 3\r\nSUB b 4\r\n");
  const std::string text = client.ask("PUB a.b r 2\r\nhi\r\n");
  for (const char* sid : {"1", "2", "3"}) {
    EXPECT_NE(text.find("MSG a.b " + std::string(sid) + " r 2\r\nhi\r\n"), std::string::npos) << sid;
  }
  EXPECT_EQ(text.size(), 3 * std::string("MSG a.b 1 r 2\r\nhi\r\n").size());
}

TEST_F(DeliverTest, ReadersWithoutHeadersGetTheBodyAlone) {
  SceneClient modern = client();
  SceneClient old = client_with(R"("verbose":false)");
  modern.send("SUB a 1\r\n");
  old.send("SUB a 1\r\n");
  modern.send("HPUB a r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
  EXPECT_EQ(modern.take(), "HMSG a 1 r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
  EXPECT_EQ(old.take(), "MSG a 1 r 2\r\nhi\r\n");
}

TEST_F(DeliverTest, NoEchoMeansNotEvenOnePlainOrQueueCopy) {
  SceneClient client = client_with(R"("verbose":false,"echo":false)");
  EXPECT_EQ(client.ask("SUB a 1\r\nSUB a q 2\r\nPUB a 1\r\nx\r\n"), "");
  SceneClient other = this->client();
  other.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(client.take().size(), 2 * std::string("MSG a 1 1\r\nx\r\n").size());
}

TEST_F(DeliverTest, AGroupGetsAMessageOnceAndSharesTheWorkEvenly) {
  std::vector<SceneClient> members;
  for (int i = 0; i < 4; ++i) members.push_back(client());
  for (SceneClient& member : members) member.send("SUB a q 1\r\n");
  SceneClient publisher = client();
  constexpr int kMessages = 400;
  std::string all;
  for (int i = 0; i < kMessages; ++i) all += "PUB a 1\r\nx\r\n";
  publisher.send(all);
  size_t total = 0;
  for (SceneClient& member : members) {
    const size_t got = member.take().size() / std::string("MSG a 1 1\r\nx\r\n").size();
    EXPECT_GT(got, static_cast<size_t>(kMessages / 4 / 2));
    total += got;
  }
  EXPECT_EQ(total, static_cast<size_t>(kMessages));
}

TEST_F(DeliverTest, AGroupIsOneOverAllSubjectsThatMatch) {
  SceneClient first = client();
  SceneClient second = client();
  first.send("SUB a.b q 1\r\nSUB a.b r 2\r\n");
  second.send("SUB a.* q 1\r\n");
  SceneClient publisher = client();
  publisher.send("PUB a.b 1\r\nx\r\n");
  const std::string both = first.take() + second.take();
  EXPECT_EQ(both.size(), 2 * std::string("MSG a.b 1 1\r\nx\r\n").size()) << both;
  EXPECT_NE(both.find("MSG a.b 2 1"), std::string::npos) << "the other group has its own";
}

TEST_F(DeliverTest, AGroupPassesOverThePublisherWithoutEcho) {
  SceneClient publisher = client_with(R"("verbose":false,"echo":false)");
  SceneClient other = client();
  publisher.send("SUB a q 1\r\n");
  other.send("SUB a q 1\r\n");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(publisher.ask("PUB a 1\r\nx\r\n"), "");
  EXPECT_EQ(other.take().size(), 20 * std::string("MSG a 1 1\r\nx\r\n").size());
}

TEST_F(DeliverTest, MixesReadersWithAndWithoutAMaximum) {
  SceneClient limited = client();
  SceneClient free = client();
  limited.send("SUB a 1\r\nUNSUB 1 2\r\n");
  free.send("SUB a 1\r\n");
  SceneClient publisher = client();
  for (int i = 0; i < 5; ++i) publisher.send("PUB a 1\r\nx\r\n");
  const size_t each = std::string("MSG a 1 1\r\nx\r\n").size();
  EXPECT_EQ(limited.take().size(), 2 * each);
  EXPECT_EQ(free.take().size(), 5 * each);
  EXPECT_EQ(shard().account(kGlobalAccount).sublist.match("a")[0]->limited, 0u);
}

}  // namespace
}  // namespace antiphon
