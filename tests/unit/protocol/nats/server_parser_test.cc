#include "protocol/nats/server_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace antiphon {
namespace {

// What a parser has seen, as text that can be compared and read in a failure.
std::string describe(const ServerFrame& frame) {
  const auto piece = [](std::string_view text) { return "[" + std::string(text) + "]"; };
  switch (frame.verb) {
    case ServerVerb::kMsg:
    case ServerVerb::kHmsg:
      return std::string(frame.verb == ServerVerb::kMsg ? "MSG" : "HMSG") + piece(frame.subject) +
             piece(frame.sid) + piece(frame.reply) + piece(frame.headers()) + piece(frame.body());
    case ServerVerb::kInfo:
      return "INFO" + piece(frame.argument);
    case ServerVerb::kErr:
      return "ERR" + piece(frame.argument);
    case ServerVerb::kPing:
      return "PING";
    case ServerVerb::kPong:
      return "PONG";
    case ServerVerb::kOk:
      return "OK";
  }
  return "?";
}

const char* name_of(ParseError error) {
  switch (error) {
    case ParseError::kNone:
      return "none";
    case ParseError::kUnknownOperation:
      return "unknown operation";
    case ParseError::kControlLine:
      return "control line";
    case ParseError::kArguments:
      return "arguments";
    case ParseError::kPayload:
      return "payload";
    default:
      return "another";
  }
}

constexpr ServerParserLimits kLimits{.line_bytes_max = 40, .payload_bytes_max = 20};

// Keeps what is not consumed and calls again with more, as a connection does.
class Feeder {
 public:
  void feed(std::string_view bytes) {
    kept_.append(bytes);
    while (!kept_.empty() && !failed_ && kept_.size() >= needed_) {
      ServerFrame frame;
      const char* begin = kept_.data();
      const ParseResult result = parse_server_frame(begin, begin + kept_.size(), kLimits, frame);
      if (result.status == ParseStatus::kError) {
        seen_.push_back(std::string("error: ") + name_of(result.error));
        failed_ = true;
      } else if (result.status == ParseStatus::kIncomplete) {
        EXPECT_GT(result.bytes_needed, kept_.size());
        needed_ = result.bytes_needed;
      } else {
        seen_.push_back(describe(frame));
        kept_.erase(0, result.bytes_consumed);
        needed_ = 0;
      }
    }
  }

  std::vector<std::string> finish() {
    if (!failed_ && !kept_.empty()) seen_.push_back("rest: " + kept_);
    return seen_;
  }

 private:
  std::string kept_;
  size_t needed_ = 0;
  bool failed_ = false;
  std::vector<std::string> seen_;
};

struct Case {
  std::string bytes;
  std::vector<std::string> seen;
};

std::vector<Case> cases() {
  const std::string subject_31(31, 's');
  return {
      {"PING\r\n", {"PING"}},
      {"ping\r\nPoNg\r\n", {"PING", "PONG"}},
      {"PING\n", {"PING"}},
      {"PING \r\n+OK\r\n", {"PING", "OK"}},
      {"INFO {\"a\":1} \r\n", {"INFO[{\"a\":1}]"}},
      {"info\t{}\r\n", {"INFO[{}]"}},
      {"-ERR 'Stale Connection'\r\n", {"ERR[Stale Connection]"}},
      {"-ERR\r\n", {"ERR[]"}},
      {"-ERR 'it''s'\r\n", {"ERR[it''s]"}},
      {"-ERR plain\r\n", {"ERR[plain]"}},
      {"-ERR '\r\n", {"ERR[']"}},
      {"MSG a 1 0\r\n\r\n", {"MSG[a][1][][][]"}},
      {"MSG a.b 12 r.x 5\r\nhello\r\n", {"MSG[a.b][12][r.x][][hello]"}},
      {"MSG \t a   1\t2 \r\nhi\r\nPING\r\n", {"MSG[a][1][][][hi]", "PING"}},
      {"MSG a 1 2\nhi\r\n", {"MSG[a][1][][][hi]"}},
      {"MSG a 1 4\r\n\r\n\r\n\r\n", {"MSG[a][1][][][\r\n\r\n]"}},
      {"HMSG a 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", {"HMSG[a][1][][NATS/1.0\r\n\r\n][hi]"}},
      {"HMSG a 1 r 12 12\r\nNATS/1.0\r\n\r\n\r\n", {"HMSG[a][1][r][NATS/1.0\r\n\r\n][]"}},
      {"HMSG a 1 0 2\r\nhi\r\n", {"HMSG[a][1][][][hi]"}},
      // At the limits and one beyond.
      {"MSG a 1 20\r\n01234567890123456789\r\n", {"MSG[a][1][][][01234567890123456789]"}},
      {"MSG a 1 21\r\n", {"error: payload"}},
      {"MSG " + subject_31 + " 1 0\r\n\r\n", {"MSG[" + subject_31 + "][1][][][]"}},
      {"MSG " + subject_31 + "s 1 0\r\n", {"error: control line"}},
      {"MSG " + subject_31 + "ssss 1", {"error: control line"}},
      // Malformed.
      {"PUB a 0\r\n", {"error: unknown operation"}},
      {"M", {"rest: M"}},
      {"MX", {"error: unknown operation"}},
      {"PINGX\r\n", {"error: unknown operation"}},
      {"MSG\r\n", {"error: unknown operation"}},
      {"MSG \r\n", {"error: arguments"}},
      {"MSG a 1\r\n", {"error: arguments"}},
      {"MSG a 1 r x 0\r\n", {"error: arguments"}},
      {"MSG a 1 -1\r\n", {"error: arguments"}},
      {"MSG a 1 1234567890\r\n", {"error: arguments"}},
      {"HMSG a 1 5\r\n", {"error: arguments"}},
      {"HMSG a 1 r 1 2 3\r\n", {"error: arguments"}},
      {"HMSG a 1 3 2\r\n", {"error: arguments"}},
      {"HMSG a 1 x 2\r\n", {"error: arguments"}},
      {"MSG a 1 2\r\nhiX\n", {"error: unknown operation"}},
      {"MSG a 1 2\r\nhi\rX", {"error: unknown operation"}},
      {"PING\r\nGET / HTTP/1.1\r\n", {"PING", "error: unknown operation"}},
      {std::string("\0\0\0", 3), {"error: unknown operation"}},
      // Not complete.
      {"MSG a 1 2\r\nhi\r", {"rest: MSG a 1 2\r\nhi\r"}},
      {"INFO {", {"rest: INFO {"}},
  };
}

TEST(ServerParser, ReadsEveryCaseWhole) {
  for (const Case& one : cases()) {
    Feeder feeder;
    feeder.feed(one.bytes);
    EXPECT_EQ(feeder.finish(), one.seen) << one.bytes;
  }
}

TEST(ServerParser, ReadsEveryCaseByteByByte) {
  for (const Case& one : cases()) {
    Feeder feeder;
    for (const char c : one.bytes) feeder.feed({&c, 1});
    EXPECT_EQ(feeder.finish(), one.seen) << one.bytes;
  }
}

TEST(ServerParser, ReadsEveryCaseCutAtEveryPoint) {
  for (const Case& one : cases()) {
    const std::string_view bytes = one.bytes;
    for (size_t cut = 1; cut < bytes.size(); ++cut) {
      Feeder feeder;
      feeder.feed(bytes.substr(0, cut));
      feeder.feed(bytes.substr(cut));
      EXPECT_EQ(feeder.finish(), one.seen) << one.bytes << " cut at " << cut;
    }
  }
}

TEST(ServerParser, SaysHowManyBytesALargeMessageTakes) {
  const std::string begin = "MSG a 1 1000\r\nabc";
  ServerFrame frame;
  const ParseResult result =
      parse_server_frame(begin.data(), begin.data() + begin.size(), {}, frame);
  EXPECT_EQ(result.status, ParseStatus::kIncomplete);
  EXPECT_EQ(result.bytes_needed, std::string("MSG a 1 1000\r\n").size() + 1000 + 2);
}

}  // namespace
}  // namespace antiphon
