#include "broker/system/subscriber_service.h"

#include <gtest/gtest.h>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

class SubscriberService : public testing::Test {
 protected:
  SubscriberService() {
    server_.accounts_ = {{"$G", 0}, {"A", 2}};
    server_.subscribers_ = 7;
  }
  std::string nsubs(std::string_view body) { return answer_nsubs(server_, body).value_or("none"); }
  std::string subscribers(std::string_view body) { return answer_subscribers(server_, "A", body); }
  const SubscriberQuery& query() const { return server_.queries_.back(); }

  FakeServer server_;
};

TEST_F(SubscriberService, ServersNameAccountSubjectAndGroup) {
  EXPECT_EQ(nsubs(R"({"acc":"A","subject":"x.*"})"), "7");
  EXPECT_EQ(query().account, "A");
  EXPECT_EQ(query().subject, "x.*");
  EXPECT_FALSE(query().queue);
  EXPECT_EQ(nsubs(R"({"acc":"A","subject":"x","queue":"d29ya2Vycw=="})"), "7");
  EXPECT_EQ(query().queue, "workers");
  EXPECT_EQ(nsubs(R"({"acc":"A","subject":"x","queue":""})"), "7");
  EXPECT_EQ(query().queue, "");
}

TEST_F(SubscriberService, ServersAreNotAnsweredAboutAccountsWithoutClients) {
  for (const char* body : {R"({"acc":"$G","subject":"x"})", R"({"acc":"B","subject":"x"})",
                           R"({"subject":"x"})"}) {
    EXPECT_EQ(nsubs(body), "none") << body;
  }
}

TEST_F(SubscriberService, WhatCannotBeReadIsNotAnswered) {
  for (const char* body :
       {"", "{", "[]", "7", R"({"acc":1,"subject":"x"})", R"({"acc":"A","subject":[]})",
        R"({"acc":"A","subject":"x","queue":"%"})", R"({"acc":"A","subject":"x","queue":7})"}) {
    EXPECT_EQ(nsubs(body), "none") << body;
  }
  EXPECT_TRUE(server_.queries_.empty());
}

TEST_F(SubscriberService, WhatIsNoSubjectNobodyListensTo) {
  EXPECT_EQ(nsubs(R"({"acc":"A"})"), "0");
  EXPECT_EQ(nsubs(R"({"acc":"A","subject":"x..y"})"), "0");
  EXPECT_EQ(subscribers(""), "0");
  EXPECT_EQ(subscribers("x. y"), "0");
  EXPECT_TRUE(server_.queries_.empty());
}

TEST_F(SubscriberService, PeopleWriteASubjectAndAGroup) {
  EXPECT_EQ(subscribers(" x.> \r\n"), "7");
  EXPECT_EQ(query().account, "A");
  EXPECT_EQ(query().subject, "x.>");
  EXPECT_FALSE(query().queue);
  EXPECT_EQ(subscribers("x workers and more"), "7");
  EXPECT_EQ(query().queue, "workers");
  EXPECT_EQ(subscribers("x  workers"), "7");
  EXPECT_EQ(query().queue, "");
}

TEST_F(SubscriberService, NumbersStayWithin32Bits) {
  server_.subscribers_ = uint64_t{1} << 40;
  EXPECT_EQ(subscribers("x"), "2147483647");
}

}  // namespace
}  // namespace antiphon
