#include "broker/session/publish.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

using PublishTest = Scene;

TEST_F(PublishTest, IsAnsweredBeforeItIsDelivered) {
  SceneClient client = bare_client();
  client.ask("SUB a 1\r\n");
  EXPECT_EQ(client.ask("PUB a 2\r\nhi\r\n"), "+OK\r\nMSG a 1 2\r\nhi\r\n");
}

TEST_F(PublishTest, CountsMessagesAndBytesOfBothSides) {
  SceneClient publisher = client();
  SceneClient reader = client();
  reader.send("SUB a 1\r\n");
  publisher.send("PUB a 5\r\nhello\r\nHPUB a 4 6\r\nHHHHhi\r\nPUB nobody 3\r\nxyz\r\n");
  EXPECT_EQ(publisher.session().received.messages, 3u);
  EXPECT_EQ(publisher.session().received.bytes, 14u);
  EXPECT_EQ(reader.session().sent.messages, 2u);
  EXPECT_EQ(reader.session().sent.bytes, 11u);
  EXPECT_EQ(shard().counters.received.messages, 3u);
  EXPECT_EQ(shard().counters.sent.messages, 2u);
  EXPECT_EQ(shard().counters.sent.bytes, 11u);
}

TEST_F(PublishTest, APedanticClientIsToldOfWildcardsAndTheMessageGoesAllTheSame) {
  SceneClient pedantic = client_with(R"("verbose":false,"pedantic":true)");
  pedantic.ask("SUB foo.* 1\r\n");
  EXPECT_EQ(pedantic.ask("PUB foo.* 2\r\nhi\r\n"),
            "-ERR 'Invalid Publish Subject'\r\nMSG foo.* 1 2\r\nhi\r\n");
  EXPECT_EQ(pedantic.ask("PUB foo..a 0\r\n\r\n"), "-ERR 'Invalid Publish Subject'\r\n");
  EXPECT_EQ(client().ask("PUB foo..a 0\r\n\r\n"), "");
}

TEST_F(PublishTest, ACrOrNulInASubjectReachesNobody) {
  using namespace std::string_view_literals;
  SceneClient reader = client();
  reader.ask("SUB > 1\r\nSUB * q 2\r\n");
  SceneClient writer = client_with(R"("verbose":false,"pedantic":false,"headers":true)");
  for (const std::string_view line :
       {"PUB a\rb 1\r\nx\r\n"sv, "PUB a\0b 1\r\nx\r\n"sv, "PUB a r\0 1\r\nx\r\n"sv,
        "HPUB a\0 12 13\r\nNATS/1.0\r\n\r\nx\r\n"sv}) {
    EXPECT_EQ(writer.ask(line), "-ERR 'Invalid Publish Subject'\r\n") << line;
  }
  EXPECT_EQ(reader.take(), "");
  EXPECT_EQ(writer.ask("PUB a 1\r\nx\r\n"), "");
  EXPECT_NE(reader.take(), "");
  EXPECT_EQ(writer.ask("SUB a\0b 1\r\n"sv), "-ERR 'Invalid Subject'\r\n");
  EXPECT_EQ(writer.ask("SUB a q\0 1\r\n"sv), "-ERR 'Invalid Subject'\r\n");
}

TEST_F(PublishTest, ReservedSubjectsAreRefusedAndTheConnectionStays) {
  SceneClient client = this->client();
  client.send("SUB > 1\r\n");
  for (const char* subject : {"_GR_.x", "$GR.x", "$NRG.x"}) {
    EXPECT_EQ(client.ask("PUB " + std::string(subject) + " 0\r\n\r\n"),
              "-ERR 'Permissions Violation for Publish to \"" + std::string(subject) + "\"'\r\n");
  }
  for (const char* reply : {"_R_.x", "_GR_.x", "$GR.x", "$JS.ACK.x"}) {
    EXPECT_EQ(client.ask("PUB a " + std::string(reply) + " 0\r\n\r\n"),
              "-ERR 'Permissions Violation for Publish with Reply of \"" + std::string(reply) +
                  "\"'\r\n");
  }
  for (const char* fine : {"_GR", "$G.x", "_R_", "$JS.ACKx", "$SYS.x"}) {
    EXPECT_EQ(client.ask("PUB " + std::string(fine) + " 0\r\n\r\n"),
              "MSG " + std::string(fine) + " 1 0\r\n\r\n");
  }
  EXPECT_FALSE(client.is_closed());
}

TEST_F(PublishTest, ARequestThatNobodyHearsIsAnsweredWhenAskedFor) {
  SceneClient asker = client_with(R"("verbose":false,"headers":true,"no_responders":true)");
  asker.send("SUB inbox.* 1\r\n");
  EXPECT_EQ(asker.ask("PUB svc inbox.7 2\r\nhi\r\n"),
            "HMSG inbox.7 1 35 35\r\nNATS/1.0 503\r\nNats-Subject: svc\r\n\r\n\r\n");
  EXPECT_EQ(asker.ask("PUB svc 2\r\nhi\r\n"), "") << "without a reply there is nobody to tell";
  EXPECT_EQ(asker.ask("PUB svc elsewhere 2\r\nhi\r\n"), "") << "it does not listen there";
  SceneClient indifferent = client_with(R"("verbose":false,"headers":true)");
  indifferent.send("SUB inbox.* 1\r\n");
  EXPECT_EQ(indifferent.ask("PUB svc inbox.7 2\r\nhi\r\n"), "");
}

TEST_F(PublishTest, ARequestThatSomebodyHearsIsNotAnsweredByTheServer) {
  SceneClient asker = client_with(R"("verbose":false,"headers":true,"no_responders":true)");
  asker.send("SUB inbox 1\r\n");
  SceneClient plain = client();
  plain.send("SUB svc 1\r\n");
  EXPECT_EQ(asker.ask("PUB svc inbox 0\r\n\r\n"), "");
  plain.send("UNSUB 1\r\nSUB svc workers 2\r\n");
  EXPECT_EQ(asker.ask("PUB svc inbox 0\r\n\r\n"), "");
  plain.close();
  EXPECT_NE(asker.ask("PUB svc inbox 0\r\n\r\n"), "");
}

TEST_F(PublishTest, ARequestThatOnlyItsOwnClientWouldHearWithoutEchoIsAnswered) {
  SceneClient asker =
      client_with(R"("verbose":false,"echo":false,"headers":true,"no_responders":true)");
  asker.send("SUB inbox 1\r\nSUB svc 2\r\nSUB svc q 3\r\n");
  EXPECT_EQ(asker.ask("PUB svc inbox 0\r\n\r\n"),
            "HMSG inbox 1 35 35\r\nNATS/1.0 503\r\nNats-Subject: svc\r\n\r\n\r\n");
}

TEST_F(PublishTest, TooLargePayloadsCloseBeforeTheirBytesAreRead) {
  settings_.session.payload_bytes_max = 10;
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("PUB a 10\r\n0123456789\r\n"), "");
  EXPECT_EQ(client.ask("PUB a 11\r\n"), "-ERR 'Maximum Payload Violation'\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kMaximumPayload);
}

TEST_F(PublishTest, HeadersMustHaveBeenAgreed) {
  SceneClient client = client_with(R"("verbose":false)");
  EXPECT_EQ(client.ask("HPUB a 0 0\r\n\r\n"), "");
  EXPECT_EQ(client.close_reason(), CloseReason::kHeadersUnsupported);
}

}  // namespace
}  // namespace antiphon
