#include "protocol/choria/request.h"

#include <gtest/gtest.h>

#include "protocol/choria/limits.h"
#include "tests/unit/protocol/choria/message_vectors.h"
#include "tests/unit/protocol/choria/request_vectors.h"

namespace antiphon::choria {
namespace {

Request parsed(std::string_view text) {
  Request request;
  const Problem problem = parse_request(text, request);
  EXPECT_FALSE(problem) << describe(problem);
  return request;
}

std::string encode(const Request& request) {
  std::string out;
  append_request(request, out);
  return out;
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(vectors::kPlainRequest);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

Problem problem_of(std::string_view text) {
  Request request;
  return parse_request(text, request);
}

TEST(ChoriaRequest, ReadsAndWritesTheReferencesRequestsByteForByte) {
  for (const auto text : {vectors::kPlainRequest, vectors::kFilteredRequest}) {
    EXPECT_EQ(encode(parsed(text)), text);
  }
}

TEST(ChoriaRequest, ReadsEveryField) {
  const Request request = parsed(vectors::kFilteredRequest);
  EXPECT_EQ(request.message, vectors::kFilteredRequestBody);
  EXPECT_EQ(request.request_id, "8b2c6d6e9a9a4a0b8a77d1f0c36d7c11");
  EXPECT_EQ(request.sender_id, "bastion.example.net");
  EXPECT_EQ(request.caller_id, "choria=alice.mcollective");
  EXPECT_EQ(request.collective, "mcollective");
  EXPECT_EQ(request.agent, "rpcutil");
  EXPECT_EQ(request.ttl_s, 60);
  EXPECT_EQ(request.time_unix_s, 1750000000);
  EXPECT_EQ(request.filter.identities, (std::vector<std::string>{"web1.example.net", "/^db\\d+/"}));
  EXPECT_EQ(request.filter.classes, std::vector<std::string>{"/^role::/"});
  EXPECT_EQ(request.filter.agents, std::vector<std::string>{"rpcutil"});
  ASSERT_EQ(request.filter.facts.size(), 1u);
  EXPECT_EQ(request.filter.facts[0],
            (FactFilter{"os.family", FactOperator::kEqual, "RedHat & <co>"}));
  ASSERT_EQ(request.filter.compound.size(), 1u);
  EXPECT_EQ(request.filter.compound[0][0].at("expr"), "with('apache') && fact('cpus') >= 4");
}

TEST(ChoriaRequest, AcceptsExactlyWhatTheReferenceAccepts) {
  for (const auto& [name, json, accepted] : vectors::kRequests) {
    const Problem problem = problem_of(json);
    EXPECT_EQ(!problem, accepted) << name << ": " << describe(problem);
  }
}

TEST(ChoriaRequest, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(describe(problem_of(replaced("\"ttl\":60", "\"ttl\":29"))),
            "ttl: value not allowed (at byte 282)");
  EXPECT_EQ(problem_of(replaced("\"ttl\":60,", "")).fault, Fault::kMissingField);
  EXPECT_EQ(problem_of(replaced("\"ttl\":60,", "")).field, "ttl");
  EXPECT_EQ(problem_of(replaced("request:1", "request:2")).fault, Fault::kWrongProtocol);
  EXPECT_EQ(problem_of(replaced("\"fact\":[]", "\"fact\":{}")).field, "fact");
}

TEST(ChoriaRequest, RefusesFieldsThatAnotherParserCouldReadDifferently) {
  for (const std::string_view twice :
       {"\"agent\":\"rpcutil\",\"agent\":\"shell\"", "\"agent\":\"rpcutil\",\"Agent\":\"shell\"",
        "\"AGENT\":\"shell\",\"agent\":\"rpcutil\"",
        "\"agent\":\"rpcutil\",\"\\u0061gent\":\"shell\""}) {
    EXPECT_EQ(problem_of(replaced("\"agent\":\"rpcutil\"", twice)).fault, Fault::kAmbiguousField);
  }
}

TEST(ChoriaRequest, BoundsTimes) {
  EXPECT_FALSE(problem_of(replaced("\"ttl\":60", "\"ttl\":" + std::to_string(kTtlSecondsMax))));
  EXPECT_TRUE(problem_of(replaced("\"ttl\":60", "\"ttl\":" + std::to_string(kTtlSecondsMax + 1))));
  EXPECT_TRUE(problem_of(replaced("\"ttl\":60", "\"ttl\":9223372036854775807")));
  EXPECT_TRUE(problem_of(replaced(":1750000000", ":" + std::to_string(kUnixSecondsMax + 1))));
  EXPECT_TRUE(problem_of(replaced(":1750000000", ":" + std::to_string(kUnixSecondsMin - 1))));
}

TEST(ChoriaRequest, BoundsNames) {
  const std::string longest(kNameBytesMax, 'a');
  EXPECT_FALSE(problem_of(replaced("choria=alice.mcollective", longest)));
  EXPECT_EQ(problem_of(replaced("choria=alice.mcollective", longest + "a")).fault, Fault::kTooLong);
}

TEST(ChoriaRequest, IsFreshLessThanItsTtlAwayInBothDirections) {
  Request request;
  request.time_unix_s = 1000;
  request.ttl_s = 60;
  EXPECT_TRUE(is_fresh(request, 1'000'000));
  EXPECT_TRUE(is_fresh(request, 1'059'999));
  EXPECT_FALSE(is_fresh(request, 1'060'000));
  EXPECT_TRUE(is_fresh(request, 940'001));
  EXPECT_FALSE(is_fresh(request, 940'000));
  request.time_unix_s = kUnixSecondsMax;
  request.ttl_s = kTtlSecondsMax;
  EXPECT_FALSE(is_fresh(request, 0));
}

TEST(ChoriaRequest, KeepsNothingOfTheLastOneInAReusedObject) {
  Request request = parsed(vectors::kFilteredRequest);
  ASSERT_FALSE(parse_request(vectors::kPlainRequest, request));
  EXPECT_EQ(request, parsed(vectors::kPlainRequest));
}

TEST(ChoriaBody, IsDecodedOrLeftAsTheReferenceDoes) {
  for (const auto& [message, body] : vectors::kBodies) {
    EXPECT_EQ(decode_body(message), body) << message;
  }
}

}  // namespace
}  // namespace antiphon::choria
