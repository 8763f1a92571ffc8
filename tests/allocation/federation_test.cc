// What a federation broker does with a message takes nothing from the allocator after a warm-up,
// in either direction, whatever becomes of the message; but for one piece for each request that is
// passed on, which OpenSSL takes for the digest of its data.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "federation/envelope/admit.h"
#include "federation/envelope/replay_window.h"
#include "federation/envelope/rewrite.h"
#include "federation/memory/asked_requests.h"
#include "federation/memory/ledger.h"
#include "federation/relay/last_request.h"
#include "tests/allocation/allocation_count.h"
#include "tests/unit/federation/envelope/transports.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kWindowMs = 1000;
constexpr std::string_view kReplySubject = "choria.federation.dc1.collective";

struct Transform {
  Admission admission{.own_hops = OwnHops("fed1")};
  std::string hop = hop_text(Direction::kRequest, "fed1", "nats://a:4222", "nats://b:4222");
  ReplayWindow replays{1 << 10, kWindowMs, 1};
  TransportView view;
  std::vector<std::string_view> targets;
  std::vector<char> out = std::vector<char>(64 << 10);
  int64_t now_ms = 0;
  bool remember = true;

  Refusal request(std::string_view message) {
    if (const Refusal refusal = scan_transport(message, {}, view); refusal != Refusal::kNone) {
      return refusal;
    }
    if (const Refusal refusal = admit_request(view, admission); refusal != Refusal::kNone) {
      return refusal;
    }
    targets.assign(view.targets.begin(), view.targets.end());
    if (remember) replays.leave_out_known(view.data, targets, now_ms += kWindowMs);
    EXPECT_GT(write_request(view, hop, kReplySubject, out.data()), 0u);
    return Refusal::kNone;
  }
  Refusal reply(std::string_view message) {
    if (const Refusal refusal = scan_transport(message, {}, view); refusal != Refusal::kNone) {
      return refusal;
    }
    if (const Refusal refusal = admit_reply(view, admission); refusal != Refusal::kNone) {
      return refusal;
    }
    EXPECT_GT(write_reply(view, hop, out.data()), 0u);
    return Refusal::kNone;
  }
};

std::string with_targets(size_t count) {
  std::string list;
  for (size_t i = 0; i < count; ++i) list += (i == 0 ? "\"" : ",\"") + std::string("c.node.n\"");
  return with_headers(R"({"reply-to":"c.reply.h.i","federation":{"target":[)" + list + "]}}");
}

TEST(FederationAllocation, NothingIsTakenForAMessage) {
  Transform transform;
  const std::string largest = with_targets(choria::kFederationTargetsMax);
  const std::string too_many = with_targets(choria::kFederationTargetsMax + 1);
  const std::string forged = with_headers(
      R"({"reply-to":"c.reply.h.i","federation":{"target":["choria.federation.a.federation"]}})");
  ASSERT_EQ(transform.request(largest), Refusal::kNone);
  uint64_t begin = allocation_count();
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(transform.request(kRequestV1), Refusal::kNone);
    EXPECT_EQ(transform.request(largest), Refusal::kNone);
  }
  EXPECT_LE(allocation_count() - begin, 200u);
  transform.remember = false;
  begin = allocation_count();
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(transform.request(kRequestV1), Refusal::kNone);
    EXPECT_EQ(transform.request(kRequestV2), Refusal::kNone);
    EXPECT_EQ(transform.request(largest), Refusal::kNone);
    EXPECT_EQ(transform.request(too_many), Refusal::kTooManyTargets);
    EXPECT_EQ(transform.request(forged), Refusal::kTargetNotAllowed);
    EXPECT_EQ(transform.reply(kReplyV1), Refusal::kNone);
    EXPECT_EQ(transform.reply(kReplyV2), Refusal::kNone);
    EXPECT_EQ(transform.reply("nonsense"), Refusal::kMalformed);
  }
  EXPECT_EQ(allocation_count() - begin, 0u);
}

// Names of nodes and sets of them grow until all are known, and not further.
TEST(FederationAllocation, TheLedgerTakesNothingForNodesThatItKnows) {
  Ledger ledger({.placement = PlacementMode::kOn, .absences = 1024, .requests = 4}, 1);
  std::vector<std::string> targets, senders, ids;
  for (int i = 0; i < 200; ++i) {
    targets.push_back("mcollective.node.some.long.name.of.a.node." + std::to_string(i));
    senders.push_back("\"some.long.name.of.a.node." + std::to_string(i) + "\"");
    ids.push_back("\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c" + std::to_string(10 + i % 20) + "\"");
  }
  TransportView view;
  const auto play = [&] {
    for (size_t i = 0; i < targets.size(); ++i) {
      view.clear();
      view.request_id = ids[i];
      view.targets.assign(targets.begin(), targets.end());
      for (const std::string_view target : view.targets) (void)ledger.is_elsewhere(target, 5);
      ledger.request_came(view, {.published = 200}, {5'000'000});
      view.sender = senders[i];
      ledger.reply_passed(view, {6'000'000});
      ledger.nobody_listens(ledger.key_of(targets[i]), 7);
    }
  };
  play();
  const uint64_t begin = allocation_count();
  play();
  EXPECT_EQ(allocation_count() - begin, 0u);
}

TEST(FederationAllocation, RepliesAreHeldAgainstRequestsWithoutAny) {
  AskedRequests asked(1 << 10);
  LastRequest last;
  const std::string largest = with_targets(1000);
  const auto play = [&] {
    for (const char* id : {R"("r1")", R"("r\u0032")", ""}) {
      const AskedKey key = asked.key_of(id, "c.reply.h.i");
      asked.note(key, 1);
      EXPECT_EQ(asked.find(key, 1), AskedBy::kAsker);
      EXPECT_EQ(asked.find(asked.key_of(id, "c.reply.h.j"), 1), AskedBy::kAnother);
    }
    for (const std::string_view message : {kRequestV1, std::string_view(largest)}) {
      EXPECT_TRUE(last.keep(LastRequest::Kind::kCopy, message));
      EXPECT_TRUE(last.is(LastRequest::Kind::kCopy, message));
    }
  };
  play();
  const uint64_t begin = allocation_count();
  for (int i = 0; i < 100; ++i) play();
  EXPECT_EQ(allocation_count() - begin, 0u);
}

}  // namespace
}  // namespace antiphon::federation
