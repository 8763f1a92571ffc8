#include "broker/monitor/query.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(Query, FindsTheFirstOfSeveralValues) {
  const Query query("a=1&b=2&a=3");
  EXPECT_EQ(query.get("a"), "1");
  EXPECT_EQ(query.get("b"), "2");
  EXPECT_EQ(query.get("c"), "");
}

TEST(Query, DecodesNamesAndValues) {
  const Query query("so%72t=a%20b+c%2B&x=%C3%A9");
  EXPECT_EQ(query.get("sort"), "a b c+");
  EXPECT_EQ(query.get("x"), "é");
}

TEST(Query, KeepsAnEqualsSignInAValue) {
  EXPECT_EQ(Query("a=b=c").get("a"), "b=c");
  EXPECT_EQ(Query("=x&a=1").get(""), "x");
}

TEST(Query, PassesOverBrokenPairs) {
  for (const char* broken : {"a=%zz", "a=%", "a=%1", "a%=1", "a=1;b=2", "&&&"}) {
    const Query query(std::string(broken) + "&ok=1");
    EXPECT_EQ(query.get("a"), "") << broken;
    EXPECT_EQ(query.get("ok"), "1") << broken;
  }
}

TEST(Query, TakesANameWithoutValueAsNone) {
  const Query query("a&b=");
  EXPECT_EQ(query.get("a"), "");
  EXPECT_EQ(query.get("b"), "");
}

TEST(Query, HoldsZeroBytes) {
  EXPECT_EQ(Query("a=%00x").get("a"), std::string("\0x", 2));
}

struct BooleanCase {
  const char* text;
  bool value;
};
class BooleanArgument : public testing::TestWithParam<BooleanCase> {};

TEST_P(BooleanArgument, IsReadAsGoDoes) {
  const Query query(std::string("a=") + GetParam().text);
  ArgumentReader arguments(query);
  EXPECT_EQ(arguments.boolean("a"), GetParam().value);
  EXPECT_EQ(arguments.error(), "");
}
INSTANTIATE_TEST_SUITE_P(Texts, BooleanArgument,
                         testing::Values(BooleanCase{"1", true}, BooleanCase{"t", true},
                                         BooleanCase{"T", true}, BooleanCase{"true", true},
                                         BooleanCase{"TRUE", true}, BooleanCase{"True", true},
                                         BooleanCase{"0", false}, BooleanCase{"f", false},
                                         BooleanCase{"F", false}, BooleanCase{"false", false},
                                         BooleanCase{"FALSE", false}, BooleanCase{"False", false},
                                         BooleanCase{"", false}));

// The error of reading `type` from the argument a; what nats-server 2.15.2 answered to it.
struct BadArgument {
  const char* type;
  const char* query;
  const char* error;
};
class BadArgumentText : public testing::TestWithParam<BadArgument> {};

TEST_P(BadArgumentText, IsThatOfNatsServer) {
  const Query query(GetParam().query);
  ArgumentReader arguments(query);
  const std::string type = GetParam().type;
  if (type == "boolean") {
    EXPECT_FALSE(arguments.boolean("auth"));
  } else if (type == "int") {
    EXPECT_EQ(arguments.integer("limit"), 0);
  } else {
    EXPECT_EQ(arguments.natural("cid"), 0u);
  }
  EXPECT_EQ(arguments.error(), GetParam().error);
}
INSTANTIATE_TEST_SUITE_P(
    Arguments, BadArgumentText,
    testing::Values(
        BadArgument{"boolean", "auth=maybe",
                    "Error decoding boolean for 'auth': strconv.ParseBool: parsing \"maybe\": "
                    "invalid syntax"},
        BadArgument{"boolean", "auth=tRUE",
                    "Error decoding boolean for 'auth': strconv.ParseBool: parsing \"tRUE\": "
                    "invalid syntax"},
        BadArgument{"boolean", "auth=%ff%00\"\\",
                    "Error decoding boolean for 'auth': strconv.ParseBool: parsing "
                    "\"\\xff\\x00\\\"\\\\\": invalid syntax"},
        BadArgument{"boolean", "auth=%E2%80%A8%0A%1b%c3%a9",
                    "Error decoding boolean for 'auth': strconv.ParseBool: parsing "
                    "\"\\u2028\\n\\x1bé\": invalid syntax"},
        BadArgument{"boolean", "auth=%f0%9f%98%80%7f%c2%85%e2%80%8b",
                    "Error decoding boolean for 'auth': strconv.ParseBool: parsing "
                    "\"😀\\x7f\\u0085\\u200b\": invalid syntax"},
        BadArgument{"int", "limit=ten",
                    "Error decoding int for 'limit': strconv.Atoi: parsing \"ten\": invalid "
                    "syntax"},
        BadArgument{"int", "limit=+5",
                    "Error decoding int for 'limit': strconv.Atoi: parsing \" 5\": invalid syntax"},
        BadArgument{"int", "limit=0x10",
                    "Error decoding int for 'limit': strconv.Atoi: parsing \"0x10\": invalid "
                    "syntax"},
        BadArgument{"int", "limit=-",
                    "Error decoding int for 'limit': strconv.Atoi: parsing \"-\": invalid syntax"},
        BadArgument{"int", "limit=99999999999999999999",
                    "Error decoding int for 'limit': strconv.Atoi: parsing "
                    "\"99999999999999999999\": value out of range"},
        BadArgument{"int", "limit=9223372036854775808",
                    "Error decoding int for 'limit': strconv.Atoi: parsing "
                    "\"9223372036854775808\": value out of range"},
        BadArgument{"int", "limit=-9223372036854775809",
                    "Error decoding int for 'limit': strconv.Atoi: parsing "
                    "\"-9223372036854775809\": value out of range"},
        BadArgument{"uint64", "cid=-1",
                    "Error decoding uint64 for 'cid': strconv.ParseUint: parsing \"-1\": invalid "
                    "syntax"},
        BadArgument{"uint64", "cid=18446744073709551616",
                    "Error decoding uint64 for 'cid': strconv.ParseUint: parsing "
                    "\"18446744073709551616\": value out of range"}));

TEST(ArgumentReader, ReadsNumbersUpToTheirLimits) {
  const Query query(
      "max=9223372036854775807&min=-9223372036854775808&plus=%2B7&zeros=0005&"
      "natural=18446744073709551615");
  ArgumentReader arguments(query);
  EXPECT_EQ(arguments.integer("max"), INT64_MAX);
  EXPECT_EQ(arguments.integer("min"), INT64_MIN);
  EXPECT_EQ(arguments.integer("plus"), 7);
  EXPECT_EQ(arguments.integer("zeros"), 5);
  EXPECT_EQ(arguments.natural("natural"), UINT64_MAX);
  EXPECT_EQ(arguments.error(), "");
}

TEST(ArgumentReader, NamesTheFirstBadArgument) {
  const Query query("a=x&b=y");
  ArgumentReader arguments(query);
  arguments.integer("b");
  arguments.integer("a");
  EXPECT_NE(arguments.error().find("'b'"), std::string::npos);
}

}  // namespace
}  // namespace antiphon
