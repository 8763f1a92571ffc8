#include "protocol/nats/headers.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon {
namespace {

// "key=value|" for each line, then "!" if the block turned out to be malformed.
std::string read_all(std::string_view block) {
  HeaderWalk walk(block);
  std::string text;
  HeaderLine line;
  while (walk.next(line)) text.append(line.key).append("=").append(line.value).append("|");
  return walk.valid() ? text : text + "!";
}

TEST(HeaderWalk, ReadsKeysAndValues) {
  EXPECT_EQ(read_all("NATS/1.0\r\n\r\n"), "");
  EXPECT_EQ(read_all("NATS/1.0\r\nA: b\r\n\r\n"), "A=b|");
  EXPECT_EQ(read_all("NATS/1.0\r\nA:b\r\nA:  c: d \r\nE:\r\n\r\n"), "A=b|A=c: d |E=|");
}

TEST(HeaderWalk, TakesLinesThatEndInLineFeedAlone) {
  EXPECT_EQ(read_all("NATS/1.0\nA: b\n\n"), "A=b|");
}

TEST(HeaderWalk, SkipsEmptyKeysAsTheReferenceDoes) {
  EXPECT_EQ(read_all("NATS/1.0\r\n: b\r\nC: d\r\n\r\n"), "C=d|");
}

TEST(HeaderWalk, StopsAtTheEmptyLine) {
  EXPECT_EQ(read_all("NATS/1.0\r\nA: b\r\n\r\nC: d\r\n\r\n"), "A=b|");
}

TEST(HeaderWalk, ReadsTheStatus) {
  HeaderWalk plain("NATS/1.0\r\n\r\n");
  EXPECT_EQ(plain.status_code(), 0);
  HeaderWalk bare("NATS/1.0 503\r\n\r\n");
  EXPECT_EQ(bare.status_code(), 503);
  EXPECT_EQ(bare.status_text(), "");
  HeaderWalk full("NATS/1.0   100 Idle  Heartbeat \r\n\r\n");
  EXPECT_EQ(full.status_code(), 100);
  EXPECT_EQ(full.status_text(), "Idle  Heartbeat");
  EXPECT_TRUE(full.valid());
}

TEST(HeaderWalk, RefusesWhatIsNoHeaderBlock) {
  for (const char* block :
       {"", "NATS/1.0", "NATS/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "NATS/1.0x\r\n\r\n",
        "NATS/1.0 50\r\n\r\n", "NATS/1.0 5x3\r\n\r\n", "\r\n\r\n"}) {
    HeaderWalk walk(block);
    HeaderLine line;
    EXPECT_FALSE(walk.valid()) << block;
    EXPECT_FALSE(walk.next(line)) << block;
  }
}

TEST(HeaderWalk, SaysSoWhenTheBlockBreaksOff) {
  EXPECT_EQ(read_all("NATS/1.0\r\nA: b\r\n"), "A=b|!");
  EXPECT_EQ(read_all("NATS/1.0\r\nA: b\r\nno colon\r\n\r\n"), "A=b|!");
  EXPECT_EQ(read_all("NATS/1.0\r\nA: b"), "!");
}

TEST(HeaderWalk, EveryPrefixOfABlockIsMalformed) {
  const std::string block = "NATS/1.0 503 No one\r\nA: b\r\nC:d\r\n\r\n";
  for (size_t bytes = 0; bytes < block.size(); ++bytes) {
    const std::string text = read_all(std::string_view(block).substr(0, bytes));
    EXPECT_EQ(text.back(), '!') << bytes;
  }
}

TEST(HeaderWalk, ReadsSoManyLinesAndNoMore) {
  const auto block_of = [](size_t lines) {
    std::string block = "NATS/1.0\r\n";
    for (size_t i = 0; i < lines; ++i) block += "A:\r\n";
    return block + "\r\n";
  };
  const size_t most = kHeaderLinesMax - 2;  // the status line and the empty line count
  EXPECT_NE(read_all(block_of(most)).back(), '!');
  EXPECT_EQ(read_all(block_of(most + 1)).back(), '!');
}

TEST(FindHeader, FindsTheFirstValueOfExactlyThatKey) {
  constexpr std::string_view kBlock = "NATS/1.0\r\nNats-Subject: a.b\r\nX: 1\r\nX: 2\r\n\r\n";
  EXPECT_EQ(find_header(kBlock, "X"), "1");
  EXPECT_EQ(find_header(kBlock, "Nats-Subject"), "a.b");
  EXPECT_EQ(find_header(kBlock, "nats-subject"), std::nullopt);
  EXPECT_EQ(find_header("garbage", "X"), std::nullopt);
}

}  // namespace
}  // namespace antiphon
