#include "federation/relay/request_targets.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

constexpr std::string_view kAbsent = "choria.federation.dc1.absent.0123.";

struct RequestTargetsTest : testing::Test {
  Ledger ledger{{.placement = PlacementMode::kOn, .settle_ms = 0, .absences = 1024}, 1};
  ReplayWindow replays{1024, 1000, 1};
  RequestTargets targets{10, std::string(kAbsent)};
  std::vector<std::string_view> asked = {"c.node.a", "c.broadcast.agent.x", "c.node.b"};

  std::vector<std::string> chosen() const {
    return {targets.subjects().begin(), targets.subjects().end()};
  }
};

TEST_F(RequestTargetsTest, AreThoseOfTheRequestButThoseElsewhere) {
  ledger.nobody_listens(ledger.key_of("c.node.a"), 5);
  EXPECT_EQ(targets.choose(asked, ledger, 6), 1u);
  EXPECT_EQ(chosen(), (std::vector<std::string>{"c.broadcast.agent.x", "c.node.b"}));
  EXPECT_EQ(targets.choose({}, ledger, 6), 0u);
  EXPECT_TRUE(targets.empty()) << "nothing is left of the last one";
}

TEST_F(RequestTargetsTest, AreThinnedOutByTheReplayWindow) {
  targets.choose(asked, ledger, 0);
  EXPECT_EQ(targets.leave_out_known("data", replays, 0), 0u);
  targets.choose(asked, ledger, 0);
  EXPECT_EQ(targets.leave_out_known("data", replays, 1), 3u);
  EXPECT_TRUE(targets.empty());
}

TEST_F(RequestTargetsTest, OnlyNodesAreFollowedByWhereAbsencesAreTold) {
  targets.choose(asked, ledger, 0);
  targets.ask_who_listens(ledger);
  ASSERT_EQ(targets.count(), 3u);
  EXPECT_EQ(targets.subjects()[1], "c.broadcast.agent.x");
  const std::string_view node = targets.subjects()[2];
  ASSERT_TRUE(node.starts_with("c.node.b " + std::string(kAbsent))) << node;
  EXPECT_EQ(Absences::read_key(node.substr(node.size() - Absences::kKeyLetters)), ledger.key_of("c.node.b"));
}

TEST_F(RequestTargetsTest, NeedNoMoreOfAQueueThanTheySay) {
  targets.choose(asked, ledger, 0);
  const uint64_t said = targets.queue_bytes(100);
  targets.ask_who_listens(ledger);
  uint64_t written = 0;
  for (const std::string_view subject : targets.subjects()) {
    written += std::string_view("PUB  100\r\n\r\n").size() + subject.size() + 100;
  }
  EXPECT_LE(written, said);
}

}  // namespace
}  // namespace antiphon::federation
