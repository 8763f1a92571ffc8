#include "protocol/nats/message.h"

#include <gtest/gtest.h>

#include <vector>

#include "protocol/nats/client_parser.h"

namespace antiphon {
namespace {

struct MessageRow {
  std::string_view published;
  std::string_view with_headers;     // what a reader with sid 7 gets that knows headers
  std::string_view without_headers;  // and one that does not
};

constexpr MessageRow kMessages[] = {
    {"PUB foo 2\r\nhi\r\n", "MSG foo 7 2\r\nhi\r\n", "MSG foo 7 2\r\nhi\r\n"},
    {"PUB foo bar 2\r\nhi\r\n", "MSG foo 7 bar 2\r\nhi\r\n", "MSG foo 7 bar 2\r\nhi\r\n"},
    {"PUB foo 0\r\n\r\n", "MSG foo 7 0\r\n\r\n", "MSG foo 7 0\r\n\r\n"},
    {"PUB foo\t 2 \nhi\r\n", "MSG foo 7 2\r\nhi\r\n", "MSG foo 7 2\r\nhi\r\n"},
    {"pub foo  bar\t2\r\nhi\r\n", "MSG foo 7 bar 2\r\nhi\r\n", "MSG foo 7 bar 2\r\nhi\r\n"},
    {"HPUB foo 4 6\r\nHHHHhi\r\n", "HMSG foo 7 4 6\r\nHHHHhi\r\n", "MSG foo 7 2\r\nhi\r\n"},
    {"HPUB foo bar 4 6\r\nHHHHhi\r\n", "HMSG foo 7 bar 4 6\r\nHHHHhi\r\n",
     "MSG foo 7 bar 2\r\nhi\r\n"},
    {"HPUB foo bar  4 6\nHHHHhi\r\n", "HMSG foo 7 bar 4 6\r\nHHHHhi\r\n",
     "MSG foo 7 bar 2\r\nhi\r\n"},
    {"HPUB foo 4 4\r\nHHHH\r\n", "HMSG foo 7 4 4\r\nHHHH\r\n", "MSG foo 7 0\r\n\r\n"},
    // No header block: a plain message to everyone.
    {"HPUB foo 0 2\r\nhi\r\n", "MSG foo 7 2\r\nhi\r\n", "MSG foo 7 2\r\nhi\r\n"},
    {"HPUB foo bar 0 2\r\nhi\r\n", "MSG foo 7 bar 2\r\nhi\r\n", "MSG foo 7 bar 2\r\nhi\r\n"},
};

ClientFrame parsed(std::string_view text) {
  ClientFrame frame;
  const ParseResult result = parse_client_frame(text.data(), text.data() + text.size(), {}, frame);
  EXPECT_EQ(result.status, ParseStatus::kFrame) << text;
  return frame;
}

std::string written(const Message& message, std::string_view sid, bool with_headers) {
  std::vector<char> room(message_bytes(message, sid, with_headers));
  char* end = write_message(room.data(), message, sid, with_headers);
  EXPECT_EQ(end, room.data() + room.size());
  return {room.begin(), room.end()};
}

TEST(Message, IsWrittenAsEachReaderUnderstandsIt) {
  for (const MessageRow& row : kMessages) {
    std::string scratch = "left over";
    const ClientFrame frame = parsed(row.published);
    const Message message = message_of(frame, scratch);
    EXPECT_EQ(written(message, "7", true), row.with_headers) << row.published;
    EXPECT_EQ(written(message, "7", false), row.without_headers) << row.published;
  }
}

TEST(Message, KnowsItsParts) {
  std::string scratch;
  for (const std::string_view text :
       {"HPUB foo bar 4 6\r\nHHHHhi\r\n", "HPUB foo \tbar 4 6\nHHHHhi\r\n"}) {
    const ClientFrame frame = parsed(text);
    const Message message = message_of(frame, scratch);
    EXPECT_EQ(message.subject, "foo");
    EXPECT_EQ(message.reply, "bar");
    EXPECT_EQ(message.payload, "HHHHhi");
    EXPECT_EQ(message.body(), "hi");
    EXPECT_TRUE(message.has_headers());
    EXPECT_EQ(message.tail, "bar 4 6\r\nHHHHhi\r\n");
  }
}

TEST(Message, RepeatsThePublishersBytesWithoutCopyingThem) {
  const std::string_view text = "PUB foo 2\r\nhi\r\n";
  std::string scratch;
  const ClientFrame frame = parsed(text);
  const Message message = message_of(frame, scratch);
  EXPECT_EQ(message.tail.data(), text.data() + 8);
  EXPECT_TRUE(scratch.empty());
}

TEST(Message, PrefixIsWhatStandsBeforeTheTail) {
  std::string scratch;
  for (const MessageRow& row : kMessages) {
    const ClientFrame frame = parsed(row.published);
    const Message message = message_of(frame, scratch);
    std::vector<char> room(message_prefix_bytes(message, "12"));
    char* end = write_message_prefix(room.data(), message, "12");
    EXPECT_EQ(end, room.data() + room.size());
    EXPECT_EQ(std::string(room.begin(), room.end()) + std::string(message.tail),
              written(message, "12", true));
  }
}

TEST(Message, BodySizeIsCountedAnewWhenHeadersAreTakenAway) {
  // The body has one digit less than the whole.
  const std::string text = "HPUB foo 5 14\r\nHHHHH123456789\r\n";
  std::string scratch;
  const ClientFrame frame = parsed(text);
  EXPECT_EQ(written(message_of(frame, scratch), "1", false), "MSG foo 1 9\r\n123456789\r\n");
}

TEST(NoResponders, IsAStatusMessageOnTheReplySubject) {
  std::string line = ">";
  append_no_responders(line, "inbox.1", "3", "svc.echo");
  EXPECT_EQ(line, ">HMSG inbox.1 3 40 40\r\nNATS/1.0 503\r\nNats-Subject: svc.echo\r\n\r\n\r\n");
}

}  // namespace
}  // namespace antiphon
