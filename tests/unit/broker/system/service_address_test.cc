#include "broker/system/service_address.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

constexpr char kId[] = "NSERVER";

std::string of_system(std::string_view subject) {
  const auto address = service_address(subject, kId, "SYS", true);
  if (!address) return "none";
  return std::to_string(static_cast<int>(address->service)) + " " + address->account;
}

std::string code(SystemService service, const std::string& account = "") {
  return std::to_string(static_cast<int>(service)) + " " + account;
}

TEST(ServiceAddress, OfAllServersAndOfThisOne) {
  EXPECT_EQ(of_system("$SYS.REQ.SERVER.PING"), code(SystemService::kStatsz));
  for (const char* whom : {"PING", kId}) {
    const std::string base = std::string("$SYS.REQ.SERVER.") + whom + ".";
    EXPECT_EQ(of_system(base + "STATSZ"), code(SystemService::kStatsz));
    EXPECT_EQ(of_system(base + "IDZ"), code(SystemService::kIdz));
    EXPECT_EQ(of_system(base + "VARZ"), code(SystemService::kVarz));
    EXPECT_EQ(of_system(base + "CONNZ"), code(SystemService::kConnz));
    EXPECT_EQ(of_system(base + "SUBSZ"), code(SystemService::kSubsz));
    EXPECT_EQ(of_system(base + "HEALTHZ"), code(SystemService::kHealthz));
    EXPECT_EQ(of_system(base + "ACCOUNTZ"), code(SystemService::kAccountz));
  }
}

TEST(ServiceAddress, NumbersOfSubscribers) {
  EXPECT_EQ(of_system("$SYS.REQ.ACCOUNT.NSUBS"), code(SystemService::kNsubs));
  EXPECT_EQ(of_system("$SYS.DEBUG.SUBSCRIBERS"), code(SystemService::kSubscribers));
  EXPECT_EQ(of_system("$SYS.DEBUG.SUBSCRIBERS.X"), "none");
  EXPECT_EQ(of_system("$SYS.REQ.ACCOUNT.A.NSUBS"), "none");
  for (const char* subject : {"$SYS.REQ.ACCOUNT.NSUBS", "$SYS.DEBUG.SUBSCRIBERS"}) {
    EXPECT_FALSE(service_address(subject, kId, "A", false)) << subject;
  }
}

TEST(ServiceAddress, OfAnAccount) {
  EXPECT_EQ(of_system("$SYS.REQ.ACCOUNT.A.CONNZ"), code(SystemService::kConnz, "A"));
  EXPECT_EQ(of_system("$SYS.REQ.ACCOUNT.A.SUBSZ"), code(SystemService::kSubsz, "A"));
  EXPECT_EQ(of_system("$SYS.REQ.ACCOUNT.A.INFO"), code(SystemService::kAccountInfo, "A"));
}

TEST(ServiceAddress, DeedsAreAskedOfOneServer) {
  const std::string base = std::string("$SYS.REQ.SERVER.") + kId + ".";
  EXPECT_EQ(of_system(base + "RELOAD"), code(SystemService::kReload));
  EXPECT_EQ(of_system(base + "KICK"), code(SystemService::kKick));
  EXPECT_EQ(of_system(base + "LDM"), code(SystemService::kLameDuck));
  for (const char* deed : {"RELOAD", "KICK", "LDM"}) {
    EXPECT_EQ(of_system(std::string("$SYS.REQ.SERVER.PING.") + deed), "none") << deed;
    EXPECT_FALSE(service_address(base + deed, kId, "A", false)) << deed;
  }
}

TEST(ServiceAddress, FiguresOfAccounts) {
  EXPECT_EQ(of_system("$SYS.REQ.ACCOUNT.A.STATZ"), code(SystemService::kAccountStatz, "A"));
  EXPECT_EQ(of_system("$SYS.REQ.ACCOUNT.A.CONNS"), code(SystemService::kAccountConns, "A"));
  EXPECT_EQ(of_system("$SYS.REQ.ACCOUNT.PING.STATZ"), code(SystemService::kAccountStatz));
  EXPECT_EQ(of_system("$SYS.REQ.ACCOUNT.PING.CONNS"), code(SystemService::kAccountConns, "PING"));
  EXPECT_EQ(of_system("$SYS.REQ.SERVER.PING.STATZ"), "none");
}

TEST(ServiceAddress, NothingElse) {
  for (const char* subject :
       {"$SYS.REQ.SERVER.", "$SYS.REQ.SERVER.OTHER.VARZ", "$SYS.REQ.SERVER.PING.", "$SYS.REQ.SERVER.PING.varz",
        "$SYS.REQ.SERVER.PING.VARZ.X", "$SYS.REQ.SERVER.NSERVER", "$SYS.REQ.SERVER.PINGX",
        "$SYS.REQ.ACCOUNT.A", "$SYS.REQ.ACCOUNT..CONNZ", "$SYS.REQ.ACCOUNT.A.B.CONNZ",
        "$SYS.REQ.ACCOUNT.A.VARZ", "$SYS.REQ.USER.INFO", "SYS.REQ.SERVER.PING"}) {
    EXPECT_EQ(of_system(subject), "none") << subject;
  }
}

TEST(ServiceAddress, OthersLearnOfThemselvesAlone) {
  for (const char* subject : {"$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.CONNZ"}) {
    const auto address = service_address(subject, kId, "A", false);
    ASSERT_TRUE(address) << subject;
    EXPECT_EQ(address->service, SystemService::kConnz);
    EXPECT_EQ(address->account, "A");
  }
  EXPECT_EQ(service_address("$SYS.REQ.ACCOUNT.PING.STATZ", kId, "A", false)->account, "A");
  for (const char* subject :
       {"$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.VARZ", "$SYS.REQ.SERVER.NSERVER.CONNZ",
        "$SYS.REQ.ACCOUNT.A.CONNZ", "$SYS.REQ.ACCOUNT.A.INFO", "$SYS.REQ.SERVER.PING.ACCOUNTZ"}) {
    EXPECT_FALSE(service_address(subject, kId, "A", false)) << subject;
  }
}

}  // namespace
}  // namespace antiphon
