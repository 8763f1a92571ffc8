#include "fleet/bench/message_scan.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace antiphon::fleet::bench {
namespace {

constexpr uint32_t kPayloadBytes = 16;

std::string message(uint32_t publisher, uint64_t sequence) {
  const uint64_t value = stamp(publisher, sequence);
  std::string payload(kPayloadBytes, 'x');
  std::memcpy(payload.data(), &value, sizeof value);
  return "MSG bench 1 16\r\n" + payload + "\r\n";
}

MessageScan scan_of(uint32_t publishers) {
  return MessageScan("bench", 1, kPayloadBytes, publishers);
}

size_t taken(MessageScan& scan, const std::string& bytes) {
  return static_cast<size_t>(scan.scan(bytes.data(), bytes.data() + bytes.size()) - bytes.data());
}

TEST(BenchMessageScan, CountsMessagesOfSeveralPublishersThatCameInOrder) {
  MessageScan scan = scan_of(2);
  const std::string bytes = message(0, 0) + message(1, 0) + message(1, 1) + message(0, 1);
  EXPECT_EQ(taken(scan, bytes), bytes.size());
  EXPECT_EQ(scan.counts().messages, 4u);
  EXPECT_EQ(scan.counts().missing, 0u);
  EXPECT_EQ(scan.counts().disordered, 0u);
  EXPECT_EQ(scan.reached(0), 2u);
}

TEST(BenchMessageScan, GivesTheSameCountsWhereverTheStreamIsCut) {
  const std::string bytes = message(0, 0) + "PING\r\n" + message(0, 1) + "+OK\r\n" + message(0, 2);
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    MessageScan scan = scan_of(1);
    const size_t first = taken(scan, bytes.substr(0, cut));
    ASSERT_LE(first, cut);
    ASSERT_EQ(first + taken(scan, bytes.substr(first)), bytes.size()) << "cut at " << cut;
    ASSERT_EQ(scan.counts().messages, 3u) << "cut at " << cut;
    ASSERT_EQ(scan.take_pings(), 1u) << "cut at " << cut;
  }
}

TEST(BenchMessageScan, SkippedNumbersAreMissing) {
  MessageScan scan = scan_of(1);
  taken(scan, message(0, 0) + message(0, 5));
  EXPECT_EQ(scan.counts().missing, 4u);
  EXPECT_EQ(scan.reached(0), 6u);
}

TEST(BenchMessageScan, RepeatedMessagesAreDisordered) {
  MessageScan scan = scan_of(1);
  taken(scan, message(0, 0) + message(0, 0));
  EXPECT_EQ(scan.counts().disordered, 1u);
  EXPECT_EQ(scan.counts().missing, 0u);
}

TEST(BenchMessageScan, MessagesOfAnotherSizeSubjectOrPublisherAreForeign) {
  MessageScan scan = scan_of(1);
  const std::string bytes =
      "MSG bench 1 2\r\nab\r\nMSG other 1 16\r\n0123456789abcdef\r\n" + message(7, 0);
  EXPECT_EQ(taken(scan, bytes), bytes.size());
  EXPECT_EQ(scan.counts().foreign, 3u);
  EXPECT_EQ(scan.counts().messages, 0u);
}

TEST(BenchMessageScan, KeepsWhatTheServerComplainedAboutFirst) {
  MessageScan scan = scan_of(1);
  taken(scan, "-ERR 'Slow Consumer'\r\n-ERR 'Other'\r\n");
  EXPECT_EQ(scan.error(), "Slow Consumer");
}

TEST(BenchMessageScan, GarbageEndsTheScanWithAnError) {
  MessageScan scan = scan_of(1);
  taken(scan, "GARBAGE\r\n");
  EXPECT_EQ(scan.error(), "malformed frame");
}

}  // namespace
}  // namespace antiphon::fleet::bench
