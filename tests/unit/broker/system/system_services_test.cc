#include "broker/system/system_services.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/unit/broker/monitor/fake_server.h"
#include "tests/unit/broker/system/fake_control.h"

namespace antiphon {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kDeadline{60};

class SystemServicesTest : public testing::Test {
 protected:
  SystemServicesTest()
      : services_(server_, "NSERVERID", [this](SystemAnswer answer) {
          const std::lock_guard lock(mutex_);
          answers_.push_back(std::move(answer));
          came_.notify_all();
        }, control_) {}
  ~SystemServicesTest() override { services_.stop(); }

  bool offer(std::string_view subject, std::string_view body = {}, bool of_system = true,
             std::string_view account = "SYS") {
    ServerRequest request;
    request.shard = ShardId{3};
    request.account = AccountId{5};
    request.account_name = account;
    request.asker = asker_;
    request.headers = headers_;
    request.of_system_account = of_system;
    request.subject = subject;
    request.reply = reply_;
    request.body = body;
    return services_.offer(request);
  }
  SystemAnswer next() {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, kDeadline, [&] { return !answers_.empty(); })) {
      throw std::runtime_error("no answer came in time");
    }
    SystemAnswer answer = std::move(answers_.front());
    answers_.erase(answers_.begin());
    return answer;
  }
  Json ask(std::string_view subject, std::string_view body = {}) {
    EXPECT_TRUE(offer(subject, body)) << subject;
    return Json::parse(next().payload);
  }

  FakeServer server_;
  FakeControl control_;
  std::string reply_ = "inbox.1";
  std::string asker_ = "SYS";
  std::string headers_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<SystemAnswer> answers_;
  SystemServices services_;
};

TEST_F(SystemServicesTest, AnswersGoWhereTheRequestCameFrom) {
  EXPECT_TRUE(offer("$SYS.REQ.SERVER.PING.IDZ"));
  const SystemAnswer answer = next();
  EXPECT_EQ(answer.shard, ShardId{3});
  EXPECT_EQ(answer.account, AccountId{5});
  EXPECT_EQ(answer.subject, "inbox.1");
  EXPECT_EQ(answer.payload, R"({"name":"broker.example.net","host":"127.0.0.1","id":"NSERVERID"})");
}

TEST_F(SystemServicesTest, EachServiceHasItsData) {
  EXPECT_EQ(ask("$SYS.REQ.SERVER.PING")["statsz"]["active_servers"], 1);
  EXPECT_EQ(ask("$SYS.REQ.SERVER.PING.VARZ")["data"]["server_id"], "NSERVERID");
  EXPECT_EQ(ask("$SYS.REQ.SERVER.NSERVERID.CONNZ")["data"]["num_connections"], 0);
  EXPECT_TRUE(ask("$SYS.REQ.SERVER.PING.SUBSZ")["data"].contains("num_subscriptions"));
  EXPECT_EQ(ask("$SYS.REQ.SERVER.PING.HEALTHZ")["data"]["status_code"], 200);
  EXPECT_EQ(ask("$SYS.REQ.SERVER.PING.ACCOUNTZ")["data"]["accounts"], Json({"$G"}));
  EXPECT_EQ(ask("$SYS.REQ.ACCOUNT.$G.INFO")["data"]["account_name"], "$G");
  EXPECT_EQ(ask("$SYS.REQ.SERVER.PING.VARZ")["server"]["id"], "NSERVERID");
}

TEST_F(SystemServicesTest, AnswersOfPagesArePackedForThoseWhoTakePackedOnes) {
  headers_ = "NATS/1.0\r\nAccept-Encoding: gzip\r\n\r\n";
  const std::string gzip_begin = "\x1f\x8b";
  for (const char* subject : {"$SYS.REQ.SERVER.PING.VARZ", "$SYS.REQ.SERVER.NSERVERID.RELOAD",
                              "$SYS.REQ.SERVER.PING.EXPVARZ", "$SYS.REQ.SERVER.PING.JSZ"}) {
    EXPECT_TRUE(offer(subject));
    const SystemAnswer answer = next();
    EXPECT_EQ(answer.headers, "NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n") << subject;
    EXPECT_EQ(answer.payload.substr(0, 2), gzip_begin) << subject;
  }
  for (const char* subject : {"$SYS.REQ.SERVER.PING.IDZ", "$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.X.INFO",
                              "$SYS.DEBUG.SUBSCRIBERS"}) {
    EXPECT_TRUE(offer(subject, subject[5] == 'D' ? "x" : ""));
    const SystemAnswer answer = next();
    EXPECT_EQ(answer.headers, "") << subject;
    EXPECT_NE(answer.payload.substr(0, 2), gzip_begin) << subject;
  }
}

TEST_F(SystemServicesTest, SubscribersAreCountedInTheAccountThatAsks) {
  server_.subscribers_ = 3;
  server_.accounts_ = {{"$G", 0}, {"A", 1}};
  asker_ = "A";
  EXPECT_EQ(ask("$SYS.DEBUG.SUBSCRIBERS", "x y"), 3);
  EXPECT_EQ(server_.queries_.back().account, "A");
  EXPECT_EQ(ask("$SYS.REQ.ACCOUNT.NSUBS", R"({"acc":"A","subject":"x"})"), 3);
  EXPECT_FALSE(offer("$SYS.DEBUG.SUBSCRIBERS", "x", false, "A"));
  EXPECT_FALSE(offer("$SYS.REQ.ACCOUNT.NSUBS", R"({"acc":"A","subject":"x"})", false, "A"));
}

TEST_F(SystemServicesTest, ConnectionsOfOneAccountWhateverTheBodySays) {
  server_.connect("one").details->account_name = "A";
  server_.connect("two").details->account_name = "B";
  server_.options_.authorization.accounts = {{"A", {}, {}}, {"B", {}, {}}};
  const Json data = ask("$SYS.REQ.ACCOUNT.A.CONNZ", R"({"acc":"B","auth":true})")["data"];
  ASSERT_EQ(data["connections"].size(), 1u);
  EXPECT_EQ(data["connections"][0]["name"], "one");
  EXPECT_TRUE(offer("$SYS.REQ.SERVER.PING.CONNZ", R"({"acc":"B"})", false, "A"));
  EXPECT_EQ(Json::parse(next().payload)["data"]["connections"][0]["name"], "one");
}

TEST_F(SystemServicesTest, DeedsAreDoneAndWhatGoesWrongIsTold) {
  const std::string base = "$SYS.REQ.SERVER.NSERVERID.";
  for (const char* deed : {"RELOAD", "KICK", "LDM"}) {
    const Json answer = ask(base + deed, R"({"cid":7})");
    EXPECT_EQ(answer.size(), 1u) << answer;
    EXPECT_EQ(answer["server"]["id"], "NSERVERID");
  }
  EXPECT_EQ(control_.reloads_, 1);
  EXPECT_EQ(control_.kicked_, std::vector<uint64_t>{7});
  EXPECT_EQ(control_.warned_, std::vector<uint64_t>{7});
  control_.problem_ = "no such client id";
  const Json answer = ask(base + "LDM", R"({"cid":8})");
  EXPECT_EQ(answer["error"], Json({{"code", 500}, {"description", "no such client id"}}));
  EXPECT_FALSE(answer.contains("data"));
}

TEST_F(SystemServicesTest, DeedsAreForThisServerAloneAndForTheSystemAccount) {
  EXPECT_FALSE(offer("$SYS.REQ.SERVER.PING.KICK", R"({"cid":7})"));
  EXPECT_FALSE(offer("$SYS.REQ.SERVER.OTHER.KICK", R"({"cid":7})"));
  EXPECT_FALSE(offer("$SYS.REQ.SERVER.NSERVERID.RELOAD", {}, false, "A"));
  EXPECT_TRUE(offer("$SYS.REQ.SERVER.NSERVERID.KICK", R"({"cid":7,"server_name":"elsewhere"})"));
  EXPECT_EQ(ask("$SYS.REQ.SERVER.NSERVERID.KICK", R"({"cid":"x"})")["error"]["code"], 400);
  EXPECT_TRUE(control_.kicked_.empty());
  EXPECT_EQ(control_.reloads_, 0);
}

TEST_F(SystemServicesTest, FiguresOfAccounts) {
  server_.account_figures_ = {{"$G", "$G", 0, 0, {}, {}, 0}, {"A", "A", 2, 5, {1, 2}, {3, 4}, 0}};
  Json all = ask("$SYS.REQ.ACCOUNT.PING.STATZ")["data"]["account_statz"];
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["acc"], "A");
  EXPECT_EQ(all[0]["received"]["bytes"], 2);
  EXPECT_EQ(ask("$SYS.REQ.ACCOUNT.A.STATZ")["data"]["account_statz"].size(), 1u);
  EXPECT_EQ(ask("$SYS.REQ.ACCOUNT.A.CONNS")["total_conns"], 2);
  // These have no answer, as nobody is connected there, or another account is meant.
  EXPECT_TRUE(offer("$SYS.REQ.ACCOUNT.$G.STATZ"));
  EXPECT_TRUE(offer("$SYS.REQ.ACCOUNT.$G.CONNS"));
  EXPECT_TRUE(offer("$SYS.REQ.ACCOUNT.A.CONNS", R"({"acc":"B"})"));
  all = ask("$SYS.REQ.ACCOUNT.PING.STATZ", R"({"include_unused":true})")["data"]["account_statz"];
  EXPECT_EQ(all.size(), 2u);
}

TEST_F(SystemServicesTest, WhatIsAskedOfFeaturesThatAreAbsentIsAnswered) {
  EXPECT_EQ(ask("$SYS.REQ.SERVER.PING.ROUTEZ")["data"]["num_routes"], 0);
  EXPECT_EQ(ask("$SYS.REQ.SERVER.PING.JSZ")["data"]["disabled"], true);
  EXPECT_EQ(ask("$SYS.REQ.ACCOUNT.A.JSZ")["error"]["description"], "jetstream not enabled");
  const Json profile = ask("$SYS.REQ.SERVER.NSERVERID.PROFILEZ", R"({"name":"heap"})")["data"];
  EXPECT_TRUE(profile["profile"].is_null());
  EXPECT_NE(profile["error"].get<std::string>().find("heap"), std::string::npos);
}

TEST_F(SystemServicesTest, WhoNamesNoReplyHasStatszToldToEverybody) {
  reply_.clear();
  EXPECT_FALSE(offer("$SYS.REQ.SERVER.PING.VARZ"));
  EXPECT_TRUE(offer("$SYS.REQ.SERVER.PING.STATSZ"));
  EXPECT_EQ(next().subject, "$SYS.SERVER.NSERVERID.STATSZ");
}

TEST_F(SystemServicesTest, ActiveAccountsAreThoseWithClients) {
  server_.accounts_ = {{"$G", 0}, {"A", 2}, {"B", 1}};
  EXPECT_EQ(ask("$SYS.REQ.SERVER.PING")["statsz"]["active_accounts"], 2);
}

TEST_F(SystemServicesTest, WhatIsWrongIsAnErrorInTheAnswer) {
  Json answer = ask("$SYS.REQ.SERVER.PING.VARZ", "{");
  EXPECT_EQ(answer["error"]["code"], 400);
  EXPECT_FALSE(answer.contains("data"));
  answer = ask("$SYS.REQ.SERVER.PING.CONNZ", R"({"sort":"colour"})");
  EXPECT_EQ(answer["error"]["code"], 500);
  EXPECT_EQ(answer["error"]["description"], "invalid sorting option: colour");
  answer = ask("$SYS.REQ.ACCOUNT.X.INFO");
  EXPECT_EQ(answer["error"]["description"], "Account X does not exist");
}

TEST_F(SystemServicesTest, AnUnhealthyServerSaysWhy) {
  server_.health_ = "no disk";
  const Json data = ask("$SYS.REQ.SERVER.PING.HEALTHZ")["data"];
  EXPECT_EQ(data["status_code"], 500);
  EXPECT_EQ(data["error"], "no disk");
}

TEST_F(SystemServicesTest, OtherServersAreMeantThenNothingIsSaid) {
  EXPECT_TRUE(offer("$SYS.REQ.SERVER.PING.VARZ", R"({"server_name":"x-other"})"));
  EXPECT_TRUE(ask("$SYS.REQ.SERVER.PING.VARZ").contains("data"));
  const std::lock_guard lock(mutex_);
  EXPECT_TRUE(answers_.empty());
}

TEST_F(SystemServicesTest, WhatIsNoServiceIsNotTaken) {
  EXPECT_FALSE(offer("$SYS.REQ.SERVER.PING.NONE"));
  EXPECT_FALSE(offer("$SYS.REQ.SERVER.PING.VARZ", {}, false, "A"));
}

TEST_F(SystemServicesTest, WithoutAFolderOfJwtsThereAreNoServicesForThem) {
  for (const char* subject : {"$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.CLAIMS.LIST", "$SYS.REQ.CLAIMS.DELETE",
                              "$SYS.REQ.ACCOUNT.A.CLAIMS.LOOKUP"}) {
    EXPECT_FALSE(offer(subject)) << subject;
  }
}

TEST_F(SystemServicesTest, TooManyAreDroppedAndCounted) {
  std::mutex gate;
  gate.lock();
  server_.before_sessions_ = [&] { const std::lock_guard wait(gate); };
  for (int i = 0; i < SystemServices::kWaitingMax + 3; ++i) {
    EXPECT_TRUE(offer("$SYS.REQ.SERVER.PING.CONNZ"));
  }
  EXPECT_EQ(services_.dropped(), 3u);
  gate.unlock();
  for (int i = 0; i < SystemServices::kWaitingMax; ++i) (void)next();
  EXPECT_EQ(services_.answered(), static_cast<uint64_t>(SystemServices::kWaitingMax));
}

TEST_F(SystemServicesTest, AfterTheEndNothingIsAnswered) {
  services_.stop();
  EXPECT_TRUE(offer("$SYS.REQ.SERVER.PING"));
  EXPECT_EQ(services_.dropped(), 1u);
}

}  // namespace
}  // namespace antiphon
