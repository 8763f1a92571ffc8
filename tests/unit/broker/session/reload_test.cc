#include "broker/session/reload.h"

#include "broker/net/tls_context.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

constexpr ReloadEffects kTrust{.trust = true};

class ReloadTest : public Scene {
 protected:
  // Other authorities count from now on.
  void change_trust() {
    auto settings = std::make_shared<SessionSettings>(*shard().settings);
    TlsSettings tls;
    tls.insecure = true;
    settings->tls = *TlsContext::client(tls);
    shard().adopt(std::move(settings));
  }
  // Clients by an authority that is gone; another one vouches for them.
  std::vector<SceneClient> clients(size_t count) {
    std::vector<SceneClient> made;
    for (size_t i = 0; i < count; ++i) {
      made.push_back(client());
      made.back().pipe().authority_is_gone = true;
    }
    return made;
  }
  // In turns of the shard.
  std::vector<SessionId> judge_all(const ReloadEffects& effects) {
    std::vector<SessionId> left;
    shard().post([&] { left = judge_again(shard(), effects); });
    EXPECT_TRUE(world().settle());
    return left;
  }
  void judge_more(const ReloadEffects& effects, std::vector<SessionId>& left) {
    shard().post([&] { judge_some(shard(), effects, left); });
    EXPECT_TRUE(world().settle());
  }
  static size_t checked(std::vector<SceneClient>& clients) {
    size_t all = 0;
    for (SceneClient& one : clients) all += one.pipe().chains_checked;
    return all;
  }
};

TEST_F(ReloadTest, AFewChainsAreCheckedInATurn) {
  std::vector<SceneClient> fleet = clients(2 * TurnLimits::kCheckedChains + 3);
  SceneClient other = client();
  change_trust();
  std::vector<SessionId> left = judge_all(kTrust);
  EXPECT_EQ(left.size(), fleet.size());
  EXPECT_EQ(checked(fleet), 0u);
  EXPECT_EQ(other.pipe().chains_checked, 0u) << "its authority is still there";
  for (const size_t rest : {TurnLimits::kCheckedChains + 3, size_t{3}, size_t{0}, size_t{0}}) {
    judge_more(kTrust, left);
    EXPECT_EQ(left.size(), rest);
    EXPECT_EQ(checked(fleet), fleet.size() - rest);
  }
  for (SceneClient& one : fleet) EXPECT_EQ(one.ask("PING\r\n"), "PONG\r\n");
}

TEST_F(ReloadTest, WhomNobodyVouchesForGoesAndTheOthersStay) {
  std::vector<SceneClient> fleet = clients(3);
  fleet[1].pipe().chain_is_good = false;
  change_trust();
  std::vector<SessionId> left = judge_all(kTrust);
  for (SceneClient& one : fleet) EXPECT_FALSE(one.is_closed());
  judge_more(kTrust, left);
  EXPECT_EQ(fleet[0].ask("PING\r\n"), "PONG\r\n");
  EXPECT_EQ(fleet[1].take(), "-ERR 'User Authentication Revoked'\r\n");
  EXPECT_EQ(fleet[1].close_reason(), CloseReason::kAuthorityRemoved);
  EXPECT_EQ(fleet[2].ask("PING\r\n"), "PONG\r\n");
}

TEST_F(ReloadTest, WhoGoesMeanwhileIsNotLookedAt) {
  std::vector<SceneClient> fleet = clients(2);
  change_trust();
  std::vector<SessionId> left = judge_all(kTrust);
  fleet[0].close();
  judge_more(kTrust, left);
  EXPECT_TRUE(left.empty());
  EXPECT_EQ(fleet[0].pipe().chains_checked, 0u);
  EXPECT_EQ(fleet[1].pipe().chains_checked, 1u);
}

TEST_F(ReloadTest, WhoseChainIsToBeCheckedIsJudgedInNoOtherWayBefore) {
  std::vector<SceneClient> fleet = clients(1);
  constexpr std::string_view kAsynchronous = "CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n";
  SceneClient other = client();
  for (SceneClient* one : {&fleet[0], &other}) one->ask(kAsynchronous);
  change_trust();
  const ReloadEffects effects{.trust = true, .info = true};
  std::vector<SessionId> left = judge_all(effects);
  EXPECT_EQ(other.take().substr(0, 6), "INFO {");
  EXPECT_EQ(fleet[0].take(), "");
  judge_more(effects, left);
  EXPECT_EQ(fleet[0].take().substr(0, 6), "INFO {");
}

TEST_F(ReloadTest, WhereTrustIsTheSameNobodyIsAskedAboutIt) {
  std::vector<SceneClient> fleet = clients(2);
  change_trust();
  EXPECT_TRUE(judge_all({}).empty());
  EXPECT_EQ(checked(fleet), 0u);
}

}  // namespace
}  // namespace antiphon
