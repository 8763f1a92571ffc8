#include "protocol/bytes/check.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(Check, LetsATrueConditionPassAndEvaluatesItOnce) {
  int evaluated = 0;
  AP_CHECK(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
}

TEST(CheckDeathTest, StopsTheProgramAndNamesTheConditionAndItsPlace) {
  EXPECT_DEATH(AP_CHECK(1 + 1 == 3), "check_test.cc:[0-9]+: check failed: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace antiphon
