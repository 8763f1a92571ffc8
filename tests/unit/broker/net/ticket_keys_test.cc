#include "broker/net/ticket_keys.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

namespace antiphon {
namespace {

int64_t clock_now = 0;
int64_t test_clock() { return clock_now; }

class TicketKeysTest : public testing::Test {
 protected:
  void SetUp() override { clock_now = 1000 * TicketKeys::kPeriodSeconds; }
  static std::string secret(char with) { return std::string(TicketKeys::kSecretBytesMin, with); }
  static std::string file_with(const std::string& text) {
    std::string path = testing::TempDir() + "antiphon-ticket-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    EXPECT_EQ(::write(descriptor, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(descriptor);
    return path;
  }
  static bool found(const TicketKeys& keys, const TicketKeys::Keys& wanted, bool& renew) {
    TicketKeys::Keys got;
    return keys.find(wanted.name.data(), got, renew) && got.cipher == wanted.cipher &&
           got.mac == wanted.mac;
  }
};

TEST_F(TicketKeysTest, ServersWithTheSameSecretHaveTheSameKeys) {
  const TicketKeys one(secret('a'), &test_clock);
  const TicketKeys same(secret('a'), &test_clock);
  const TicketKeys other(secret('b'), &test_clock);
  bool renew = true;
  EXPECT_TRUE(found(same, one.current(), renew));
  EXPECT_FALSE(renew);
  EXPECT_FALSE(found(other, one.current(), renew));
}

TEST_F(TicketKeysTest, AllThreeKeysDifferAndChangeEveryPeriod) {
  const TicketKeys keys(secret('a'), &test_clock);
  const TicketKeys::Keys before = keys.current();
  EXPECT_NE(before.cipher, before.mac);
  clock_now += TicketKeys::kPeriodSeconds - 1;
  EXPECT_EQ(keys.current().name, before.name) << "the same period";
  clock_now += 1;
  EXPECT_NE(keys.current().name, before.name);
  EXPECT_NE(keys.current().cipher, before.cipher);
  EXPECT_NE(keys.current().mac, before.mac);
}

TEST_F(TicketKeysTest, TicketsOfThePeriodBeforeAreRenewedAndOlderOnesAreNotTaken) {
  const TicketKeys keys(secret('a'), &test_clock);
  const TicketKeys::Keys before = keys.current();
  bool renew = false;
  clock_now += TicketKeys::kPeriodSeconds;
  EXPECT_TRUE(found(keys, before, renew));
  EXPECT_TRUE(renew);
  clock_now += TicketKeys::kPeriodSeconds;
  EXPECT_FALSE(found(keys, before, renew));
}

TEST_F(TicketKeysTest, AServerWhoseClockIsBehindTakesTheNextKeys) {
  const TicketKeys keys(secret('a'), &test_clock);
  clock_now += TicketKeys::kPeriodSeconds;
  const TicketKeys::Keys ahead = keys.current();
  clock_now -= TicketKeys::kPeriodSeconds;
  bool renew = false;
  EXPECT_TRUE(found(keys, ahead, renew));
}

TEST_F(TicketKeysTest, TheSecretIsTheWholeFile) {
  const std::string path = file_with(secret('a') + "\n");
  const auto keys = TicketKeys::from_file(path);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_NE((*keys)->current().name, TicketKeys(secret('a')).current().name);
  EXPECT_EQ((*keys)->current().name, TicketKeys(secret('a') + "\n").current().name);
  ::unlink(path.c_str());
}

TEST_F(TicketKeysTest, FilesThatWillNotDoAreNamed) {
  const auto missing = TicketKeys::from_file("/nowhere/secret");
  EXPECT_NE(missing.status().message().find("/nowhere/secret"), absl::string_view::npos);
  for (const size_t bytes : {size_t{0}, TicketKeys::kSecretBytesMin - 1, TicketKeys::kSecretBytesMax + 1}) {
    const std::string path = file_with(std::string(bytes, 's'));
    const auto keys = TicketKeys::from_file(path);
    EXPECT_FALSE(keys.ok()) << bytes;
    EXPECT_NE(keys.status().message().find("32 to 4096 bytes"), absl::string_view::npos);
    EXPECT_EQ(keys.status().message().find("sss"), absl::string_view::npos) << "no secret in an error";
    ::unlink(path.c_str());
  }
}

TEST_F(TicketKeysTest, TheProcessKeepsItsOwnSecret) {
  EXPECT_EQ(TicketKeys::of_this_process(), TicketKeys::of_this_process());
}

}  // namespace
}  // namespace antiphon
