// Who may get what, through shards: random users, subscriptions and publishes on two shards, and a
// naive oracle that says who must get each message. Nothing that is denied is delivered, to one
// reader or to a crowd, nothing that is allowed is lost, and of a queue group one gets it who may.
#include <map>
#include <set>

#include "tests/model/model_seed.h"
#include "tests/model/permissions_oracle.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

struct Wanted {
  std::string subject;
  std::string queue;
};

struct Member {
  SceneClient client;
  size_t user;
  std::map<std::string, Wanted> wanted;  // by sid; what was let in
};

using Deliveries = std::multiset<std::string>;  // "member sid"

struct Expected {
  Deliveries plain;
  std::map<std::string, Deliveries> groups;  // exactly one of each
};

class DeliveryPermissions : public Scene {
 protected:
  DeliveryPermissions() { settings_.shard_count = 2; }

  // From now on whoever comes is one of these.
  void set_users(std::vector<PermissionSettings> users) {
    users_ = std::move(users);
    AuthSettings auth;
    for (size_t i = 0; i < users_.size(); ++i) {
      UserSettings user{"u" + std::to_string(i), "p"};
      user.permissions = users_[i];
      auth.users.push_back(user);
    }
    const auto authenticator = make_authenticator(auth);
    for (uint16_t i = 0; i < world().shard_count(); ++i) {
      shard(i).post([this, i, authenticator] {
        SessionSettings next = *shard(i).settings;
        next.authenticator = authenticator;
        shard(i).adopt(std::make_shared<const SessionSettings>(next));
      });
    }
    EXPECT_TRUE(world().settle());
  }
  void join(size_t user, uint16_t shard) {
    const std::string options =
        R"("verbose":false,"headers":true,"pass":"p","user":"u)" + std::to_string(user) + "\"";
    members_.push_back({client_with(options, shard), user, {}});
  }
  PermissionsOracle oracle(const Member& member) const { return {users_[member.user]}; }

  // Whether the broker lets it in is what the oracle says.
  void subscribe(Member& member, const Wanted& wanted) {
    const std::string sid = std::to_string(member.wanted.size() + 1);
    const std::string answer = member.client.ask(
        "SUB " + wanted.subject + " " + wanted.queue + " " + sid + "\r\nPING\r\n");
    const bool accepted = answer == "PONG\r\n";
    ASSERT_EQ(accepted, oracle(member).subscribe(wanted.subject, wanted.queue)) << answer;
    ASSERT_TRUE(accepted || answer.starts_with("-ERR 'Permissions Violation for Subscription"));
    if (accepted) member.wanted[sid] = wanted;
  }

  Expected expected(const Member& publisher, const std::string& subject) const {
    Expected expected;
    if (!oracle(publisher).publish(subject)) return expected;
    for (size_t i = 0; i < members_.size(); ++i) {
      for (const auto& [sid, wanted] : members_[i].wanted) {
        if (!pattern_matches(wanted.subject, subject)) continue;
        if (!oracle(members_[i]).deliver(subject, wanted.queue)) continue;
        (wanted.queue.empty() ? expected.plain : expected.groups[wanted.queue])
            .insert(std::to_string(i) + " " + sid);
      }
    }
    return expected;
  }

  // What everybody was sent of `subject` since the last time.
  Deliveries take(const std::string& subject) {
    Deliveries got;
    const std::string start = "MSG " + subject + " ";
    for (size_t i = 0; i < members_.size(); ++i) {
      const std::string text = members_[i].client.take();
      for (size_t at = text.find("MSG "); at != text.npos; at = text.find("MSG ", at + 1)) {
        EXPECT_EQ(text.compare(at, start.size(), start), 0) << text.substr(at, 40);
        const size_t sid = at + start.size();
        got.insert(std::to_string(i) + " " + text.substr(sid, text.find(' ', sid) - sid));
      }
    }
    return got;
  }

  void publish(Member& publisher, const std::string& subject) {
    const Expected wanted = expected(publisher, subject);
    publisher.client.send("PUB " + subject + " 1\r\nm\r\n");
    Deliveries got = take(subject);
    delivered_ += got.size();
    for (const std::string& one : wanted.plain) {
      const auto found = got.find(one);
      ASSERT_NE(found, got.end()) << one << " did not get " << subject;
      got.erase(found);
    }
    for (const auto& [queue, group] : wanted.groups) {
      const auto is_in_it = [&group = group](const std::string& one) { return group.contains(one); };
      const auto found = std::find_if(got.begin(), got.end(), is_in_it);
      ASSERT_NE(found, got.end()) << "nobody in " << queue << " got " << subject;
      got.erase(found);
    }
    ASSERT_TRUE(got.empty()) << *got.begin() << " got " << subject;
  }

  // One random set: users, readers and messages.
  void play(uint64_t seed, size_t members, size_t publishes) {
    PermissionsGenerator make(seed);
    std::vector<PermissionSettings> users(kUsers);
    for (PermissionSettings& user : users) user = make.user();
    set_users(std::move(users));
    for (size_t i = 0; i < members; ++i) {
      join(make.below(kUsers), static_cast<uint16_t>(make.below(2)));
      for (size_t n = 1 + make.below(3); n > 0 && !HasFatalFailure(); --n) {
        subscribe(members_.back(), {make.subject(true), make.below(3) == 0 ? make.queue(false) : ""});
      }
    }
    for (size_t i = 0; i < publishes && !HasFailure(); ++i) {
      publish(members_[make.below(members_.size())], make.subject(false));
    }
    for (Member& member : members_) member.client.close();
    members_.clear();
  }

  static constexpr size_t kUsers = 6;
  std::vector<PermissionSettings> users_;
  std::vector<Member> members_;
  size_t delivered_ = 0;
};

TEST_F(DeliveryPermissions, WhoMayGetAMessageGetsItAndNobodyElse) {
  constexpr size_t kSets = 300;
  const uint64_t seed = model_seed();
  for (size_t set = 0; set < kSets && !HasFailure(); ++set) {
    SCOPED_TRACE(replay_text(seed + set, "ap_unit_tests"));
    play(seed + set, 10, 20);
  }
  EXPECT_GT(delivered_, kSets);
}

TEST_F(DeliveryPermissions, ACrowdIsNoDifferent) {
  constexpr size_t kSets = 4;
  const uint64_t seed = model_seed();
  for (size_t set = 0; set < kSets && !HasFailure(); ++set) {
    SCOPED_TRACE(replay_text(seed + set, "ap_unit_tests"));
    play(seed + set, 300, 20);
  }
  EXPECT_GT(delivered_, kSets);
}

}  // namespace
}  // namespace antiphon
