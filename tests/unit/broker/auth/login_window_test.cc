#include "broker/auth/login_window.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace antiphon {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
// 2023-11-14 22:13:20 UTC
constexpr int64_t kNow = int64_t{1'700'000'000} * kSecond;

std::array<uint8_t, 16> ip_of(const std::string& text) {
  std::array<uint8_t, 16> ip{};
  const bool is_ipv4 = text.find(':') == text.npos;
  EXPECT_EQ(::inet_pton(is_ipv4 ? AF_INET : AF_INET6, text.c_str(), ip.data() + (is_ipv4 ? 12 : 0)), 1);
  if (is_ipv4) ip[10] = ip[11] = 0xFF;
  return ip;
}

bool inside(const std::string& ip, std::vector<std::string> networks) {
  return is_in_networks(ip_of(ip), networks);
}

TEST(LoginWindow, WithoutNetworksEveryAddressWillDo) {
  EXPECT_TRUE(inside("10.1.2.3", {}));
  EXPECT_TRUE(inside("2001:db8::1", {}));
}

TEST(LoginWindow, AnAddressLiesInANetworkByItsFirstBits) {
  EXPECT_TRUE(inside("10.1.2.3", {"10.0.0.0/8"}));
  EXPECT_FALSE(inside("11.1.2.3", {"10.0.0.0/8"}));
  EXPECT_TRUE(inside("10.1.2.3", {"10.1.2.3/32"}));
  EXPECT_FALSE(inside("10.1.2.2", {"10.1.2.3/32"}));
  EXPECT_TRUE(inside("10.1.2.2", {"10.1.2.3/31"}));
  EXPECT_TRUE(inside("10.1.2.4", {"10.1.2.3/29"}));
  EXPECT_FALSE(inside("10.1.2.8", {"10.1.2.3/29", "10.1.2.16/28"}));
  EXPECT_TRUE(inside("192.168.7.1", {"10.0.0.0/8", "192.168.0.0/16"}));
  EXPECT_TRUE(inside("1.2.3.4", {"0.0.0.0/0"}));
  EXPECT_TRUE(inside("2001:db8::1", {"2001:db8::/32"}));
  EXPECT_FALSE(inside("2001:db9::1", {"2001:db8::/32"}));
}

TEST(LoginWindow, FamiliesDoNotMix) {
  EXPECT_FALSE(inside("1.2.3.4", {"::/0"}));
  EXPECT_FALSE(inside("2001:db8::1", {"0.0.0.0/0"}));
}

TEST(LoginWindow, ANetworkThatIsNoneAllowsNothing) {
  for (const char* text : {"", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "x/8", "10.0.0.0/", "10.0.0.0/-1",
                           "10.0.0.0/8x", "::/129", "10.0.0.0/08888", "/8"}) {
    EXPECT_FALSE(inside("10.0.0.0", {text})) << text;
    EXPECT_FALSE(inside("10.0.0.0", {"0.0.0.0/0", text})) << text;
  }
}

std::optional<int64_t> ends(std::vector<TimeRange> ranges, const std::string& location = "UTC",
                            int64_t now = kNow) {
  const auto end = end_of_window_ns(ranges, location, now);
  if (!end) return std::nullopt;
  return *end == 0 ? 0 : (*end - now) / kSecond;
}

TEST(LoginWindow, WithoutRangesItNeverEnds) { EXPECT_EQ(ends({}), 0); }

TEST(LoginWindow, EndsWithItsRangeOfTheDay) {
  EXPECT_EQ(ends({{"22:00:00", "23:00:00"}}), 46 * 60 + 40);
  EXPECT_EQ(ends({{"20:00:00", "22:00:00"}}), std::nullopt);
  EXPECT_EQ(ends({{"22:13:21", "23:00:00"}}), std::nullopt);
  EXPECT_EQ(ends({{"22:00:00", "22:13:20"}}), std::nullopt);
  EXPECT_EQ(ends({{"22:00:00", "22:13:21"}}), 1);
  EXPECT_EQ(ends({{"00:00:00", "00:00:00"}}), std::nullopt);
}

TEST(LoginWindow, TheRangeThatLastsLongestCounts) {
  EXPECT_EQ(ends({{"22:00:00", "22:14:00"}, {"01:00:00", "02:00:00"}, {"21:00:00", "23:00:00"}}),
            46 * 60 + 40);
}

TEST(LoginWindow, ARangeMayGoBeyondMidnight) {
  EXPECT_EQ(ends({{"22:00:00", "06:00:00"}}), (24 + 6) * 3600 - (22 * 3600 + 13 * 60 + 20));
  EXPECT_EQ(ends({{"23:00:00", "06:00:00"}}), std::nullopt);
  EXPECT_EQ(ends({{"23:00:00", "22:30:00"}}), 16 * 60 + 40) << "it began yesterday";
}

TEST(LoginWindow, TheDayIsThatOfThePlace) {
  EXPECT_EQ(ends({{"23:00:00", "23:30:00"}}, "Europe/Berlin"), 16 * 60 + 40);
  EXPECT_EQ(ends({{"22:00:00", "22:30:00"}}, "Europe/Berlin"), std::nullopt);
}

TEST(LoginWindow, WhatCannotBeUnderstoodAllowsNothing) {
  for (const char* time : {"", "22", "22:00", "24:00:00", "22:60:00", "22:00:60", "2:00:00", "-1:00:00",
                           "22:00:00 ", "aa:00:00"}) {
    EXPECT_EQ(ends({{time, "23:59:59"}}), std::nullopt) << time;
    EXPECT_EQ(ends({{"00:00:01", time}}), std::nullopt) << time;
  }
  for (const char* place : {"Nowhere/Here", "../../etc/passwd", "/etc/localtime", "Europe/Berlin\n"}) {
    EXPECT_EQ(ends({{"00:00:01", "23:59:59"}}, place), std::nullopt) << place;
  }
}

}  // namespace
}  // namespace antiphon
