#include "federation/memory/absences.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::federation {
namespace {

constexpr int64_t kExpiryMs = 1000;

TEST(Absences, AreGoodUntilTheyExpireAndNotLonger) {
  Absences absences(1024, kExpiryMs, 1);
  const uint64_t key = absences.key_of("c.node.a");
  EXPECT_LT(absences.noted_ms(key, 5000), 0);
  absences.note(key, 5000);
  EXPECT_GE(absences.noted_ms(key, 5000), 0);
  EXPECT_GE(absences.noted_ms(key, 5999), 0) << "looking does not prolong it";
  EXPECT_LT(absences.noted_ms(key, 6000), 0);
  absences.note(key, 6000);
  EXPECT_EQ(absences.noted_ms(key, 6500), 6000);
}

TEST(Absences, AreOfOneSubject) {
  Absences absences(1024, kExpiryMs, 1);
  absences.note(absences.key_of("c.node.a"), 0);
  EXPECT_LT(absences.noted_ms(absences.key_of("c.node.b"), 0), 0);
  EXPECT_LT(absences.noted_ms(absences.key_of("d.node.a"), 0), 0);
  EXPECT_EQ(absences.count(0), 1u);
  absences.note(absences.key_of("c.node.a"), 1);
  EXPECT_EQ(absences.count(1), 1u) << "the same one again";
}

TEST(Absences, AreForgottenWhenTheBrokerIsAnother) {
  Absences absences(1024, kExpiryMs, 1);
  absences.note(absences.key_of("c.node.a"), 0);
  absences.forget_all();
  EXPECT_LT(absences.noted_ms(absences.key_of("c.node.a"), 0), 0);
  EXPECT_EQ(absences.count(0), 0u);
}

TEST(Absences, TheOldestMakeRoom) {
  Absences absences(Absences::kPerBucket, kExpiryMs, 1);  // one bucket
  for (int64_t i = 0; i <= 8; ++i) absences.note(absences.key_of("c.node." + std::to_string(i)), i);
  EXPECT_LT(absences.noted_ms(absences.key_of("c.node.0"), 9), 0);
  EXPECT_GE(absences.noted_ms(absences.key_of("c.node.1"), 9), 0);
  EXPECT_GE(absences.noted_ms(absences.key_of("c.node.8"), 9), 0);
  EXPECT_EQ(absences.count(9), 8u);
}

TEST(Absences, KeysArePartsOfSubjects) {
  for (const uint64_t key : {uint64_t{0}, uint64_t{0x0123456789abcdef}, UINT64_MAX}) {
    std::string letters(Absences::kKeyLetters, '?');
    Absences::write_key(key, letters.data());
    EXPECT_EQ(Absences::read_key(letters), key) << letters;
  }
  for (const char* wrong : {"", "0123456789abcde", "0123456789abcdeg", "0123456789abcdef0", "+123456789abcdef"}) {
    EXPECT_FALSE(Absences::read_key(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace antiphon::federation
