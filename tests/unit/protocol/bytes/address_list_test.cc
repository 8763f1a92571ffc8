#include "protocol/bytes/address_list.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

AddressList list_of(std::initializer_list<std::string_view> entries) {
  AddressList list;
  for (const std::string_view entry : entries) EXPECT_TRUE(list.add(entry)) << entry;
  return list;
}

bool holds(const AddressList& list, std::string_view address) {
  const auto ip = parse_ip(address);
  EXPECT_TRUE(ip.has_value()) << address;
  return ip && list.contains(*ip);
}

TEST(AddressList, AnEmptyListHoldsNobody) {
  EXPECT_TRUE(AddressList().empty());
  EXPECT_FALSE(holds(AddressList(), "127.0.0.1"));
}

TEST(AddressList, AnAddressIsItself) {
  const AddressList list = list_of({"192.0.2.7", "2001:db8::7"});
  EXPECT_TRUE(holds(list, "192.0.2.7"));
  EXPECT_TRUE(holds(list, "2001:db8:0:0::7"));
  EXPECT_TRUE(holds(list, "2001:DB8::7"));
  for (const std::string_view other : {"192.0.2.8", "192.0.2.70", "2001:db8::8", "::7"}) {
    EXPECT_FALSE(holds(list, other)) << other;
  }
}

TEST(AddressList, ANetworkHoldsItsAddresses) {
  const AddressList list = list_of({"10.1.128.0/17", "2001:db8:8000::/33"});
  EXPECT_TRUE(holds(list, "10.1.128.0"));
  EXPECT_TRUE(holds(list, "10.1.255.255"));
  EXPECT_FALSE(holds(list, "10.1.127.255"));
  EXPECT_FALSE(holds(list, "10.2.128.0"));
  EXPECT_TRUE(holds(list, "2001:db8:ffff::1"));
  EXPECT_FALSE(holds(list, "2001:db8:7fff::1"));
}

TEST(AddressList, BitsBehindTheNetworkDoNotCount) {
  EXPECT_TRUE(holds(list_of({"10.1.2.3/8"}), "10.200.0.1"));
}

TEST(AddressList, AllOfOneFamilyIsNotTheOther) {
  EXPECT_TRUE(holds(list_of({"0.0.0.0/0"}), "203.0.113.1"));
  EXPECT_FALSE(holds(list_of({"0.0.0.0/0"}), "2001:db8::1"));
  EXPECT_TRUE(holds(list_of({"::/0"}), "2001:db8::1"));
}

TEST(AddressList, AMappedAddressIsItsIpv4Address) {
  EXPECT_TRUE(holds(list_of({"192.0.2.0/24"}), "::ffff:192.0.2.9"));
  EXPECT_TRUE(holds(list_of({"::ffff:192.0.2.9"}), "192.0.2.9"));
}

TEST(AddressList, WhatIsNoAddressIsNotAdded) {
  AddressList list;
  for (const std::string_view bad :
       {"", "/", "host.example.net", "10.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
        "10.0.0.0/+8", "10.0.0.0/8x", "10.0.0.0/8/8", "::/129", "10.0.0.256", " 10.0.0.1",
        "10.0.0.1 ", "1::2::3", "0x0a.0.0.1"}) {
    EXPECT_FALSE(list.add(bad)) << bad;
  }
  EXPECT_FALSE(list.add(std::string_view("10.0.0.1\0", 9)));
  EXPECT_TRUE(list.empty());
}

TEST(AddressList, AnAddressBecomesTextAgain) {
  EXPECT_EQ(ip_text(*parse_ip("192.0.2.7")), "192.0.2.7");
  EXPECT_EQ(ip_text(*parse_ip("::ffff:192.0.2.7")), "192.0.2.7");
  EXPECT_EQ(ip_text(*parse_ip("2001:DB8:0::7")), "2001:db8::7");
}

TEST(AddressList, ANetworkIsNoAddress) {
  for (const std::string_view bad : {"10.0.0.0/8", "", "x", "10.0.0.1 ", "::g"}) {
    EXPECT_FALSE(parse_ip(bad).has_value()) << bad;
  }
  EXPECT_FALSE(parse_ip(std::string_view("10.0.0.1\0", 9)).has_value());
  EXPECT_EQ(parse_ip("::ffff:1.2.3.4"), parse_ip("1.2.3.4"));
}

}  // namespace
}  // namespace antiphon
