// Counting who listens: across kinds of subscriptions, sessions and accounts.
#include "broker/session/subscriber_count.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class SubscriberCount : public Scene {
 protected:
  uint64_t reached(std::string subject, std::optional<std::string> queue = {}) {
    return subscribers_reached(shard(), kGlobalAccount, {"$G", std::move(subject), std::move(queue)});
  }
  uint64_t within(std::string subject, std::optional<std::string> queue = {},
                  AccountId account = kGlobalAccount) {
    const SubscriberQuery query{"", std::move(subject), std::move(queue)};
    uint64_t count = 0;
    shard().sessions.for_each([&](const Session& session) {
      count += subscribers_within(shard(), session, account, query);
    });
    return count;
  }
};

TEST_F(SubscriberCount, ALiteralSubjectReachesPlainOnesGroupsAndWildcards) {
  SceneClient one = client();
  SceneClient two = client();
  one.send("SUB a.b 1\r\nSUB a.* 2\r\nSUB a.b q 3\r\nSUB a.b q 4\r\nSUB a.> r 5\r\nSUB a 6\r\n");
  two.send("SUB a.b 1\r\nSUB > q 2\r\n");
  EXPECT_EQ(reached("a.b"), 7u);
  EXPECT_EQ(reached("a.b", "q"), 3u);
  EXPECT_EQ(reached("a.b", "r"), 1u);
  EXPECT_EQ(reached("a.b", ""), 0u) << "a plain one is in no group";
  EXPECT_EQ(reached("b"), 1u);
  two.send("UNSUB 1\r\n");
  EXPECT_EQ(reached("a.b"), 6u);
}

TEST_F(SubscriberCount, AWildcardHoldsWhatLiesWithinIt) {
  SceneClient one = client();
  SceneClient two = client();
  one.send("SUB a.b 1\r\nSUB a.* 2\r\nSUB a.> q 3\r\nSUB b.c 4\r\n");
  two.send("SUB a.b.c 1\r\nSUB * 2\r\n");
  EXPECT_EQ(within("a.*"), 2u);
  EXPECT_EQ(within("a.>"), 4u);
  EXPECT_EQ(within(">"), 6u);
  EXPECT_EQ(within("*.*"), 3u);
  EXPECT_EQ(within("a.>", "q"), 1u);
  EXPECT_EQ(within("a.>", ""), 3u) << "those in no group";
  EXPECT_EQ(within(">", {}, AccountId{1}), 0u) << "of another account";
}

}  // namespace
}  // namespace antiphon
