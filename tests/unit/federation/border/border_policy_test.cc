#include "federation/border/border_policy.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::federation {
namespace {

BorderPolicy parsed(std::string_view text) {
  absl::StatusOr<BorderPolicy> policy = BorderPolicy::parse(text);
  EXPECT_TRUE(policy.ok()) << policy.status();
  return *std::move(policy);
}

TEST(BorderPolicy, TheFirstRowThatFitsDecides) {
  const BorderPolicy policy = parsed(
      "# who          which        where\n"
      "\n"
      "deny  up=alice  package      *\n"
      "allow up=alice  *            ams,nyc\n"
      "allow /^up=op_/ rpcutil      *   # operators\n");
  const auto line = [&](const char* caller, const char* agent, const char* collective) {
    const BorderDecision decision = policy.decide(caller, agent, collective);
    return decision.allowed ? static_cast<int>(decision.line) : -static_cast<int>(decision.line);
  };
  EXPECT_EQ(line("up=alice", "package", "ams"), -3);
  EXPECT_EQ(line("up=alice", "rpcutil", "ams"), 4);
  EXPECT_EQ(line("up=alice", "rpcutil", "nyc"), 4);
  EXPECT_EQ(line("up=alice", "rpcutil", "tyo"), 0);
  EXPECT_EQ(line("up=op_1", "rpcutil", "tyo"), 5);
  EXPECT_EQ(line("up=op_1", "discovery", "tyo"), 0);
  EXPECT_EQ(line("up=xop_1", "rpcutil", "tyo"), 0);
  EXPECT_EQ(line("up=alice2", "rpcutil", "ams"), 0) << "a caller is the whole id";
}

TEST(BorderPolicy, WithoutARowNobodyMay) {
  for (const char* text : {"", "\n\n", "# allow * * *\n"}) {
    EXPECT_FALSE(parsed(text).decide("up=alice", "rpcutil", "ams").allowed) << text;
  }
}

TEST(BorderPolicy, SaysWhoTheCallerIsThere) {
  const BorderPolicy policy = parsed("allow up=alice * * up={name}_above\nallow * * *\n");
  EXPECT_EQ(policy.decide("up=alice", "a", "c").as, "up=alice_above");
  EXPECT_EQ(policy.decide("choria=bob.mcollective", "a", "c").as, "choria=bob.mcollective");
}

TEST(BorderPolicy, RefusesACallerThatTheOtherSideCouldReadAsAnother) {
  const BorderPolicy policy = parsed("allow * * *\n");
  for (const char* caller : {"up=alice bob", "UP=alice", "alice", "up=", "up=a/b", "x y=alice"}) {
    EXPECT_FALSE(policy.decide(caller, "a", "c").allowed) << caller;
  }
}

TEST(BorderPolicy, NamesTheLineThatIsWrong) {
  const auto problem = [](std::string_view text) {
    return std::string(BorderPolicy::parse(text).status().message());
  };
  EXPECT_EQ(problem("allow * * *\npermit * * *\n"), "line 2: begins with neither allow nor deny");
  EXPECT_EQ(problem("allow up=alice rpcutil\n"), "line 1: needs a caller, agents and collectives");
  EXPECT_EQ(problem("allow alice * *\n"), "line 1: the caller is no id such as up=alice");
  EXPECT_EQ(problem("allow /(/ * *\n"), "line 1: the caller is no regular expression");
  EXPECT_EQ(problem("allow * a,,b *\n"), "line 1: an empty name, or * beside names");
  EXPECT_EQ(problem("allow * a,* *\n"), "line 1: an empty name, or * beside names");
  EXPECT_EQ(problem("deny * * * up=x\n"), "line 1: says who a denied caller is");
  EXPECT_EQ(problem("allow * * * {name}\n"),
            "line 1: who the caller is on the other side is no caller id such as up={name}");
  EXPECT_EQ(problem("allow * * * up={name} more\n"), "line 1: has a column too many");
  std::string many;
  for (size_t i = 0; i <= BorderPolicy::kRowsMax; ++i) many += "deny * * *\n";
  EXPECT_EQ(problem(many), "more than 4096 rows");
}

}  // namespace
}  // namespace antiphon::federation
