#include "protocol/choria/reply_v2.h"

#include <gtest/gtest.h>

namespace antiphon::choria {
namespace {

const ReplyV2 kReply{"pong", "2yY8BW6nNCiEuCJ7rbWbTmSW74d", "n1.test", "discovery", 1'750'000'000'123'456'789};

std::string written(const ReplyV2& reply) {
  std::string out;
  append_secure_reply_v2(reply, out);
  return out;
}

TEST(ChoriaReplyV2, IsReadAsItWasWritten) {
  ReplyV2 read;
  ASSERT_FALSE(parse_secure_reply_v2(written(kReply), read));
  EXPECT_EQ(read, kReply);
}

TEST(ChoriaReplyV2, ReadsTheReferencesWithItsSignature) {
  std::string text = written(kReply);
  text.insert(text.size() - 1, R"(,"signature":"AAAA","sender":"a token")");
  ReplyV2 read;
  EXPECT_FALSE(parse_secure_reply_v2(text, read));
}

TEST(ChoriaReplyV2, WhatWasChangedIsRefused) {
  std::string text = written(kReply);
  const size_t hash = text.find("\"hash\":\"") + 8;
  text[hash] = text[hash] == 'A' ? 'B' : 'A';
  ReplyV2 read;
  const Problem problem = parse_secure_reply_v2(text, read);
  EXPECT_EQ(problem.fault, Fault::kBadValue);
  EXPECT_EQ(problem.field, "hash");
}

TEST(ChoriaReplyV2, EveryCutIsRefused) {
  const std::string text = written(kReply);
  ReplyV2 read;
  for (size_t end = 0; end < text.size(); ++end) {
    EXPECT_TRUE(parse_secure_reply_v2(text.substr(0, end), read)) << end;
  }
}

}  // namespace
}  // namespace antiphon::choria
