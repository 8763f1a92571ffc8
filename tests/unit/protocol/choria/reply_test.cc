#include "protocol/choria/reply.h"

#include <gtest/gtest.h>

#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::choria {
namespace {

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(vectors::kReply);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

Problem problem_of(std::string_view text) {
  Reply reply;
  return parse_reply(text, reply);
}

TEST(ChoriaReply, ReadsAndWritesTheReferencesReplyByteForByte) {
  Reply reply;
  ASSERT_FALSE(parse_reply(vectors::kReply, reply));
  EXPECT_EQ(reply.message, vectors::kRpcReply);
  EXPECT_EQ(reply.sender_id, "web1.example.net");
  EXPECT_EQ(reply.agent, "rpcutil");
  EXPECT_EQ(reply.time_unix_s, 1750000001);
  std::string out;
  append_reply(reply, out);
  EXPECT_EQ(out, vectors::kReply);
}

TEST(ChoriaReply, MayBeEmptyButNotIncomplete) {
  Reply reply;
  const std::string empty =
      R"({"protocol":"choria:reply:1","message":"","envelope":{)"
      R"("requestid":"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11","senderid":"","agent":"a","time":1}})";
  EXPECT_FALSE(parse_reply(empty, reply));
  EXPECT_EQ(problem_of(replaced("\"agent\":\"rpcutil\"", "\"agent\":\"\"")).fault,
            Fault::kBadValue);
  EXPECT_EQ(problem_of(replaced("7c11", "7c1")).field, "requestid");
  EXPECT_EQ(problem_of(replaced(",\"time\":1750000001", "")).fault, Fault::kMissingField);
  EXPECT_EQ(problem_of(replaced("\"time\":1750000001", "\"time\":1e9")).field, "time");
  EXPECT_EQ(problem_of(replaced("reply:1", "request:1")).fault, Fault::kWrongProtocol);
  EXPECT_EQ(problem_of("{}").fault, Fault::kMissingField);
  EXPECT_EQ(problem_of("pong").fault, Fault::kWrongType);
}

}  // namespace
}  // namespace antiphon::choria
