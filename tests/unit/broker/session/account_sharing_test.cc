// What accounts export and import crosses, renamed as they say, and nothing else does.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "broker/auth/account_rules.h"
#include "broker/runtime/random.h"
#include "broker/session/connect.h"
#include "protocol/nats/account_wiring.h"
#include "protocol/subject/subject.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

ExportSettings exported(ShareKind kind, std::string subject,
                        ResponseType response = ResponseType::kSingleton) {
  ExportSettings settings;
  settings.kind = kind;
  settings.subject = std::move(subject);
  settings.response = response;
  return settings;
}

ImportSettings imported(ShareKind kind, std::string account, std::string subject,
                        std::string to = "") {
  ImportSettings settings;
  settings.kind = kind;
  settings.account = std::move(account);
  settings.subject = std::move(subject);
  settings.to = std::move(to);
  return settings;
}

constexpr ShareKind kStream = ShareKind::kStream;
constexpr ShareKind kService = ShareKind::kService;

// Takes out "_R_.x.y", for texts that are compared.
std::string hide_replies(std::string text) {
  for (size_t at = text.find("_R_."); at != text.npos; at = text.find("_R_.", at + 1)) {
    const size_t end = text.find_first_of(" \r", at);
    text.replace(at, end - at, "_R_");
  }
  return text;
}

class AccountSharing : public Scene {
 protected:
  static constexpr uint32_t kAccounts = 3;  // A, B and C; user "u0" is in A, and so on

  AccountSharing() { settings_.session = session_settings({}); }

  static SessionSettings session_settings(const std::vector<AccountSettings>& sharing) {
    SessionSettings settings;
    settings.accounts = {"$G", "A", "B", "C"};
    settings.account_rules = make_account_rules(sharing, settings.accounts);
    AuthSettings auth;
    for (uint32_t i = 0; i < kAccounts; ++i) {
      UserSettings user{"u" + std::to_string(i), "p"};
      user.account = AccountId{i + 1};
      user.account_name = settings.accounts[i + 1];
      auth.users.push_back(user);
    }
    settings.authenticator = make_authenticator(auth);
    return settings;
  }
  static AccountSettings account(std::string name, std::vector<ExportSettings> exports,
                                 std::vector<ImportSettings> imports,
                                 std::vector<MappingSettings> mappings = {}) {
    return {std::move(name), std::move(exports), std::move(imports), std::move(mappings), {}};
  }
  void share(const std::vector<AccountSettings>& sharing, uint16_t shards = 2) {
    EXPECT_TRUE(wiring_problems(sharing).empty());
    settings_.shard_count = shards;
    settings_.session = session_settings(sharing);
  }
  void reload(const std::vector<AccountSettings>& sharing) {
    for (uint16_t i = 0; i < world().shard_count(); ++i) {
      shard(i).post([this, i, sharing] {
        shard(i).adopt(std::make_shared<const SessionSettings>(session_settings(sharing)));
      });
    }
    EXPECT_TRUE(world().settle());
  }
  SceneClient in(uint32_t account, uint16_t shard = 0, const std::string& more = "") {
    return client_with(
        R"("verbose":false,"no_responders":true,"headers":true,"pass":"p","user":"u)" +
            std::to_string(account) + "\"" + more,
        shard);
  }
  uint64_t replies_of(const std::string& name) {
    uint64_t open = 0;
    for (uint16_t i = 0; i < world().shard_count(); ++i) {
      for (const auto& state : shard(i).accounts) {
        if (state->name == name && state->replies != nullptr) open += state->replies->size();
      }
    }
    return open;
  }
};

// ---- Streams -------------------------------------------------------------------------------------

TEST_F(AccountSharing, AnImportedStreamArrivesUnderItsNameHere) {
  ImportSettings prefixed = imported(kStream, "A", "b.*");
  prefixed.prefix = "from_a";
  share({account("A", {exported(kStream, ">")}, {}),
         account("B", {}, {imported(kStream, "A", "a"), imported(kStream, "A", "c.*.*", "x.$2.$1"),
                           prefixed})});
  SceneClient publisher = in(0);
  SceneClient reader = in(1, 1);
  reader.send("SUB > 1\r\nSUB a 2\r\nSUB x.2.* 3\r\nSUB from_a.b.q 4\r\nSUB b.q 5\r\n");
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG a 1 1\r\nx\r\nMSG a 2 1\r\nx\r\n");
  publisher.send("PUB c.1.2 re 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG x.2.1 1 re 1\r\nx\r\nMSG x.2.1 3 re 1\r\nx\r\n");
  publisher.send("HPUB b.q 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
  EXPECT_EQ(reader.take(),
            "HMSG from_a.b.q 4 12 13\r\nNATS/1.0\r\n\r\nx\r\n"
            "HMSG from_a.b.q 1 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
  publisher.send("PUB d 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "");
  // And nothing goes the other way.
  publisher.send("SUB > 1\r\n");
  reader.send("PUB a 1\r\nx\r\nPUB x.2.1 1\r\nx\r\n");
  EXPECT_EQ(publisher.take(), "");
}

TEST_F(AccountSharing, AMaximumCountsWhatArrivesByImportsToo) {
  share({account("A", {exported(kStream, "a.>")}, {}),
         account("B", {}, {imported(kStream, "A", "a.>"), imported(kStream, "A", "a.x")})});
  SceneClient publisher = in(0);
  SceneClient reader = in(1, 1);
  reader.send("SUB a.* 1\r\nUNSUB 1 3\r\n");
  publisher.send("PUB a.b 1\r\n1\r\n");
  in(1).send("PUB a.b 1\r\n2\r\n");
  // Both imports bring the third; the second of them is one too many.
  publisher.send("PUB a.x 1\r\n3\r\nPUB a.b 1\r\n4\r\n");
  EXPECT_EQ(reader.take(), "MSG a.b 1 1\r\n1\r\nMSG a.b 1 1\r\n2\r\nMSG a.x 1 1\r\n3\r\n");
  EXPECT_TRUE(shard(1).account(AccountId{2}).shadows.empty());
  EXPECT_EQ(shard(1).account(AccountId{1}).sublist.counters().subscriptions, 0u);
}

TEST_F(AccountSharing, UnsubscribingAndLeavingTakeTheShadowsAlong) {
  share({account("A", {exported(kStream, "a.>")}, {}),
         account("B", {}, {imported(kStream, "A", "a.>")})});
  SceneClient publisher = in(0);
  publisher.send("SUB inbox 9\r\n");
  SceneClient reader = in(1, 1);
  reader.send("SUB a.b 1\r\nSUB a.b q 2\r\n");
  EXPECT_EQ(publisher.ask("PUB a.b inbox 1\r\nx\r\n"), "");
  EXPECT_EQ(reader.take().size(), 2 * std::string("MSG a.b 1 inbox 1\r\nx\r\n").size());
  reader.send("UNSUB 1\r\nPING\r\n");
  EXPECT_EQ(reader.take(), "PONG\r\n");
  publisher.send("PUB a.b 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG a.b 2 1\r\nx\r\n");
  reader.close();
  EXPECT_EQ(publisher.ask("PUB a.b inbox 1\r\nx\r\n"),
            "HMSG inbox 9 35 35\r\nNATS/1.0 503\r\nNats-Subject: a.b\r\n\r\n\r\n");
  EXPECT_EQ(shard(1).account(AccountId{1}).sublist.counters().subscriptions, 0u);
}

TEST_F(AccountSharing, ManyReadersOfAnImportedSubjectAllGetIt) {
  share({account("A", {exported(kStream, "a")}, {}),
         account("B", {}, {imported(kStream, "A", "a", "b")})});
  SceneClient publisher = in(0);
  std::vector<SceneClient> readers;
  for (uint32_t i = 0; i < 24; ++i) {
    readers.push_back(in(i % 2, static_cast<uint16_t>(i / 2 % 2)));
    readers.back().send(i % 2 == 0 ? "SUB a 1\r\n" : "SUB b 1\r\n");
  }
  publisher.send("PUB a 1\r\nx\r\nPUB a 1\r\ny\r\n");
  for (uint32_t i = 0; i < readers.size(); ++i) {
    const std::string name = i % 2 == 0 ? "a" : "b";
    EXPECT_EQ(readers[i].take(), "MSG " + name + " 1 1\r\nx\r\nMSG " + name + " 1 1\r\ny\r\n");
  }
}

TEST_F(AccountSharing, AReloadGivesAndTakesStreams) {
  share({account("A", {exported(kStream, ">")}, {})});
  SceneClient publisher = in(0);
  SceneClient reader = in(1, 1);
  reader.send("SUB > 1\r\n");
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "");
  reload({account("A", {exported(kStream, ">")}, {}),
          account("B", {}, {imported(kStream, "A", "a")})});
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG a 1 1\r\nx\r\n");
  reload({account("A", {exported(kStream, ">")}, {}),
          account("B", {}, {imported(kStream, "A", "a", "b")})});
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG b 1 1\r\nx\r\n");
  // The importer says the same, but the exporter has changed its mind.
  reload({account("A", {exported(kStream, "z")}, {}),
          account("B", {}, {imported(kStream, "A", "a", "b")})});
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "");
}

// ---- Services ------------------------------------------------------------------------------------

class Services : public AccountSharing {
 protected:
  // "_R_.x.y" of the message that a responder got.
  static std::string reply_in(const std::string& text) {
    const size_t at = text.find("_R_.");
    return at == text.npos ? "" : text.substr(at, text.find(' ', at) - at);
  }
  static std::string answer(const std::string& request, const std::string& body) {
    return "PUB " + reply_in(request) + " " + std::to_string(body.size()) + "\r\n" + body + "\r\n";
  }
  static std::string info(const std::string& account) {
    return "NATS/1.0\r\nNats-Request-Info: {\"acc\":\"" + account + "\"}\r\n\r\n";
  }
};

TEST_F(Services, ARequestIsAnsweredWithoutEitherSideLearningTheOthersSubjects) {
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

TEST_F(Services, StreamsOfAnswersEndWithAnEmptyOne) {
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

TEST_F(Services, NobodyBehindAServiceIsTold) {
  share({account("A", {exported(kService, "help")}, {}),
         account("B", {}, {imported(kService, "A", "help", "ask")})});
  SceneClient asker = in(1, 1);
  EXPECT_EQ(asker.ask("SUB inbox 7\r\nPUB ask inbox 1\r\nx\r\n"),
            "HMSG inbox 7 35 35\r\nNATS/1.0 503\r\nNats-Subject: ask\r\n\r\n\r\n");
  EXPECT_EQ(replies_of("A"), 0u);
}

TEST_F(Services, OneMemberOfAQueueGroupGetsTheRequestAndAnswersAcrossThreeAccounts) {
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

TEST_F(Services, AnAnswerMayAskBack) {
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

TEST_F(Services, ReplySubjectsMeanNothingElsewhere) {
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

TEST_F(Services, AClientCannotSayThatItIsSomebodyElse) {
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

TEST_F(Services, RepliesThatNobodySendsAreForgotten) {
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

TEST_F(Services, AReloadThatTakesTheServiceAwayEndsOpenRequests) {
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
TEST_F(Services, APongWaitsForAnswersThatGoByAThirdShard) {
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

// ---- Mappings ------------------------------------------------------------------------------------

TEST_F(AccountSharing, MappedSubjectsGoWhereTheMappingSays) {
  share({account("A", {}, {}, {{"a.*", {{"b.$1", 100}}}, {"lost", {{"lost", 0}}}})});
  SceneClient client = in(0);
  SceneClient reader = in(0, 1);
  reader.send("SUB > 1\r\n");
  client.send("PUB a.x 1\r\n1\r\nPUB c 1\r\n2\r\nPUB lost 1\r\n3\r\nPUB b.y 1\r\n4\r\n");
  EXPECT_EQ(reader.take(), "MSG b.x 1 1\r\n1\r\nMSG c 1 1\r\n2\r\nMSG b.y 1 1\r\n4\r\n");
}

TEST_F(AccountSharing, WeightsShareTheMessagesOut) {
  share({account("A", {}, {}, {{"a", {{"b", 20}, {"c", 30}}}})});
  SceneClient client = in(0);
  std::string burst;
  for (int i = 0; i < 4000; ++i) burst += "PUB a 0\r\n\r\n";
  std::map<std::string, int> counts;
  client.send("SUB * 1\r\n" + burst);
  const std::string got = client.take();
  for (size_t at = got.find("MSG "); at != got.npos; at = got.find("MSG ", at + 1)) {
    ++counts[got.substr(at + 4, 1)];
  }
  EXPECT_EQ(counts["a"] + counts["b"] + counts["c"], 4000);
  EXPECT_NEAR(counts["b"], 800, 150);
  EXPECT_NEAR(counts["c"], 1200, 150);
}

TEST_F(Services, ARequestFollowsTheMappingsOfBothSides) {
  share({account("A", {exported(kService, "help.>")}, {}, {{"help.x", {{"real.x", 100}}}}),
         account("B", {}, {imported(kService, "A", "help.>")}, {{"ask", {{"help.x", 100}}}})});
  SceneClient responder = in(0, 1);
  SceneClient asker = in(1, 0);
  responder.send("SUB real.x 1\r\n");
  asker.send("SUB inbox 7\r\nPUB ask inbox 1\r\nx\r\n");
  responder.send(answer(responder.take(), "y"));
  EXPECT_EQ(asker.take(), "MSG inbox 7 1\r\ny\r\n");
}

TEST_F(Services, ARingThatMappingsCloseEnds) {
  // By what the settings say a's requests stay in B; its mapping sends them back to A's import.
  share({account("A", {exported(kService, "in.a")}, {imported(kService, "B", "in.b", "out.a")},
                 {{"in.a", {{"out.a", 100}}}}),
         account("B", {exported(kService, "in.b")}, {imported(kService, "A", "in.a", "out.b")},
                 {{"in.b", {{"out.b", 100}}}})});
  SceneClient asker = in(0);
  EXPECT_EQ(asker.ask("SUB inbox 7\r\nPUB out.a inbox 1\r\nx\r\n").substr(0, 13), "HMSG inbox 7 ");
  EXPECT_EQ(replies_of("A") + replies_of("B"), 0u);
}

// ---- Limits --------------------------------------------------------------------------------------

class Limits : public AccountSharing {
 protected:
  static std::vector<AccountSettings> limited(AccountLimits limits) {
    return {{"A", {}, {}, {}, limits}};
  }
};

TEST_F(Limits, AnAccountHasSoManyClientsOnAllShards) {
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

TEST_F(Limits, ASecondConnectCountsForItsAccountOnly) {
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

TEST_F(Limits, SubscriptionsAndPayloadsAreBounded) {
  share(limited({.subscriptions_max = 1, .payload_bytes_max = 3}));
  SceneClient client = in(0);
  EXPECT_EQ(client.ask("SUB a 1\r\nSUB b 2\r\n"), "-ERR 'maximum subscriptions exceeded'\r\n");
  EXPECT_EQ(client.ask("UNSUB 1\r\nSUB b 2\r\nPUB b 3\r\nxyz\r\n"), "MSG b 2 3\r\nxyz\r\n");
  EXPECT_EQ(client.ask("PUB b 4\r\nwxyz\r\n"), "-ERR 'Maximum Payload Violation'\r\n");
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(in(1).ask("SUB a 1\r\nSUB b 2\r\nPUB b 4\r\nwxyz\r\n"), "MSG b 2 4\r\nwxyz\r\n");
}

// ---- Whatever happens ----------------------------------------------------------------------------

// A naive model: it knows every subscription of everybody and the settings, and nothing else.
struct Member {
  SceneClient client;
  uint32_t account;
  std::map<std::string, std::pair<std::string, std::string>> wanted;  // sid -> subject, queue
};

using Wanted = std::multiset<std::string>;  // "member sid subject"

struct Expected {
  Wanted plain;
  std::vector<Wanted> groups;  // exactly one of each
};

std::string some_subject(Random& random, bool wildcards) {
  std::string made;
  const size_t count = 1 + random.below(3);
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) made += '.';
    const uint64_t kind = wildcards ? random.below(6) : 5;
    if (kind == 0) {
      made += i + 1 == count ? '>' : '*';
    } else if (kind == 1) {
      made += '*';
    } else {
      made += static_cast<char>('a' + random.below(2));
    }
  }
  return made;
}

// Renames by tokens: `from` and `to` have their wildcards in the same order.
std::string renamed(const std::string& from, const std::string& to, const std::string& subject) {
  std::vector<std::string> caught;
  std::string_view rest = subject;
  TokenWalk walk(from);
  for (std::string_view token; walk.next(token);) {
    const size_t dot = token == ">" ? rest.npos : rest.find('.');
    if (token == "*" || token == ">") caught.emplace_back(rest.substr(0, dot));
    rest = dot == rest.npos ? std::string_view() : rest.substr(dot + 1);
  }
  std::string made;
  size_t next = 0;
  TokenWalk out(to);
  for (std::string_view token; out.next(token);) {
    if (!made.empty()) made += '.';
    made += token == "*" || token == ">" ? caught[next++] : std::string(token);
  }
  return made;
}

class Model {
 public:
  Model(const std::vector<AccountSettings>& sharing, const std::vector<Member>& members)
      : sharing_(sharing), members_(members) {}

  Expected published(uint32_t account, const std::string& subject) {
    expected_ = {};
    publish(account, subject, false, {});
    return expected_;
  }

 private:
  void publish(uint32_t account, const std::string& subject, bool crossed,
               std::vector<const ImportSettings*> path) {
    std::map<std::string, Wanted> groups;
    for (size_t i = 0; i < members_.size(); ++i) {
      for (const std::string& name : names_for(members_[i].account, account, subject, crossed)) {
        for (const auto& [sid, wanted] : members_[i].wanted) {
          if (!subject_matches(wanted.first, name)) continue;
          const std::string got = std::to_string(i) + " " + sid + " " + name;
          (wanted.second.empty() ? expected_.plain : groups[wanted.second]).insert(got);
        }
      }
    }
    for (auto& [queue, group] : groups) expected_.groups.push_back(group);
    for (const ImportSettings& import : sharing_[account].imports) {
      if (import.kind != kService || std::count(path.begin(), path.end(), &import) != 0) continue;
      const std::string here = import.to.empty() ? import.subject : import.to;
      if (!subject_matches(here, subject)) continue;
      auto longer = path;
      longer.push_back(&import);
      publish(index_of(import.account), renamed(here, import.subject, subject), true, longer);
    }
  }

  // What a member of `reader` can see of a message in `account`.
  std::vector<std::string> names_for(uint32_t reader, uint32_t account, const std::string& subject,
                                     bool crossed) const {
    std::vector<std::string> names;
    if (reader == account) names.push_back(subject);
    if (crossed) return names;
    for (const ImportSettings& import : sharing_[reader].imports) {
      if (import.kind != kStream || index_of(import.account) != account) continue;
      if (!subject_matches(import.subject, subject)) continue;
      const std::string here = import.to.empty() ? import.subject : import.to;
      names.push_back(renamed(import.subject, here, subject));
    }
    return names;
  }

  uint32_t index_of(const std::string& name) const {
    for (uint32_t i = 0; i < sharing_.size(); ++i) {
      if (sharing_[i].name == name) return i;
    }
    return 0;
  }

  const std::vector<AccountSettings>& sharing_;
  const std::vector<Member>& members_;
  Expected expected_;
};

// "member sid subject" of each message in what a member was sent.
void take_messages(const std::string& text, size_t member, Wanted& got) {
  for (size_t at = text.find("MSG "); at != text.npos; at = text.find("MSG ", at + 1)) {
    const size_t subject = at + 4;
    const size_t sid = text.find(' ', subject) + 1;
    got.insert(std::to_string(member) + " " + text.substr(sid, text.find(' ', sid) - sid) + " " +
               text.substr(subject, sid - 1 - subject));
  }
}

std::vector<AccountSettings> some_sharing(Random& random) {
  std::vector<AccountSettings> sharing = {{"A", {}, {}, {}, {}}, {"B", {}, {}, {}, {}},
                                          {"C", {}, {}, {}, {}}};
  for (AccountSettings& account : sharing) {
    for (const ShareKind kind : {kStream, kService}) {
      ExportSettings shared = exported(kind, random.below(3) == 0 ? ">" : some_subject(random, true));
      if (random.below(3) == 0) shared.accounts = {sharing[random.below(3)].name};
      account.exports.push_back(shared);
    }
  }
  for (AccountSettings& account : sharing) {
    for (size_t i = 0; i < 4; ++i) {
      ImportSettings import = imported(random.below(2) == 0 ? kStream : kService,
                                       sharing[random.below(3)].name, some_subject(random, true));
      if (random.below(2) == 0) import.to = "x." + import.subject;
      account.imports.push_back(import);
    }
  }
  // What is wrong must not cross; the model does not know it.
  return sharing;
}

std::vector<AccountSettings> without_problems(std::vector<AccountSettings> sharing) {
  std::vector<WiringProblem> problems = wiring_problems(sharing);
  std::reverse(problems.begin(), problems.end());
  for (const WiringProblem& problem : problems) {
    EXPECT_EQ(problem.part, WiringProblem::Part::kImport) << problem.message;
    auto& imports = sharing[problem.account].imports;
    imports.erase(imports.begin() + static_cast<std::ptrdiff_t>(problem.index));
  }
  return sharing;
}

TEST_F(AccountSharing, WhateverIsSharedNothingElseCrossesAndNothingIsLost) {
  constexpr uint64_t kSeeds = 200;
  constexpr size_t kSteps = 150;
  settings_.shard_count = 2;
  size_t imports_seen = 0;
  size_t crossed = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const std::vector<AccountSettings> all = some_sharing(random);
    const std::vector<AccountSettings> sharing = without_problems(all);
    for (const AccountSettings& account : sharing) imports_seen += account.imports.size();
    reload(all);
    std::vector<Member> members;
    for (uint32_t i = 0; i < 9; ++i) {
      const uint32_t account = i % kAccounts;
      members.push_back({in(account, static_cast<uint16_t>(random.below(2))), account, {}});
    }
    Model model(sharing, members);
    for (size_t step = 0; step < kSteps; ++step) {
      Member& member = members[random.below(members.size())];
      const std::string sid = std::to_string(random.below(4));
      const uint64_t action = random.below(4);
      if (action == 0 && !member.wanted.contains(sid)) {
        const std::string subject = some_subject(random, true);
        const std::string queue = random.below(3) == 0 ? "q" : "";
        member.wanted[sid] = {random.below(4) == 0 ? "x." + subject : subject, queue};
        member.client.send("SUB " + member.wanted[sid].first + " " + queue + (queue.empty() ? "" : " ") +
                           sid + "\r\nPING\r\n");
        EXPECT_EQ(member.client.take(), "PONG\r\n");
      } else if (action == 1) {
        member.client.send("UNSUB " + sid + "\r\nPING\r\n");
        EXPECT_EQ(member.client.take(), "PONG\r\n");
        member.wanted.erase(sid);
      } else if (action > 1) {
        const std::string subject = (random.below(4) == 0 ? "x." : "") + some_subject(random, false);
        Expected expected = model.published(member.account, subject);
        member.client.send("PUB " + subject + " 1\r\nm\r\n");
        Wanted got;
        for (size_t i = 0; i < members.size(); ++i) {
          Wanted of_one;
          take_messages(members[i].client.take(), i, of_one);
          if (members[i].account != member.account) crossed += of_one.size();
          got.insert(of_one.begin(), of_one.end());
        }
        for (const std::string& one : expected.plain) {
          const auto found = got.find(one);
          ASSERT_NE(found, got.end()) << one << " of " << subject;
          got.erase(found);
        }
        ASSERT_EQ(got.size(), expected.groups.size()) << subject;
        for (const Wanted& group : expected.groups) {
          const auto found = std::find_if(got.begin(), got.end(),
                                          [&](const std::string& one) { return group.contains(one); });
          ASSERT_NE(found, got.end()) << subject;
          got.erase(found);
        }
      }
    }
    for (Member& member : members) member.client.close();
  }
  EXPECT_GT(imports_seen, 100u);
  EXPECT_GT(crossed, 300u);
}

}  // namespace
}  // namespace antiphon
