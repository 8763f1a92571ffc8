#include "broker/session/callout.h"

#include "broker/auth/account_rules.h"
#include "broker/auth/callout_authenticator.h"
#include "tests/unit/broker/auth/callout_answers.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

constexpr std::string_view kViolation = "-ERR 'Authorization Violation'\r\n";

// A request as the service reads it.
struct Asked {
  std::string reply;
  std::string claims;
  std::string user() const { return field_of(claims, "user_nkey"); }
};

class CalloutTest : public Scene {
 protected:
  CalloutTest() {
    settings_.session.accounts = {"$G", "ACME"};
    settings_.session.auth_timeout_ms = 2000;
    users_.users = {{"auth", "pwd"}};
    use_service();
  }

  void use_service() {
    CalloutSettings callout;
    callout.issuer = issuer_.nkey();
    callout.auth_users = {"auth"};
    callout.accounts = {{kGlobalAccount, "$G", std::nullopt}, {AccountId{1}, "ACME", std::nullopt}};
    settings_.session.authenticator = std::make_shared<const CalloutAuthenticator>(
        callout, make_authenticator(users_),
        CalloutExchange({"name", "h", identity_->id, "v", {}, {}}, identity_, 2000));
  }

  SceneClient service(uint16_t shard = 0) {
    SceneClient client =
        client_with(R"("verbose":false,"user":"auth","pass":"pwd","headers":true)", shard);
    EXPECT_EQ(client.ask("SUB $SYS.REQ.USER.AUTH 1\r\nPING\r\n"), "PONG\r\n");
    return client;
  }
  // The client has sent this and waits.
  SceneClient waiting(std::string_view sent, uint16_t shard = 0) {
    SceneClient client = bare_client(shard);
    client.send(sent);
    return client;
  }
  static std::string login(std::string_view user = "dlc") {
    return R"(CONNECT {"verbose":false,"user":")" + std::string(user) + R"(","pass":"zzz"})" + "\r\n";
  }
  Asked asked(SceneClient& service) {
    const std::string text = service.take();
    const std::string begin = "MSG $SYS.REQ.USER.AUTH 1 ";
    EXPECT_EQ(text.substr(0, begin.size()), begin);
    if (text.size() < begin.size()) return {};
    const size_t end = text.find(' ', begin.size());
    const size_t payload = text.find("\r\n") + 2;
    return {text.substr(begin.size(), end - begin.size()),
            claims_inside(text.substr(payload, text.find("\r\n", payload) - payload))};
  }
  std::string yes(const Asked& question, const std::string& user_standard = {}) {
    CalloutAnswer answer;
    answer.user = question.user();
    answer.server = identity_->id;
    answer.account = "ACME";
    answer.user_standard = user_standard;
    return made_answer(answer, issuer_);
  }
  static std::string pub(const std::string& subject, const std::string& payload) {
    return "PUB " + subject + " " + std::to_string(payload.size()) + "\r\n" + payload + "\r\n";
  }

  const std::shared_ptr<const ServerIdentity> identity_ = std::make_shared<const ServerIdentity>();
  TestKey issuer_{NkeyPrefix::kAccount};
  AuthSettings users_;
};

TEST_F(CalloutTest, AClientIsLetInWhenTheServiceSaysSo) {
  SceneClient serving = service();
  SceneClient client = waiting(login() + "PING\r\n");
  EXPECT_EQ(client.take(), "") << "it waits, and nothing behind CONNECT is looked at";
  const Asked question = asked(serving);
  EXPECT_EQ(field_of(question.claims, "pass"), "zzz");
  serving.send(pub(question.reply, yes(question)));
  EXPECT_EQ(client.take(), "PONG\r\n");
  EXPECT_EQ(client.session().details->account_name, "ACME");
  EXPECT_EQ(client.session().details->user, "dlc");
  EXPECT_EQ(client.session().account, AccountId{1});
  EXPECT_EQ(shard().counters.callouts_asked, 1u);
  EXPECT_EQ(world().callouts().waiting(), 0u);
  EXPECT_TRUE(shard().waiting_logins.empty());
}

class CalloutLimitTest : public CalloutTest {
 protected:
  CalloutLimitTest() {
    const AccountSettings full{"ACME", {}, {}, {}, {.connections_max = 1}};
    settings_.session.account_rules =
        make_account_rules(std::span(&full, 1), settings_.session.accounts);
    users_.users.push_back({"joe", "zzz", {}, AccountId{1}, "ACME"});
    use_service();
  }
  // Somebody comes in as the service says.
  SceneClient inside(SceneClient& serving, std::string_view user) {
    SceneClient client = waiting(login(user) + "PING\r\n");
    const Asked question = asked(serving);
    serving.send(pub(question.reply, yes(question)));
    EXPECT_EQ(client.take(), "PONG\r\n");
    return client;
  }
};

TEST_F(CalloutLimitTest, AUserOfAFullAccountIsRefusedWithoutAQuestion) {
  settings_.shard_count = 2;
  SceneClient serving = service();
  SceneClient first = inside(serving, "joe");
  EXPECT_EQ(shard().account(AccountId{1}).connections->load(), 1);
  SceneClient second = waiting(login("joe"), 1);
  EXPECT_EQ(second.take(), "-ERR 'maximum account active connections exceeded'\r\n");
  EXPECT_EQ(second.close_reason(), CloseReason::kMaximumAccountConnections);
  EXPECT_EQ(serving.take(), "");
  EXPECT_EQ(shard(1).counters.callouts_asked, 0u);
  EXPECT_EQ(shard().account(AccountId{1}).connections->load(), 1) << "it was never counted";
  // It is told only with the right password: for anybody else the service has the word.
  SceneClient guess = waiting(R"(CONNECT {"verbose":false,"user":"joe","pass":"x"})" "\r\n");
  EXPECT_EQ(guess.take(), "");
  EXPECT_NE(asked(serving).reply, "");
  first.close();
  EXPECT_FALSE(inside(serving, "joe").is_closed());
}

TEST_F(CalloutLimitTest, WhoIsNoUserHereIsAskedAboutAndThenRefused) {
  SceneClient serving = service();
  SceneClient first = inside(serving, "joe");
  SceneClient second = waiting(login("dlc"));
  const Asked question = asked(serving);
  serving.send(pub(question.reply, yes(question)));
  EXPECT_EQ(second.take(), "-ERR 'maximum account active connections exceeded'\r\n");
}

TEST_F(CalloutLimitTest, ASecondConnectDoesNotCountAgainstItself) {
  SceneClient serving = service();
  SceneClient client = inside(serving, "joe");
  client.send(login("joe") + "PING\r\n");
  const Asked question = asked(serving);
  serving.send(pub(question.reply, yes(question)));
  EXPECT_EQ(client.take(), "PONG\r\n");
}

TEST_F(CalloutTest, TheAnswerMayComeInOnAnotherShard) {
  settings_.shard_count = 4;
  SceneClient serving = service(3);
  for (uint16_t home = 0; home < 4; ++home) {
    SceneClient client = waiting(login() + "PING\r\n", home);
    const Asked question = asked(serving);
    serving.send(pub(question.reply, yes(question)));
    EXPECT_EQ(client.take(), "PONG\r\n") << "shard " << home;
    EXPECT_TRUE(shard(home).waiting_logins.empty());
  }
}

TEST_F(CalloutTest, AnAnswerWithHeadersCountsWithoutThem) {
  SceneClient serving = service();
  SceneClient client = waiting(login() + "PING\r\n");
  const Asked question = asked(serving);
  const std::string headers = "NATS/1.0\r\nA: b\r\n\r\n";
  const std::string answer = headers + yes(question);
  serving.send("HPUB " + question.reply + " " + std::to_string(headers.size()) + " " +
               std::to_string(answer.size()) + "\r\n" + answer + "\r\n");
  EXPECT_EQ(client.take(), "PONG\r\n");
}

TEST_F(CalloutTest, ANoOrNonsenseRefusesAtOnce) {
  SceneClient serving = service();
  for (const char* answer : {"", "no", "a.b.c"}) {
    SceneClient client = waiting(login());
    serving.send(pub(asked(serving).reply, answer));
    EXPECT_EQ(client.take(), kViolation);
    EXPECT_EQ(client.close_reason(), CloseReason::kAuthenticationFailure);
  }
  EXPECT_EQ(world().callouts().waiting(), 0u);
}

TEST_F(CalloutTest, WithNobodyServingAClientIsRefusedAtOnce) {
  SceneClient client = waiting(login());
  EXPECT_EQ(client.take(), kViolation);
  EXPECT_EQ(shard().counters.callouts_unheard, 1u);
  EXPECT_EQ(world().callouts().waiting(), 0u);
}

TEST_F(CalloutTest, AServiceThatIsLateIsNotWaitedForAndItsAnswerComesToNothing) {
  SceneClient serving = service();
  SceneClient client = waiting(login());
  const Asked question = asked(serving);
  advance_ms(1999);
  EXPECT_EQ(client.take(), "");
  advance_ms(1);
  EXPECT_EQ(client.take(), kViolation);
  EXPECT_EQ(client.close_reason(), CloseReason::kAuthenticationFailure);
  EXPECT_EQ(shard().counters.callouts_expired, 1u);
  EXPECT_EQ(world().callouts().waiting(), 0u);
  serving.send(pub(question.reply, yes(question)));
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(shard().waiting_logins.empty());
}

TEST_F(CalloutTest, TheFirstAnswerCounts) {
  SceneClient serving = service();
  SceneClient client = waiting(login() + "PING\r\n");
  const Asked question = asked(serving);
  serving.send(pub(question.reply, "") + pub(question.reply, yes(question)));
  EXPECT_EQ(client.take(), kViolation);
}

TEST_F(CalloutTest, AClientThatLeavesLeavesNothingBehind) {
  SceneClient serving = service();
  SceneClient client = waiting(login());
  const Asked question = asked(serving);
  EXPECT_EQ(world().callouts().waiting(), 1u);
  client.close();
  EXPECT_EQ(client.close_reason(), CloseReason::kClientClosed);
  EXPECT_EQ(world().callouts().waiting(), 0u);
  EXPECT_TRUE(shard().waiting_logins.empty());
  serving.send(pub(question.reply, yes(question)));
  EXPECT_EQ(serving.ask("PING\r\n"), "PONG\r\n");
}

TEST_F(CalloutTest, WhatAClientSaidBeforeItLeftIsDoneIfTheServiceLetsItIn) {
  SceneClient serving = service();
  SceneClient client = waiting(login());
  const Asked question = asked(serving);
  CalloutAnswer answer;
  answer.user = question.user();
  answer.server = identity_->id;  // in $G, where the service listens too
  EXPECT_EQ(serving.ask("SUB a 2\r\nPING\r\n"), "PONG\r\n");
  client.send_later("PUB a 2\r\nhi\r\n");
  client.close();
  EXPECT_EQ(world().callouts().waiting(), 1u);
  serving.send(pub(question.reply, made_answer(answer, issuer_)));
  EXPECT_EQ(serving.take(), "MSG a 2 2\r\nhi\r\n");
  EXPECT_EQ(client.close_reason(), CloseReason::kClientClosed);
}

TEST_F(CalloutTest, NoSubscriberReadsAnswersAndOthersCannotGiveThem) {
  users_.users.push_back({"nosy", "pwd"});
  users_.users.push_back({"other", "pwd", std::nullopt, AccountId{1}, "ACME"});
  use_service();
  SceneClient serving = service();
  // The service may listen to everything; what it publishes to the server is not for it.
  EXPECT_EQ(serving.ask("SUB > 2\r\nPING\r\n"), "PONG\r\n");
  SceneClient client = waiting(login() + "PING\r\n");
  std::string text = serving.take();
  EXPECT_NE(text.find("MSG $SYS.REQ.USER.AUTH 2 "), text.npos);
  const size_t begin = text.find("$SYS._INBOX.");
  Asked question{text.substr(begin, text.find(' ', begin) - begin),
                 claims_inside(text.substr(text.find("eyJ")))};
  serving.send(pub(question.reply, yes(question)));
  EXPECT_EQ(serving.take(), "");
  EXPECT_EQ(client.take(), "PONG\r\n");
  // Somebody in another account who knows the subject is not heard.
  SceneClient next = waiting(login() + "PING\r\n");
  text = serving.take();
  const size_t again = text.find("$SYS._INBOX.");
  question.reply = text.substr(again, text.find(' ', again) - again);
  client.send(pub(question.reply, ""));
  EXPECT_EQ(next.take(), "");
  EXPECT_EQ(world().callouts().waiting(), 1u);
}

TEST_F(CalloutTest, OnlyWhoServesReadsRequests) {
  SceneClient serving = service();
  // The service puts a client into its own account, where it listens to everything.
  SceneClient nosy = waiting(login("nosy"));
  Asked question = asked(serving);
  CalloutAnswer answer;
  answer.user = question.user();
  answer.server = identity_->id;
  serving.send(pub(question.reply, made_answer(answer, issuer_)));
  EXPECT_EQ(nosy.ask("SUB > 9\r\nPING\r\n"), "PONG\r\n");
  EXPECT_NE(nosy.ask("SUB $SYS.REQ.USER.AUTH 8\r\n").find("Permissions Violation"), std::string::npos);
  SceneClient client = waiting(login());
  (void)asked(serving);
  EXPECT_EQ(nosy.take(), "");
  EXPECT_NE(nosy.ask("PUB $SYS.REQ.USER.AUTH x 1\r\na\r\n").find("Permissions Violation"),
            std::string::npos);
  EXPECT_EQ(serving.take(), "");
}

TEST_F(CalloutTest, ThereIsABoundToHowManyWait) {
  settings_.callouts_max = 2;
  SceneClient serving = service();
  SceneClient first = waiting(login());
  const Asked question = asked(serving);
  SceneClient second = waiting(login());
  SceneClient third = waiting(login());
  EXPECT_EQ(second.take(), "");
  EXPECT_EQ(third.take(), kViolation);
  EXPECT_EQ(shard().counters.callouts_refused, 1u);
  serving.send(pub(question.reply, ""));
  SceneClient fourth = waiting(login());
  EXPECT_EQ(fourth.take(), "");
}

TEST_F(CalloutTest, AnAnswerThatIsTooLongIsNone) {
  SceneClient serving = service();
  SceneClient client = waiting(login());
  serving.send(pub(asked(serving).reply, std::string(CalloutTable::kAnswerBytesMax + 1, 'e')));
  EXPECT_EQ(client.take(), kViolation);
}

TEST_F(CalloutTest, AClientIsSentAwayWhenItsWordIsOver) {
  SceneClient serving = service();
  SceneClient client = waiting(login() + "PING\r\n");
  const Asked question = asked(serving);
  const int64_t now_s = world().wall_ns() / 1'000'000'000;
  serving.send(pub(question.reply, yes(question, ",\"exp\":" + std::to_string(now_s + 5))));
  EXPECT_EQ(client.take(), "PONG\r\n");
  advance_ms(6000);
  EXPECT_NE(client.take().find("-ERR 'User Authentication Expired'"), std::string::npos);
}

TEST_F(CalloutTest, WhoSendsNoConnectIsAskedAboutToo) {
  users_.users.push_back({"guest", "x"});
  users_.no_auth_user = "guest";
  use_service();
  SceneClient serving = service();
  SceneClient client = waiting("PING\r\nSUB a 1\r\nPUB a 2\r\nhi\r\n");
  EXPECT_EQ(client.take(), "");
  const Asked question = asked(serving);
  EXPECT_EQ(field_of(question.claims, "user"), "guest");
  serving.send(pub(question.reply, yes(question)));
  EXPECT_EQ(client.take(), "PONG\r\n+OK\r\n+OK\r\nMSG a 1 2\r\nhi\r\n");
  SceneClient refused = waiting("PING\r\n");
  serving.send(pub(asked(serving).reply, ""));
  EXPECT_EQ(refused.take(), kViolation);
}

TEST_F(CalloutTest, AReloadWhileAClientWaitsMakesTheNewSettingsDecide) {
  SceneClient serving = service();
  SceneClient client = waiting(login("eve") + "PING\r\n");
  const Asked question = asked(serving);
  auto next = std::make_shared<SessionSettings>(*shard().settings);
  AuthSettings users;
  users.users = {{"eve", "zzz"}};
  next->authenticator = make_authenticator(users);
  shard().adopt(next);
  serving.send(pub(question.reply, ""));
  EXPECT_EQ(client.take(), "PONG\r\n") << "the service has no say any more";
  EXPECT_EQ(client.session().details->account_name, "$G");
}

TEST_F(CalloutTest, SignaturesAreLookedAtOnOtherThreads) {
  WorkPool pool(1);
  settings_.slow_work = &pool;
  const auto until = [this](const auto& is_true) {
    constexpr int64_t kTooLongMs = 20'000;
    const SteadyTime started = steady_now();
    while (!is_true() && steady_now().ms() - started.ms() < kTooLongMs) world().settle();
  };
  SceneClient serving = bare_client();
  std::string text;
  serving.send_later("CONNECT {\"verbose\":false,\"user\":\"auth\",\"pass\":\"pwd\"}\r\n"
                     "SUB $SYS.REQ.USER.AUTH 1\r\nPING\r\n");
  until([&] { return (text += serving.take()).ends_with("PONG\r\n"); });
  SceneClient client = bare_client();
  client.send_later(login() + "PING\r\n");
  text.clear();
  until([&] { return (text += serving.take()).ends_with("\r\n"); });
  const size_t begin = text.find("$SYS._INBOX.");
  ASSERT_NE(begin, text.npos);
  const Asked question{text.substr(begin, text.find(' ', begin) - begin),
                       claims_inside(text.substr(text.find("eyJ")))};
  serving.send_later(pub(question.reply, yes(question)));
  text.clear();
  until([&] { return (text += client.take()).ends_with("\r\n"); });
  EXPECT_EQ(text, "PONG\r\n");
}

}  // namespace
}  // namespace antiphon
