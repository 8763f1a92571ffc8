#include "fleet/emulator/prepared_request.h"

#include <gtest/gtest.h>

#include <string>

#include "fleet/client/caller.h"
#include "fleet/emulator/request_cache.h"
#include "protocol/choria/reply.h"
#include "protocol/choria/rpc.h"
#include "protocol/choria/secure.h"
#include "protocol/choria/transport.h"

namespace antiphon::fleet {
namespace {

constexpr int64_t kNowS = 1'750'000'000;
constexpr int64_t kNowMs = kNowS * 1000;
constexpr std::string_view kUrl = "nats://127.0.0.1:4222";
constexpr std::string_view kReplyTo = "mcollective.reply.abc.1";

FleetProfile profile() {
  FleetProfile made;
  made.nodes = 100;
  made.collectives = {"mcollective", "site1"};
  made.agents = agent_names(kAgentsDefault);
  return made;
}

choria::Request discovery() {
  choria::Request request;
  request.message = "cGluZw==";
  request.request_id = "0123456789abcdef0123456789abcdef";
  request.sender_id = "bastion";
  request.caller_id = "choria=alice.mcollective";
  request.collective = "mcollective";
  request.agent = "discovery";
  request.time_unix_s = kNowS;
  return request;
}

choria::Request rpc(std::string agent, std::string body) {
  choria::Request request = discovery();
  request.agent = std::move(agent);
  request.message = std::move(body);
  return request;
}

std::string payload_of(const choria::Request& request, std::string_view reply_to = kReplyTo) {
  const auto payload = request_payload(unsigned_caller("alice.mcollective"), request, reply_to);
  EXPECT_TRUE(payload.ok());
  return *payload;
}

// What node `number` does with a request, and what it publishes if it does.
struct Reaction {
  Answer answer;
  choria::Transport transport;
  choria::Reply reply;
};

Reaction reaction_to(std::string_view payload, uint32_t number = 5, int64_t now_ms = kNowMs) {
  const FleetProfile fleet = profile();
  PreparedRequest request(payload, fleet);
  std::string published;
  Reaction reaction;
  reaction.answer = request.answer(number, node_identity(fleet, number), kUrl, now_ms, published);
  if (reaction.answer != Answer::kReplied) return reaction;
  EXPECT_EQ(request.reply_to(), kReplyTo);
  choria::SecureReply secure;
  EXPECT_FALSE(choria::parse_transport(published, reaction.transport));
  EXPECT_FALSE(choria::parse_secure_reply(reaction.transport.data, secure));
  EXPECT_TRUE(choria::hash_is_right(secure));
  EXPECT_FALSE(choria::parse_reply(secure.message, reaction.reply));
  return reaction;
}

TEST(PreparedRequest, AnswersDiscoveryWithPong) {
  const Reaction reaction = reaction_to(payload_of(discovery()));
  ASSERT_EQ(reaction.answer, Answer::kReplied);
  EXPECT_EQ(reaction.transport.sender, "node5.emulated.example.net");
  ASSERT_EQ(reaction.transport.seen_by.size(), 1u);
  EXPECT_EQ(reaction.transport.seen_by[0].in, kUrl);
  EXPECT_EQ(reaction.reply.message, "pong");
  EXPECT_EQ(reaction.reply.sender_id, "node5.emulated.example.net");
  EXPECT_EQ(reaction.reply.request_id, discovery().request_id);
  EXPECT_EQ(reaction.reply.agent, "discovery");
  EXPECT_EQ(reaction.reply.time_unix_s, kNowS);
}

TEST(PreparedRequest, AnswersRpcPingWithTheTimeOfTheAnswer) {
  const std::string payload =
      payload_of(rpc("rpcutil", R"({"agent":"rpcutil","action":"ping","data":{}})"));
  const FleetProfile fleet = profile();
  PreparedRequest request(payload, fleet);
  for (const int64_t later_s : {0, 0, 3}) {
    std::string published;
    ASSERT_EQ(request.answer(1, "n", kUrl, kNowMs + later_s * 1000, published), Answer::kReplied);
    choria::Transport transport;
    choria::SecureReply secure;
    choria::Reply reply;
    ASSERT_FALSE(choria::parse_transport(published, transport));
    ASSERT_FALSE(choria::parse_secure_reply(transport.data, secure));
    ASSERT_FALSE(choria::parse_reply(secure.message, reply));
    EXPECT_EQ(reply.message, R"({"action":"ping","statuscode":0,"statusmsg":"OK","data":{"pong":)" +
                                 std::to_string(kNowS + later_s) + "}}");
  }
}

TEST(PreparedRequest, SaysSoWhenItDoesNotKnowTheAction) {
  const Reaction reaction =
      reaction_to(payload_of(rpc("puppet", R"({"agent":"puppet","action":"runonce"})")));
  ASSERT_EQ(reaction.answer, Answer::kReplied);
  EXPECT_EQ(reaction.reply.message,
            R"({"action":"runonce","statuscode":2,)"
            R"("statusmsg":"Unknown action runonce for agent puppet","data":{}})");
}

TEST(PreparedRequest, SaysSoWhenTheBodyIsNoRpcRequest) {
  const Reaction reaction = reaction_to(payload_of(rpc("rpcutil", "{not json")));
  ASSERT_EQ(reaction.answer, Answer::kReplied);
  choria::RpcReply reply;
  ASSERT_FALSE(choria::parse_rpc_reply(reaction.reply.message, reply));
  EXPECT_EQ(reply.status, choria::RpcStatus::kInvalidData);
  EXPECT_EQ(reply.action, "");
}

TEST(PreparedRequest, IsSilentWhereARealNodeIs) {
  choria::Request request = discovery();
  request.collective = "elsewhere";
  EXPECT_EQ(reaction_to(payload_of(request)).answer, Answer::kNotOurs);
  request = discovery();
  request.message = "cG9uZw==";
  EXPECT_EQ(reaction_to(payload_of(request)).answer, Answer::kNotOurs);
  EXPECT_EQ(reaction_to(payload_of(rpc("absent", "{}"))).answer, Answer::kNotOurs);
}

TEST(PreparedRequest, KnowsEveryCollectiveOfTheFleet) {
  choria::Request request = discovery();
  request.collective = "site1";
  EXPECT_EQ(reaction_to(payload_of(request)).answer, Answer::kReplied);
}

TEST(PreparedRequest, IgnoresWhatIsOlderThanItsTimeToLive) {
  const std::string payload = payload_of(discovery());
  EXPECT_EQ(reaction_to(payload, 5, kNowMs + 59'000).answer, Answer::kReplied);
  EXPECT_EQ(reaction_to(payload, 5, kNowMs + 61'000).answer, Answer::kExpired);
  EXPECT_EQ(reaction_to(payload, 5, kNowMs - 61'000).answer, Answer::kExpired);
}

// How many of the first hundred nodes a filter means.
size_t matching(const choria::Filter& filter) {
  choria::Request asked = discovery();
  asked.filter = filter;
  const FleetProfile fleet = profile();
  PreparedRequest request(payload_of(asked), fleet);
  size_t count = 0;
  std::string published;
  for (uint32_t number = 1; number <= 100; ++number) {
    const Answer answer =
        request.answer(number, node_identity(fleet, number), kUrl, kNowMs, published);
    EXPECT_TRUE(answer == Answer::kReplied || answer == Answer::kFiltered);
    count += answer == Answer::kReplied ? 1 : 0;
  }
  return count;
}

TEST(PreparedRequest, EvaluatesTheFilterForEachNode) {
  EXPECT_EQ(matching({}), 100u);
  choria::Filter filter;
  filter.identities = {"node7.emulated.example.net", "/^node9\\d\\./", "other"};
  EXPECT_EQ(matching(filter), 11u);
  filter = {};
  filter.classes = {"role::web"};
  EXPECT_EQ(matching(filter), 25u);
  filter.facts = {{"role", choria::FactOperator::kEqual, "web"}};
  EXPECT_EQ(matching(filter), 25u);
  filter.facts = {{"number", choria::FactOperator::kLessOrEqual, "40"}};
  EXPECT_EQ(matching(filter), 10u);
  filter = {};
  filter.facts = {{"os.family", choria::FactOperator::kMatches, "/deb/"}};
  filter.agents = {"rpcutil"};
  EXPECT_EQ(matching(filter), 100u);
  filter.agents = {"absent"};
  EXPECT_EQ(matching(filter), 0u);
}

TEST(PreparedRequest, RefusesWhatIsNoRequest) {
  for (const char* payload : {"", "{}", "ping", "\xff\xfe"}) {
    EXPECT_EQ(reaction_to(payload).answer, Answer::kMalformed) << payload;
  }
  const std::string whole = payload_of(discovery());
  for (size_t bytes = 0; bytes < whole.size(); ++bytes) {
    EXPECT_EQ(reaction_to(std::string_view(whole).substr(0, bytes)).answer, Answer::kMalformed);
  }
}

TEST(PreparedRequest, RefusesReplySubjectsThatCannotStandInALine) {
  for (const char* reply_to : {"", "a b", "a\r\nPUB b 0\r\n\r\n", "a.*", "a.>", "a..b"}) {
    EXPECT_EQ(reaction_to(payload_of(discovery(), reply_to)).answer, Answer::kMalformed)
        << reply_to;
  }
}

TEST(RequestCache, OpensTheSameBytesOnce) {
  const FleetProfile fleet = profile();
  RequestCache cache(fleet);
  const std::string one = payload_of(discovery());
  const std::string other = payload_of(rpc("rpcutil", "{}"));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(cache.find_or_prepare(one).payload(), one);
    EXPECT_EQ(cache.find_or_prepare(other).payload(), other);
  }
  EXPECT_EQ(cache.prepared(), 2u);
}

TEST(RequestCache, ForgetsWhatWasNotUsedForLongest) {
  const FleetProfile fleet = profile();
  RequestCache cache(fleet);
  const auto payload = [](size_t i) { return "not a request " + std::to_string(i); };
  for (size_t i = 0; i <= RequestCache::kRequestsMax; ++i) {
    cache.find_or_prepare(payload(i));
    cache.find_or_prepare(payload(0));
  }
  const uint64_t before = cache.prepared();
  EXPECT_EQ(before, RequestCache::kRequestsMax + 1);
  cache.find_or_prepare(payload(0));
  EXPECT_EQ(cache.prepared(), before);
  cache.find_or_prepare(payload(1));
  EXPECT_EQ(cache.prepared(), before + 1);
}

}  // namespace
}  // namespace antiphon::fleet
