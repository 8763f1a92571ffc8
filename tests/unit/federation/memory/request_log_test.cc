#include "federation/memory/request_log.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::federation {
namespace {

TEST(RequestLog, MessagesOfOneIdShareARecord) {
  RequestLog log(4);
  RequestRecord* one = log.of("a", 10);
  ASSERT_NE(one, nullptr);
  one->published = 7;
  EXPECT_NE(log.of("b", 11), one);
  EXPECT_EQ(log.of("a", 12), one);
  EXPECT_EQ(log.find("a")->published, 7u);
  EXPECT_EQ(log.find("a")->begun_ns, 10);
  EXPECT_EQ(log.find("c"), nullptr);
}

TEST(RequestLog, TheOldestMakesRoomAndLeavesNothingBehind) {
  RequestLog log(2);
  RequestRecord* first = log.of("a", 1);
  first->answered.add(5);
  first->refusal = Refusal::kQueueFull;
  (void)log.of("b", 2);
  RequestRecord* third = log.of("c", 3);
  EXPECT_EQ(log.find("a"), nullptr);
  EXPECT_NE(log.find("b"), nullptr);
  EXPECT_FALSE(third->answered.has(5));
  EXPECT_EQ(third->refusal, Refusal::kNone);
  std::string ids;
  log.each_newest_first(9, [&](const RequestRecord& record) { ids += record.id; });
  EXPECT_EQ(ids, "cb");
  log.each_newest_first(1, [&](const RequestRecord& record) { ids += record.id; });
  EXPECT_EQ(ids, "cbc");
}

TEST(RequestLog, TakesNoIdThatCannotBeOne) {
  RequestLog log(2);
  EXPECT_EQ(log.of("", 0), nullptr);
  EXPECT_EQ(log.of(std::string(kRequestIdBytesMax + 1, 'x'), 0), nullptr);
  EXPECT_EQ(log.find(""), nullptr);
  RequestLog off(0);
  EXPECT_FALSE(off.is_on());
  EXPECT_EQ(off.of("a", 0), nullptr);
  EXPECT_EQ(off.find("a"), nullptr);
}

TEST(RequestLog, ClearForgetsAll) {
  RequestLog log(2);
  (void)log.of("a", 0);
  log.clear();
  EXPECT_EQ(log.find("a"), nullptr);
  EXPECT_NE(log.of("a", 0), nullptr);
}

}  // namespace
}  // namespace antiphon::federation
