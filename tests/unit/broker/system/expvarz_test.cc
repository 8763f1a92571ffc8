#include "broker/system/expvarz.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

TEST(Expvarz, HasWhatTheAllocatorHoldsAndHowTheProcessWasCalled) {
  const auto json = nlohmann::json::parse(expvarz_json({100, 300, 1000}, {"nats-server", "-D"}));
  EXPECT_EQ(json["memstats"]["Alloc"], 100);
  EXPECT_EQ(json["memstats"]["HeapAlloc"], 100);
  EXPECT_EQ(json["memstats"]["HeapInuse"], 300);
  EXPECT_EQ(json["memstats"]["HeapIdle"], 700);
  EXPECT_EQ(json["memstats"]["Sys"], 1000);
  EXPECT_EQ(json["cmdline"], nlohmann::json({"nats-server", "-D"}));
}

TEST(Expvarz, ReadsTheArgumentsOfThisProcess) {
  const Texts arguments = process_arguments();
  ASSERT_FALSE(arguments.empty());
  EXPECT_NE(arguments[0].find("unit"), std::string::npos);
}

TEST(Expvarz, LeavesSecretsOut) {
  EXPECT_EQ(without_secrets({"a", "--user", "joe", "--pass", "s", "-auth", "t", "-D"}),
            (Texts{"a", "--user", "joe", "--pass", "[REDACTED]", "-auth", "[REDACTED]", "-D"}));
  EXPECT_EQ(without_secrets({"a", "--pass=s", "-auth=", "--config=auth.conf"}),
            (Texts{"a", "--pass=[REDACTED]", "-auth=[REDACTED]", "--config=auth.conf"}));
  EXPECT_EQ(without_secrets({"a", "--routes", "nats://u:p@h:1", "--cluster=nats://u:p@h:1", "--pass"}),
            (Texts{"a", "--routes", "[REDACTED]", "[REDACTED]", "--pass"}));
  EXPECT_EQ(without_secrets({"a", "--pass", "--auth", "t"}),
            (Texts{"a", "--pass", "[REDACTED]", "t"})) << "a password may look like a flag";
}

}  // namespace
}  // namespace antiphon
