// Accounts have subjects of their own: whatever is subscribed to and published, nothing crosses.
#include <map>
#include <set>

#include "broker/runtime/random.h"
#include "broker/session/connect.h"
#include "protocol/subject/subject.h"
#include "tests/model/model_seed.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class AccountsTest : public Scene {
 protected:
  static constexpr uint32_t kAccounts = 3;

  AccountsTest() {
    settings_.shard_count = 2;
    settings_.session.accounts = {"$G", "A", "B"};
    settings_.session.authenticator = users_in({"$G", "A", "B"});
  }
  // User "u0" is in the first account, and so on.
  static std::shared_ptr<const Authenticator> users_in(const std::vector<std::string>& accounts) {
    AuthSettings auth;
    for (uint32_t i = 0; i < accounts.size(); ++i) {
      UserSettings user{"u" + std::to_string(i), "p"};
      user.account = AccountId{i};
      user.account_name = accounts[i];
      auth.users.push_back(user);
    }
    return make_authenticator(auth);
  }
  SceneClient in(uint32_t account, uint16_t shard = 0) {
    return client_with(
        R"("verbose":false,"no_responders":true,"headers":true,"pass":"p","user":"u)" +
            std::to_string(account) + "\"",
        shard);
  }
};

TEST_F(AccountsTest, AClientActsInTheAccountOfItsUser) {
  for (uint32_t i = 0; i < kAccounts; ++i) {
    SceneClient client = in(i);
    EXPECT_EQ(client.session().account, AccountId{i});
    EXPECT_EQ(client.session().details->account_name, settings_.session.accounts[i]);
  }
}

TEST_F(AccountsTest, NobodyListensToOtherAccounts) {
  SceneClient listener = in(1, 1);
  listener.send("SUB help 1\r\nSUB help q 2\r\n");
  SceneClient asker = in(2);
  EXPECT_EQ(asker.ask("SUB inbox 1\r\nPUB help inbox 1\r\n?\r\n"),
            "HMSG inbox 1 36 36\r\nNATS/1.0 503\r\nNats-Subject: help\r\n\r\n\r\n");
  EXPECT_EQ(listener.take(), "");
}

TEST_F(AccountsTest, WhoMovesToAnotherAccountHasToComeAgain) {
  SceneClient mover = in(1);
  SceneClient stayer = in(2);
  SessionSettings next = *shard().settings;
  AuthSettings auth;
  UserSettings moved{"u1", "p"};
  moved.account = AccountId{2};
  moved.account_name = "B";
  UserSettings same{"u2", "p"};
  same.account = AccountId{2};
  same.account_name = "B";
  auth.users = {moved, same};
  next.authenticator = make_authenticator(auth);
  shard().adopt(std::make_shared<const SessionSettings>(next));
  shard().post([&] {
    authenticate_again(shard(), mover.session());
    authenticate_again(shard(), stayer.session());
  });
  EXPECT_TRUE(world().settle());
  EXPECT_TRUE(mover.is_closed());
  EXPECT_FALSE(stayer.is_closed());
}

TEST_F(AccountsTest, NewAccountsAreOpenedByNewSettings) {
  EXPECT_EQ(shard().accounts.size(), 3u);
  SessionSettings next = *shard().settings;
  next.accounts.push_back("C");
  shard().adopt(std::make_shared<const SessionSettings>(next));
  EXPECT_EQ(shard().accounts.size(), 4u);
  EXPECT_EQ(shard().account(AccountId{3}).name, "C");
}

// ---- Whatever happens ----------------------------------------------------------------------------

struct Member {
  SceneClient client;
  uint32_t account;
  std::map<std::string, std::string> wanted;  // sid -> subject
};

std::string some_subject(Random& random, bool wildcards) {
  std::string made;
  const size_t count = 1 + random.below(3);
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) made += '.';
    const uint64_t kind = wildcards ? random.below(5) : 4;
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

TEST_F(AccountsTest, NothingCrossesAndNothingIsLost) {
  constexpr uint64_t kSeeds = 40;
  constexpr size_t kSteps = 120;
  const uint64_t first = model_seed();
  for (uint64_t seed = first; seed - first < kSeeds; ++seed) {
    SCOPED_TRACE(replay_text(seed, "ap_unit_tests"));
    Random random(seed);
    std::vector<Member> members;
    for (uint32_t i = 0; i < 9; ++i) {
      members.push_back({in(i % kAccounts, static_cast<uint16_t>(random.below(2))), i % kAccounts, {}});
    }
    for (size_t step = 0; step < kSteps; ++step) {
      Member& member = members[random.below(members.size())];
      const std::string sid = std::to_string(random.below(4));
      switch (random.below(4)) {
        case 0:
          if (!member.wanted.contains(sid)) {
            member.wanted[sid] = some_subject(random, true);
            member.client.send("SUB " + member.wanted[sid] + " " + sid + "\r\nPING\r\n");
            EXPECT_EQ(member.client.take(), "PONG\r\n");
          }
          break;
        case 1:
          member.client.send("UNSUB " + sid + "\r\nPING\r\n");
          EXPECT_EQ(member.client.take(), "PONG\r\n");
          member.wanted.erase(sid);
          break;
        default: {
          const std::string subject = some_subject(random, false);
          member.client.send("PUB " + subject + " 1\r\nx\r\n");
          for (Member& other : members) {
            std::multiset<std::string> expected;
            for (const auto& [other_sid, wanted] : other.wanted) {
              if (other.account != member.account || !subject_matches(wanted, subject)) continue;
              expected.insert("MSG " + subject + " " + other_sid + " 1\r\nx\r\n");
            }
            const std::string text = other.client.take();
            std::multiset<std::string> got;
            for (size_t at = 0; at < text.size();) {
              const size_t end = text.find("x\r\n", at) + 3;
              got.insert(text.substr(at, end - at));
              at = end;
            }
            ASSERT_EQ(got, expected) << subject;
          }
        }
      }
    }
    for (Member& member : members) member.client.close();
  }
}

}  // namespace
}  // namespace antiphon
