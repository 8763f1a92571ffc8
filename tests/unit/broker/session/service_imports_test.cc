// Services that accounts share: requests and answers cross, subjects and identities do not.
#include "tests/unit/broker/session/sharing_scene.h"

namespace antiphon {
namespace {

class ServiceImports : public ServicesScene {};

// Takes out "_R_.x.y", for texts that are compared.
std::string hide_replies(std::string text) {
  for (size_t at = text.find("_R_."); at != text.npos; at = text.find("_R_.", at + 1)) {
    const size_t end = text.find_first_of(" \r", at);
    text.replace(at, end - at, "_R_");
  }
  return text;
}

TEST_F(ServiceImports, ARequestIsAnsweredWithoutEitherSideLearningTheOthersSubjects) {
  share({account("A", {exported(kService, "help.*")}, {}),
         account("B", {}, {imported(kService, "A", "help.*", "ask.$1")})});
  for (const uint16_t asker_shard : {0, 1}) {
    for (const uint16_t inbox_shard : {0, 1}) {
      SceneClient responder = in(0, 0);
      SceneClient asker = in(1, asker_shard);
      SceneClient inbox = in(1, inbox_shard);
      responder.send("SUB help.me 1\r\n");
      inbox.send("SUB inbox 7\r\n");
      asker.send("PUB ask.me inbox 1\r\nx\r\n");
      const std::string request = responder.take();
      EXPECT_EQ(hide_replies(request),
                "HMSG help.me 1 _R_ 44 45\r\n" + info("B") + "x\r\n");
      EXPECT_EQ(request.find("inbox"), request.npos);
      responder.send(answer(request, "yes"));
      EXPECT_EQ(inbox.take(), "MSG inbox 7 3\r\nyes\r\n");
      // One answer is all there is.
      responder.send(answer(request, "no"));
      EXPECT_EQ(inbox.take(), "");
      EXPECT_EQ(replies_of("A"), 0u);
      for (SceneClient* client : {&responder, &asker, &inbox}) client->close();
    }
  }
}

TEST_F(ServiceImports, StreamsOfAnswersEndWithAnEmptyOne) {
  share({account("A", {exported(kService, "help", ResponseType::kStream)}, {}),
         account("B", {}, {imported(kService, "A", "help")})});
  SceneClient responder = in(0, 1);
  SceneClient asker = in(1, 0);
  responder.send("SUB help 1\r\n");
  asker.send("SUB inbox 7\r\nPUB help inbox 1\r\nx\r\n");
  const std::string request = responder.take();
  responder.send(answer(request, "1") + answer(request, "2") + answer(request, ""));
  EXPECT_EQ(asker.take(), "MSG inbox 7 1\r\n1\r\nMSG inbox 7 1\r\n2\r\nMSG inbox 7 0\r\n\r\n");
  EXPECT_EQ(replies_of("A"), 0u);
  responder.send(answer(request, "3"));
  EXPECT_EQ(asker.take(), "");
}

TEST_F(ServiceImports, NobodyBehindAServiceIsTold) {
  share({account("A", {exported(kService, "help")}, {}),
         account("B", {}, {imported(kService, "A", "help", "ask")})});
  SceneClient asker = in(1, 1);
  EXPECT_EQ(asker.ask("SUB inbox 7\r\nPUB ask inbox 1\r\nx\r\n"),
            "HMSG inbox 7 35 35\r\nNATS/1.0 503\r\nNats-Subject: ask\r\n\r\n\r\n");
  EXPECT_EQ(replies_of("A"), 0u);
}

TEST_F(ServiceImports, OneMemberOfAQueueGroupGetsTheRequestAndAnswersAcrossThreeAccounts) {
  share({account("A", {exported(kService, "a")}, {}),
         account("B", {exported(kService, "b")}, {imported(kService, "A", "a", "b")}),
         account("C", {}, {imported(kService, "B", "b", "c")})});
  SceneClient first = in(0, 0);
  SceneClient second = in(0, 1);
  SceneClient asker = in(2, 1);
  first.send("SUB a q 1\r\n");
  second.send("SUB a q 1\r\n");
  asker.send("SUB inbox 7\r\n");
  for (int i = 0; i < 20; ++i) {
    asker.send("PUB c inbox 1\r\nx\r\n");
    const std::string got[] = {first.take(), second.take()};
    ASSERT_EQ(got[0].empty(), !got[1].empty());
    const std::string request = got[0] + got[1];
    EXPECT_NE(request.find(R"({"acc":"C","svc":"B"})"), request.npos) << request;
    (got[0].empty() ? second : first).send(answer(request, "y"));
    EXPECT_EQ(asker.take(), "MSG inbox 7 1\r\ny\r\n");
  }
  EXPECT_EQ(replies_of("A") + replies_of("B"), 0u);
}

TEST_F(ServiceImports, AnAnswerMayAskBack) {
  share({account("A", {exported(kService, "help")}, {}),
         account("B", {}, {imported(kService, "A", "help")})});
  SceneClient responder = in(0, 0);
  SceneClient asker = in(1, 1);
  responder.send("SUB help 1\r\nSUB more 2\r\n");
  asker.send("SUB inbox 7\r\nPUB help inbox 1\r\nx\r\n");
  responder.send("PUB " + reply_in(responder.take()) + " more 1\r\ny\r\n");
  const std::string answered = asker.take();
  EXPECT_EQ(hide_replies(answered), "MSG inbox 7 _R_ 1\r\ny\r\n");
  asker.send(answer(answered, "z"));
  EXPECT_EQ(responder.take(), "MSG more 2 1\r\nz\r\n");
}

TEST_F(ServiceImports, AnAnswerIsNoRequestToTheServiceThatGaveIt) {
  share({account("A", {exported(kService, "help.>"), exported(kService, "other")}, {}),
         account("B", {}, {imported(kService, "A", "help.>"), imported(kService, "A", "other"),
                           imported(kService, "A", "help.>", "ask.>")})});
  for (const uint16_t asker_shard : {0, 1}) {
    SceneClient responder = in(0, 0);
    SceneClient asker = in(1, asker_shard);
    responder.send("SUB help.> 1\r\nSUB other 2\r\n");
    asker.send("SUB > 7\r\n");
    for (const std::string reply : {"help.inbox", "ask.inbox"}) {
      asker.send("PUB help.me " + reply + " 1\r\nx\r\n");
      asker.take();
      responder.send(answer(responder.take(), "y"));
      EXPECT_EQ(asker.take(), "MSG " + reply + " 7 1\r\ny\r\n");
      EXPECT_EQ(responder.take(), "");
    }
    asker.send("PUB help.me other 1\r\nx\r\n");
    responder.send(answer(responder.take(), "y"));
    EXPECT_EQ(responder.take(), "HMSG other 2 44 45\r\n" + info("A") + "y\r\n");
    for (SceneClient* client : {&responder, &asker}) client->close();
  }
}

TEST_F(ServiceImports, ReplySubjectsMeanNothingElsewhere) {
  share({account("A", {exported(kService, "help")}, {}),
         account("B", {}, {imported(kService, "A", "help")}),
         account("C", {exported(kService, "other")}, {})});
  SceneClient responder = in(0, 0);
  SceneClient asker = in(1, 1);
  SceneClient neighbour = in(1, 0);
  SceneClient stranger = in(2, 1);
  responder.send("SUB help 1\r\n");
  neighbour.send("SUB _R_.> 1\r\n");
  stranger.send("SUB _R_.> 1\r\nSUB > 2\r\n");
  asker.send("SUB inbox 7\r\nPUB help inbox 1\r\nx\r\n");
  const std::string request = responder.take();
  stranger.send(answer(request, "evil"));
  stranger.take();
  neighbour.send(answer(request, "evil"));
  neighbour.take();
  EXPECT_EQ(asker.take(), "");
  // Neither can be asked for: a reply subject of this kind is the server's.
  EXPECT_EQ(stranger.ask("PUB other " + reply_in(request) + " 1\r\nx\r\n").substr(0, 5), "-ERR ");
  responder.send(answer(request, "y"));
  EXPECT_EQ(asker.take(), "MSG inbox 7 1\r\ny\r\n");
  EXPECT_EQ(stranger.take() + neighbour.take(), "");
}

TEST_F(ServiceImports, AClientCannotSayThatItIsSomebodyElse) {
  share({account("A", {exported(kService, "help")}, {}),
         account("B", {}, {imported(kService, "A", "help")})});
  SceneClient responder = in(0, 0);
  SceneClient asker = in(1, 1);
  responder.send("SUB help 1\r\n");
  const std::string forged =
      "NATS/1.0\r\nX: y\r\nnats-request-info: {\"acc\":\"$SYS\"}\r\nNats-Request-Info: z\r\n\r\n";
  asker.send("HPUB help " + std::to_string(forged.size()) + " " +
             std::to_string(forged.size() + 1) + "\r\n" + forged + "x\r\n");
  EXPECT_EQ(responder.take(),
            "HMSG help 1 50 51\r\nNATS/1.0\r\nX: y\r\nNats-Request-Info: {\"acc\":\"B\"}\r\n\r\nx\r\n");
}

TEST_F(ServiceImports, RepliesThatNobodySendsAreForgotten) {
  ExportSettings quick = exported(kService, "help");
  quick.response_threshold_ms = 500;
  share({account("A", {quick}, {}), account("B", {}, {imported(kService, "A", "help")})});
  SceneClient responder = in(0, 0);
  SceneClient asker = in(1, 0);
  responder.send("SUB help 1\r\n");
  asker.send("SUB inbox 7\r\nPUB help inbox 1\r\nx\r\n");
  const std::string request = responder.take();
  EXPECT_EQ(replies_of("A"), 1u);
  advance_ms(501);
  responder.send(answer(request, "late"));
  EXPECT_EQ(asker.take(), "");
  EXPECT_EQ(replies_of("A"), 0u);
  EXPECT_EQ(shard(0).counters.replies_expired, 1u);
}

TEST_F(ServiceImports, AReloadThatTakesTheServiceAwayEndsOpenRequests) {
  const auto asking = account("B", {}, {imported(kService, "A", "help")});
  share({account("A", {exported(kService, "help")}, {}), asking});
  SceneClient responder = in(0, 0);
  SceneClient asker = in(1, 1);
  responder.send("SUB help 1\r\n");
  asker.send("SUB inbox 7\r\nPUB help inbox 1\r\nx\r\n");
  const std::string request = responder.take();
  reload({account("A", {exported(kService, "other")}, {}), asking});
  responder.send(answer(request, "y"));
  EXPECT_EQ(asker.take(), "");
  EXPECT_EQ(replies_of("A"), 0u);
}

// Promise 2 of docs/threading.md: when the responder's PONG has come, the answer is queued for the reader
// on a third shard.
TEST_F(ServiceImports, APongWaitsForAnswersThatGoByAThirdShard) {
  share({account("A", {exported(kService, "help")}, {}),
         account("B", {}, {imported(kService, "A", "help")})},
        3);
  SceneClient responder = in(0, 0);
  SceneClient asker = in(1, 1);
  SceneClient inbox = in(1, 2);
  responder.send("SUB help 1\r\n");
  inbox.send("SUB inbox 7\r\n");
  asker.send("PUB help inbox 1\r\nx\r\n");
  responder.send_later(answer(responder.take(), "y") + "PING\r\n");
  std::string ponged;
  for (size_t turns = 0; turns < 1000 && ponged.empty(); ++turns) {
    for (const uint16_t next : {0, 1}) world().run_turn(next);
    ponged = responder.take();
  }
  EXPECT_EQ(ponged, "");  // shard 2 has not taken its turn
  EXPECT_TRUE(world().settle());
  EXPECT_EQ(responder.take(), "PONG\r\n");
  EXPECT_EQ(inbox.take(), "MSG inbox 7 1\r\ny\r\n");
}

}  // namespace
}  // namespace antiphon
