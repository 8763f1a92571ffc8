#include "broker/routing/subscription.h"

#include <gtest/gtest.h>

#include "broker/routing/fanout_plan.h"

namespace antiphon {
namespace {

TEST(Sid, KeepsTextsOfEveryLength) {
  for (const size_t bytes : {0, 1, 14, 15, 16, 17, 254, 255, 256, 5000}) {
    std::string text;
    for (size_t i = 0; i < bytes; ++i) text += static_cast<char>('a' + i % 26);
    const Sid sid(text);
    EXPECT_EQ(sid.text(), text) << bytes;
  }
}

TEST(Sid, KeepsAnyByte) {
  const std::string text("\0\xFF\x01", 3);
  EXPECT_EQ(Sid(text).text(), text);
}

TEST(Sid, KeepsItsTextWhereItStandsWhenItIsShort) {
  const Subscription subscription(nullptr, "12");
  const auto* object = reinterpret_cast<const char*>(&subscription);
  EXPECT_GE(subscription.sid.text().data(), object);
  EXPECT_LT(subscription.sid.text().data(), object + sizeof subscription);
}

TEST(SubjectEntry, CarriesItsSubjectBehindItself) {
  SubjectEntry* entry = SubjectEntry::create("a.b.c");
  EXPECT_EQ(entry->subject(), "a.b.c");
  EXPECT_TRUE(entry->unused());
  EXPECT_EQ(entry->queue_count(), 0u);
  SubjectEntry::destroy(entry);
}

}  // namespace
}  // namespace antiphon
