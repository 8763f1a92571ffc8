#include "broker/system/system_services.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

using Json = nlohmann::json;

class SystemServicesTest : public testing::Test {
 protected:
  SystemServicesTest()
      : services_(server_, "NSERVERID", [this](SystemAnswer answer) {
          const std::lock_guard lock(mutex_);
          answers_.push_back(std::move(answer));
          came_.notify_all();
        }, [](const std::string&, const std::string&) { return std::string("nowhere to keep it"); }) {}
  ~SystemServicesTest() override { services_.stop(); }

  bool offer(std::string_view subject, std::string_view body = {}, bool of_system = true,
             std::string_view account = "SYS") {
    ServerRequest request;
    request.shard = ShardId{3};
    request.account = AccountId{5};
    request.account_name = account;
    request.of_system_account = of_system;
    request.subject = subject;
    request.reply = "inbox.1";
    request.body = body;
    return services_.offer(request);
  }
  SystemAnswer next() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return !answers_.empty(); });
    SystemAnswer answer = std::move(answers_.front());
    answers_.erase(answers_.begin());
    return answer;
  }
  Json ask(std::string_view subject, std::string_view body = {}) {
    EXPECT_TRUE(offer(subject, body)) << subject;
    return Json::parse(next().json);
  }

  FakeServer server_;
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
  EXPECT_EQ(answer.json, R"({"name":"broker.example.net","host":"127.0.0.1","id":"NSERVERID"})");
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

TEST_F(SystemServicesTest, ConnectionsOfOneAccountWhateverTheBodySays) {
  server_.connect("one").details->account_name = "A";
  server_.connect("two").details->account_name = "B";
  server_.options_.authorization.accounts = {{"A", {}, {}}, {"B", {}, {}}};
  const Json data = ask("$SYS.REQ.ACCOUNT.A.CONNZ", R"({"acc":"B","auth":true})")["data"];
  ASSERT_EQ(data["connections"].size(), 1u);
  EXPECT_EQ(data["connections"][0]["name"], "one");
  EXPECT_TRUE(offer("$SYS.REQ.SERVER.PING.CONNZ", R"({"acc":"B"})", false, "A"));
  EXPECT_EQ(Json::parse(next().json)["data"]["connections"][0]["name"], "one");
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
