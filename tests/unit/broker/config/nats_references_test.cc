#include <gtest/gtest.h>

#include "broker/config/config_digest.h"
#include "broker/config/nats_parser.h"
#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

class NatsReferences : public testing::Test {
 protected:
  // The tree as JSON without its newline; its errors are in errors_.
  std::string json_of(std::string_view text, const std::string& name = "c") {
    Diagnostics diagnostics;
    const auto parsed = parse_nats_config(name, text, world_.inputs(), diagnostics);
    errors_ = texts_of(diagnostics.errors());
    warnings_ = texts_of(diagnostics.warnings());
    complete_ = parsed.complete;
    std::string json = config_json(parsed.root);
    json.pop_back();
    return json;
  }
  std::vector<std::string> errors_of(std::string_view text, const std::string& name = "c") {
    (void)json_of(text, name);
    EXPECT_FALSE(complete_);
    return errors_;
  }

  ConfigWorld world_;
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
  bool complete_ = true;
};

using Texts = std::vector<std::string>;

TEST_F(NatsReferences, AVariableStandsForAValueSetBefore) {
  EXPECT_EQ(json_of("P = 4222\nport = $P\nlist [$P, $P]\nM {x: $P}\nn = $M"),
            R"({"M":{"x":4222},"P":4222,"list":[4222,4222],"n":{"x":4222},"port":4222})");
  EXPECT_TRUE(errors_.empty());
}

TEST_F(NatsReferences, TheNearestBlockCountsThenThoseAroundIt) {
  EXPECT_EQ(json_of("V = 1\na { V = 2\n b { x = $V\n V = 3\n y = $V } }\nz = $V"),
            R"({"V":1,"a":{"V":2,"b":{"V":3,"x":2,"y":3}},"z":1})");
}

TEST_F(NatsReferences, ABlockThatIsClosedIsNotLookedInto) {
  EXPECT_EQ(errors_of("a { V = 1 }\nb = $V"),
            Texts{"c:2:5: variable $V is neither set before it nor in the environment; text that "
                  "begins with $ needs quotes"});
}

TEST_F(NatsReferences, KeysOfVariablesAreCaseSensitive) {
  EXPECT_EQ(errors_of("Var = 1\nb = $VAR").size(), 1u);
}

TEST_F(NatsReferences, AValueSetLaterIsNotSeen) {
  EXPECT_EQ(errors_of("b = $V\nV = 1").size(), 1u);
}

TEST_F(NatsReferences, MarksTheEntryThatServedAsAVariable) {
  Diagnostics diagnostics;
  const auto parsed = parse_nats_config("c", "A=1\nB=2\nx=$A", world_.inputs(), diagnostics);
  EXPECT_TRUE(parsed.root.entries[0].used_as_variable);
  EXPECT_FALSE(parsed.root.entries[1].used_as_variable);
}

TEST_F(NatsReferences, AVariablesPlaceIsWhereItStands) {
  Diagnostics diagnostics;
  const auto parsed = parse_nats_config("c", "A=1\nx =  $A", world_.inputs(), diagnostics);
  EXPECT_EQ(to_string(parsed.root.entries[1].value.place), "c:2:6");
}

TEST_F(NatsReferences, TheEnvironmentsTextIsReadAsAValue) {
  world_.variables = {
      {"N", "8k"},         {"T", " true "},  {"L", "[1, two]"}, {"M", "{a: 1; b: 'x'}"},
      {"S", "abc"},        {"Q", "\"a b\""}, {"E", ""},         {"IP", "10.0.0.1:4222"},
      {"D", "x # comment"}};
  EXPECT_EQ(json_of("n=$N;t=$T;l=$L;m=$M;s=$S;q=$Q;e=$E;ip=$IP;d=$D"),
            R"({"d":"x","e":"","ip":"10.0.0.1:4222","l":[1,"two"],"m":{"a":1,"b":"x"},"n":8000,)"
            R"("q":"a b","s":"abc","t":true})");
  EXPECT_TRUE(errors_.empty());
}

TEST_F(NatsReferences, TheFileComesBeforeTheEnvironment) {
  world_.variables = {{"V", "2"}};
  EXPECT_EQ(json_of("V = 1\nx = $V"), R"({"V":1,"x":1})");
}

TEST_F(NatsReferences, EnvironmentVariablesMayReferToEachOtherButNotInACircle) {
  world_.variables = {{"A", "$B"}, {"B", "7"}, {"X", "$Y"}, {"Y", "[$X]"}};
  EXPECT_EQ(json_of("v = $A"), R"({"v":7})");
  EXPECT_EQ(errors_of("v = $X"),
            Texts{"c:1:5: variable $X refers to itself through the environment"});
}

TEST_F(NatsReferences, ALongChainOfEnvironmentVariablesIsRefused) {
  for (int i = 0; i < 50; ++i)
    world_.variables["V" + std::to_string(i)] = "$V" + std::to_string(i + 1);
  EXPECT_EQ(errors_of("v = $V0"),
            Texts{"c:1:5: variable $V10 stands behind too many other variables"});
}

TEST_F(NatsReferences, AnEnvironmentVariableMustHoldExactlyOneValue) {
  world_.variables = {{"TWO", "a b"}, {"LINES", "a\nb"}, {"OPEN", "{a: 1"}, {"SEMI", ";"}};
  for (const char* name : {"TWO", "LINES", "OPEN", "SEMI"}) {
    const Texts errors = errors_of("x {\n v = $" + std::string(name) + " }");
    ASSERT_EQ(errors.size(), 2u) << name;
    EXPECT_EQ(errors[1], "c:2:6: variable $" + std::string(name) +
                             " has a text in the environment that is no value");
  }
}

TEST_F(NatsReferences, AnEnvironmentVariableCannotIncludeFiles) {
  world_.files = {{"f", "a=1"}};
  world_.variables = {{"V", "{ include f }"}};
  EXPECT_EQ(errors_of("v = $V").at(0), "c:1:5: an environment variable cannot include files");
}

TEST_F(NatsReferences, AnUnknownVariableUnderASecretKeyIsNotNamed) {
  EXPECT_EQ(
      errors_of("password: $hunter2"),
      Texts{"c:1:11: this variable is neither set before it nor in the environment; text that "
            "begins with $ needs quotes"});
}

TEST_F(NatsReferences, EverythingAfterAnUnknownVariableIsStillRead) {
  EXPECT_EQ(json_of("a = $NO\nb = 1\nc = $NOT"), R"({"a":null,"b":1,"c":null})");
  EXPECT_EQ(errors_.size(), 2u);
}

TEST_F(NatsReferences, AnIncludePutsTheFilesEntriesInItsPlace) {
  world_.files = {{"etc/users.conf", "users [1]\nn = 2"}, {"etc/x", "deep = 1"}};
  EXPECT_EQ(json_of("a = 1\nauthorization {\n include \"users.conf\"\n m { include './x' } }\n",
                    "etc/main.conf"),
            R"({"a":1,"authorization":{"m":{"deep":1},"n":2,"users":[1]}})");
  EXPECT_TRUE(errors_.empty());
}

TEST_F(NatsReferences, IncludePathsMayBeBareQuotedOrAbsolute) {
  world_.files = {{"d/a", "a=1"}, {"d/b", "b=1"}, {"d/c", "c=1"}, {"/abs", "d=1"}, {"e", "e=1"}};
  EXPECT_EQ(
      json_of("include a;include \"b\"\nInclude 'c' # x\ninclude /abs\ninclude ../e", "d/main"),
      R"({"a":1,"b":1,"c":1,"d":1,"e":1})");
  EXPECT_TRUE(errors_.empty());
}

TEST_F(NatsReferences, IncludedEntriesServeAsVariablesAfterwards) {
  world_.files = {{"vars", "P = 4222"}};
  EXPECT_EQ(json_of("include vars\nport = $P"), R"({"P":4222,"port":4222})");
}

TEST_F(NatsReferences, AnIncludedFileSeesOnlyItsOwnVariablesAndTheEnvironment) {
  world_.files = {{"f", "x = $P"}};
  world_.variables = {{"P", "2"}};
  EXPECT_EQ(json_of("P = 1\ninclude f"), R"({"P":1,"x":2})");
}

TEST_F(NatsReferences, AKeyThatOverridesAnIncludedOneGivesNoWarning) {
  world_.files = {{"defaults", "port = 1\ndebug = true"}};
  EXPECT_EQ(json_of("include defaults\nport = 2"), R"({"debug":true,"port":2})");
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(NatsReferences, AKeyNamedIncludeWithASeparatorIsAKey) {
  EXPECT_EQ(json_of("include: 'x'\n\"include\" 'y'"), R"({"include":"y"})");
}

TEST_F(NatsReferences, ReportsEveryIncludeThatCannotBeReadAndGoesOn) {
  EXPECT_EQ(errors_of("a=1\n  include 'no.conf'\nb { include none }"),
            (Texts{"c:2:3: cannot read the included file no.conf: No such file or directory",
                   "c:3:5: cannot read the included file none: No such file or directory"}));
}

TEST_F(NatsReferences, ASyntaxErrorInAnIncludedFileIsReportedThereAndTheOuterFileGoesOn) {
  world_.files = {{"bad", "x = 1\ny = 'open"}};
  EXPECT_EQ(errors_of("include bad\nz = \"open"),
            (Texts{"c:2:5: this double-quoted text is not closed",
                   "bad:2:5: this single-quoted text is not closed"}));
}

TEST_F(NatsReferences, IncludeCyclesAreErrors) {
  world_.files = {{"a", "include b"}, {"b", "include ./a"}};
  EXPECT_EQ(errors_of("include a"),
            Texts{"b:1:1: include cycle: a includes itself, directly or through others"});
  EXPECT_EQ(errors_of("include self", "self"),
            Texts{"self:1:1: include cycle: self includes itself, directly or through others"});
}

TEST_F(NatsReferences, IncludingAFileTwiceSideBySideIsNoCycle) {
  world_.files = {{"f", "x = 1"}};
  EXPECT_EQ(json_of("a { include f }\nb { include f }"), R"({"a":{"x":1},"b":{"x":1}})");
}

TEST_F(NatsReferences, TooManyIncludesInsideEachOtherAreRefused) {
  for (int i = 0; i < 30; ++i) {
    world_.files["f" + std::to_string(i)] = "include f" + std::to_string(i + 1);
  }
  EXPECT_EQ(errors_of("include f0"),
            Texts{"f9:1:1: too many includes: at most 10 inside each other and 1000 in all"});
}

TEST_F(NatsReferences, IncludesNeedAPath) {
  EXPECT_EQ(errors_of("include \n"), Texts{"c:1:9: include needs the path of a file"});
  EXPECT_EQ(errors_of("include ''"), Texts{"c:1:9: include needs the path of a file"});
  EXPECT_EQ(errors_of("include 'x\n"), Texts{"c:1:9: this path's quote is not closed"});
}

}  // namespace
}  // namespace antiphon
