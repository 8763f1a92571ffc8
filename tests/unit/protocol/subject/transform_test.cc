#include "protocol/subject/transform.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

using Kind = SubjectTransform::Kind;

std::string mapped(std::string_view source, std::string_view destination, std::string_view subject,
                   uint64_t random = 0) {
  std::string problem;
  const auto made = SubjectTransform::make(source, destination, Kind::kAny, problem);
  if (!made) return "problem: " + problem;
  std::string out;
  made->append_to(out, subject, random);
  return out;
}

std::string problem_of(std::string_view source, std::string_view destination,
                       Kind kind = Kind::kAny) {
  std::string problem;
  return SubjectTransform::make(source, destination, kind, problem) ? "" : problem;
}

TEST(SubjectTransform, PutsWildcardsInTheirPlaces) {
  EXPECT_EQ(mapped("foo", "bar", "foo"), "bar");
  EXPECT_EQ(mapped("foo.*.*", "bar.$2.$1", "foo.a.b"), "bar.b.a");
  EXPECT_EQ(mapped("foo.*.*", "bar.{{wildcard(2)}}.{{ Wildcard( 1 ) }}", "foo.a.b"), "bar.b.a");
  EXPECT_EQ(mapped("foo.*.>", "bar.$1.>", "foo.a.b.c"), "bar.a.b.c");
  EXPECT_EQ(mapped("foo.>", "a.b.>", "foo.x"), "a.b.x");
  EXPECT_EQ(mapped(">", "prefix.>", "a.b"), "prefix.a.b");
  EXPECT_EQ(mapped("foo.*", "bar.$1.$1", "foo.a"), "bar.a.a");
  EXPECT_EQ(mapped("foo.*", "$JS.$1", "foo.a"), "$JS.a");
}

// The numbers are those of nats-server's own tests.
TEST(SubjectTransform, PartitionsByFnv) {
  EXPECT_EQ(mapped("*", "bar.{{partition(10,1)}}", "foo"), "bar.3");
  EXPECT_EQ(mapped("*", "bar.{{partition(10,1)}}", "baz"), "bar.0");
  EXPECT_EQ(mapped("*", "bar.{{partition(10,1)}}", "qux"), "bar.9");
  EXPECT_EQ(mapped("*", "bar.{{partition(10)}}", "foo"), "bar.3");
  EXPECT_EQ(mapped("foo.*.*", "bar.{{partition(1,1,2)}}", "foo.a.b"), "bar.0");
  EXPECT_EQ(mapped("foo.*.*", "bar.{{partition(0,1,2)}}", "foo.a.b"), "bar.0");
  EXPECT_EQ(mapped("foo.*.*", "a.{{partition(100,1,2)}}", "foo.a.b"),
            mapped("foo.*.*", "a.{{partition(100,1,2)}}", "foo.ab."));
  EXPECT_EQ(mapped("a.>", "b.{{partition(1000)}}.>", "a.x.y"),
            mapped("*.*.*", "b.{{partition(1000)}}", "a.x.y") + ".x.y");
}

TEST(SubjectTransform, CutsTokens) {
  EXPECT_EQ(mapped("*", "{{splitfromleft(1,3)}}", "12345"), "123.45");
  EXPECT_EQ(mapped("*", "{{SplitFromRight(1,3)}}", "12345"), "12.345");
  EXPECT_EQ(mapped("*", "{{SliceFromLeft(1,3)}}", "1234567890"), "123.456.789.0");
  EXPECT_EQ(mapped("*", "{{SliceFromRight(1,3)}}", "1234567890"), "1.234.567.890");
  EXPECT_EQ(mapped("*", "{{SliceFromRight(1,3)}}", "123456"), "123.456");
  EXPECT_EQ(mapped("*", "{{SliceFromLeft(1,10)}}", "123"), "123");
  EXPECT_EQ(mapped("*", "{{left(1,2)}}.x", "1234"), "12.x");
  EXPECT_EQ(mapped("*", "{{right(1,2)}}", "1234"), "34");
  EXPECT_EQ(mapped("*", "{{left(1,6)}}", "1234"), "1234");
  EXPECT_EQ(mapped("*", "{{right(1,0)}}", "1234"), "1234");
  EXPECT_EQ(mapped("*", "{{split(1,-)}}", "-abc-def--ghi-"), "abc.def.ghi");
  EXPECT_EQ(mapped("*", "{{split(1,-)}}", "abc"), "abc");
  EXPECT_EQ(mapped("*.*", "foo.{{split(2,-)}}.{{splitfromleft(1,2)}}", "foo.-abc-def-"),
            "foo.abc.def.fo.o");
}

TEST(SubjectTransform, RandomIsBelowItsBound) {
  EXPECT_EQ(mapped("foo", "bar.{{random(7)}}", "foo", 23), "bar.2");
  EXPECT_EQ(mapped("foo", "bar.{{random(0)}}", "foo", 23), "bar.0");
}

TEST(SubjectTransform, RefusesWhatMeansNothing) {
  for (const char* wrong :
       {"bar.$2", "bar.$0", "bar.*", "bar..x", "", "bar.>", ">.bar", "bar.{{wildcard(2)}}",
        "bar.{{wildcard()}}", "bar.{{wildcard(1,2)}}", "bar.{{nosuch(1)}}", "bar.{{split(1)}}",
        "bar.{{split(1,-,2)}}", "bar.{{left(1)}}", "bar.{{left(1,x)}}", "bar.{{left(1,-1)}}",
        "bar.{{partition()}}", "bar.{{partition(x,1)}}", "bar.{{partition(10,2)}}",
        "bar.{{random(1,2)}}", "bar.{{partition(4294967296,1)}}", "bar. x",
        "bar.{{WILDCARD(1)}}"}) {
    EXPECT_NE(problem_of("foo.*", wrong), "") << wrong;
  }
  EXPECT_NE(problem_of("foo.>", "bar"), "");
  EXPECT_NE(problem_of("foo..x", "bar"), "");
  EXPECT_NE(problem_of("foo", "bar.{{wildcard(1)}}"), "");
}

TEST(SubjectTransform, ReversibleMeansEachWildcardOnceAndNothingElse) {
  EXPECT_EQ(problem_of("foo.*.*", "bar.$2.$1", Kind::kReversible), "");
  EXPECT_NE(problem_of("foo.*.*", "bar.$1", Kind::kReversible), "");
  EXPECT_NE(problem_of("foo.*", "bar.$1.$1", Kind::kReversible), "");
  EXPECT_NE(problem_of("foo.*", "bar.{{partition(3,1)}}", Kind::kReversible), "");
}

TEST(SubjectTransform, TheWayBackUndoesEveryOrder) {
  std::string problem;
  for (const char* destination :
       {"to.$1.$2.$3", "to.$3.$2.$1", "$2.to.$3.$1.x", "$3.$1.$2", "{{wildcard(2)}}.$1.a.$3"}) {
    const auto made =
        SubjectTransform::make("from.*.b.*.*", destination, Kind::kReversible, problem);
    ASSERT_TRUE(made) << problem;
    std::string there;
    made->append_to(there, "from.1.b.2.3");
    std::string back;
    made->reversed().append_to(back, there);
    EXPECT_EQ(back, "from.1.b.2.3") << destination;
  }
  const auto rest = SubjectTransform::make("a.*.>", "x.$1.y.>", Kind::kReversible, problem);
  EXPECT_EQ(rest->destination_pattern(), "x.*.y.>");
  std::string back;
  rest->reversed().append_to(back, "x.1.y.2.3");
  EXPECT_EQ(back, "a.1.2.3");
}

TEST(SubjectTransform, WildcardsBecomeNumbersAndBack) {
  EXPECT_EQ(numbered_wildcards("a.*.b.*.>"), "a.$1.b.$2.>");
  EXPECT_EQ(wildcards_for_numbers("a.$1.b.{{wildcard(2)}}.$JS"), "a.*.b.*.$JS");
}

}  // namespace
}  // namespace antiphon
