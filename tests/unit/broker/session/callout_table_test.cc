#include "broker/session/callout_table.h"

#include <gtest/gtest.h>

#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

TEST(CalloutTable, AQuestionIsAnsweredOnceAndOnlyFromItsAccount) {
  CalloutTable table;
  std::string got;
  const auto reply = table.add(AccountId{3}, [&got](std::string answer) { got = answer; });
  ASSERT_TRUE(reply);
  EXPECT_TRUE(table.is_reply(*reply));
  EXPECT_FALSE(table.answer(AccountId{4}, *reply, "x"));
  EXPECT_FALSE(table.answer(AccountId{3}, *reply + "x", "x"));
  EXPECT_EQ(table.waiting(), 1u);
  EXPECT_TRUE(table.answer(AccountId{3}, *reply, "yes"));
  EXPECT_EQ(got, "yes");
  EXPECT_FALSE(table.answer(AccountId{3}, *reply, "again"));
  EXPECT_EQ(got, "yes");
  EXPECT_EQ(table.waiting(), 0u);
}

TEST(CalloutTable, RepliesAreSubjectsThatNobodyCanGuess) {
  CalloutTable table;
  CalloutTable another;
  const auto one = table.add({}, [](std::string) {});
  const auto two = table.add({}, [](std::string) {});
  EXPECT_TRUE(is_valid_literal_subject(*one));
  EXPECT_NE(*one, *two);
  EXPECT_EQ(one->find("$SYS._INBOX."), 0u);
  EXPECT_EQ(one->size(), std::string("$SYS._INBOX.12345678.").size() + 22);
  EXPECT_FALSE(another.is_reply(*one)) << "another process has another beginning";
  EXPECT_FALSE(table.is_reply("$SYS._INBOX."));
  EXPECT_FALSE(table.is_reply("_INBOX.a"));
}

TEST(CalloutTable, HasABoundAndForgets) {
  CalloutTable table(1);
  const auto reply = table.add({}, [](std::string) { FAIL(); });
  EXPECT_FALSE(table.add({}, [](std::string) {}));
  table.forget("$SYS._INBOX.another");
  EXPECT_FALSE(table.add({}, [](std::string) {}));
  table.forget(*reply);
  table.forget(*reply);
  EXPECT_FALSE(table.answer({}, *reply, "late"));
  EXPECT_TRUE(table.add({}, [](std::string) {}));
}

TEST(CalloutTable, AnAnswerOfAnyLengthIsKeptUpToABound) {
  CalloutTable table;
  size_t bytes = 99;
  const auto add = [&] { return *table.add({}, [&bytes](std::string a) { bytes = a.size(); }); };
  EXPECT_TRUE(table.answer({}, add(), std::string(CalloutTable::kAnswerBytesMax, 'x')));
  EXPECT_EQ(bytes, CalloutTable::kAnswerBytesMax);
  EXPECT_TRUE(table.answer({}, add(), std::string(CalloutTable::kAnswerBytesMax + 1, 'x')));
  EXPECT_EQ(bytes, 0u) << "that is no answer";
}

}  // namespace
}  // namespace antiphon
