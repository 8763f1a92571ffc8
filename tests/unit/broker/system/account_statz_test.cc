#include "broker/system/account_statz.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

class AccountStatzTest : public testing::Test {
 protected:
  AccountStatzTest() {
    server_.account_figures_ = {{"$G", "$G", 0, 0, {}, {}, 0}, {"A", "A", 1, 2, {3, 4}, {5, 6}, 7}, {"B", "B", 1, 0, {}, {}, 0}};
  }
  // Their names, in order; "none" without an answer.
  std::string named(const std::vector<std::string>& accounts, bool unused) {
    const auto text = account_statz_json(server_, accounts, unused, FakeServer::kStartNs);
    if (!text) return "none";
    std::string names;
    const auto json = nlohmann::json::parse(*text);
    for (const auto& account : json["account_statz"]) names += account["acc"].get<std::string>() + " ";
    return names;
  }

  FakeServer server_;
};

TEST_F(AccountStatzTest, AllWithClientsOrThoseThatAreNamed) {
  EXPECT_EQ(named({}, false), "A B ");
  EXPECT_EQ(named({"B"}, false), "B ");
  EXPECT_EQ(named({}, true), "$G A B ");
  EXPECT_EQ(named({"$G", "B"}, true), "$G B ");
}

TEST_F(AccountStatzTest, NothingIsSaidOfNobody) {
  EXPECT_EQ(named({"$G"}, false), "none");
  EXPECT_EQ(named({"X"}, false), "none");
  EXPECT_EQ(named({"X"}, true), "");
}

}  // namespace
}  // namespace antiphon
