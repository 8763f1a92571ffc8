#include "broker/monitor/healthz.h"

#include <gtest/gtest.h>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

Page page_of(std::string_view arguments, const std::string& problem = {}) {
  return healthz_page(Query(arguments), problem);
}

TEST(Healthz, SaysOkInOneLine) {
  for (const char* arguments :
       {"", "js-enabled=1", "js-enabled-only=true", "js-server-only=1", "js-meta-only=1",
        "details=1", "account=a", "account=a&stream=s&consumer=c"}) {
    const Page page = page_of(arguments);
    EXPECT_EQ(page.status, 200u) << arguments;
    EXPECT_EQ(page.body, R"({"status":"ok"})") << arguments;
    EXPECT_TRUE(page.any_origin);
  }
}

// Status and text of the refusals are those of nats-server 2.15.2.
TEST(Healthz, RefusesArgumentsThatDoNotFitTogether) {
  EXPECT_EQ(page_of("stream=x").status, 400u);
  EXPECT_EQ(
      page_of("stream=x").body,
      R"({"status":"error","error":"\"account\" must not be empty when checking stream health"})");
  EXPECT_EQ(page_of("consumer=x&details=true").body,
            R"({"status":"error","errors":[{"type":"BAD_REQUEST","error":"\"stream\" must not be )"
            R"(empty when checking consumer health"}]})");
}

TEST(Healthz, AnswersBadSwitchesWithText) {
  const Page page = page_of("js-enabled-only=maybe");
  EXPECT_EQ(page.status, 400u);
  EXPECT_EQ(page.body,
            "Error decoding boolean for 'js-enabled-only': strconv.ParseBool: parsing \"maybe\": "
            "invalid syntax");
}

TEST(Healthz, TellsWhatIsWrong) {
  EXPECT_EQ(page_of("", "no listener").status, 500u);
  EXPECT_EQ(page_of("", "no listener").body, R"({"status":"error","error":"no listener"})");
  EXPECT_EQ(page_of("details=1", "no listener").body,
            R"({"status":"error","errors":[{"type":"CONNECTION","error":"no listener"}]})");
}

TEST(Healthz, IsNotWellInLameDuckMode) {
  FakeServer server;
  EXPECT_EQ(problem_of(server), "");
  server.facts_.lame_duck = true;
  EXPECT_EQ(problem_of(server), "not ready for connections: lame duck mode");
  server.health_ = "shard 1 does not answer";
  EXPECT_EQ(problem_of(server), "shard 1 does not answer");
}

}  // namespace
}  // namespace antiphon
