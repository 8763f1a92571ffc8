// One table of what clients send; every row is parsed whole, byte by byte, and cut in two at every
// place, and must give the same frames and the same error each time.
#include "protocol/nats/client_parser.h"

#include <gtest/gtest.h>

#include "broker/runtime/random.h"
#include "tests/unit/protocol/nats/feeding.h"

namespace antiphon {
namespace {

using Error = ParseError;

struct Row {
  std::string what;
  std::string bytes;
  std::vector<std::string> frames;
  Error error = Error::kNone;
  size_t bytes_left = 0;
  ClientParserLimits limits = {};
};

std::string repeated(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all.append(text);
  return all;
}

std::vector<Row> publish_rows() {
  return {
      {"plain", "PUB foo 2\r\nhi\r\n", {R"(PUB foo "hi" tail="2\r\nhi\r\n")"}},
      {"reply", "PUB foo bar 2\r\nhi\r\n", {R"(PUB foo reply=bar "hi" tail="bar 2\r\nhi\r\n")"}},
      {"empty payload", "PUB foo 0\r\n\r\n", {R"(PUB foo "" tail="0\r\n\r\n")"}},
      {"payload of line ends", "PUB a 4\r\n\r\n\r\n\r\n", {R"(PUB a "\r\n\r\n" tail="4\r\n\r\n\r\n\r\n")"}},
      {"payload that looks like a verb", "PUB a 6\r\nPING\r\n\r\n",
       {R"(PUB a "PING\r\n" tail="6\r\nPING\r\n\r\n")"}},
      {"binary payload", std::string("PUB a 3\r\n\0\x01\xFF\r\n", 14),
       {R"(PUB a "\x00\x01\xff" tail="3\r\n\x00\x01\xff\r\n")"}},
      {"lower case", "pub foo 2\r\nhi\r\n", {R"(PUB foo "hi" tail="2\r\nhi\r\n")"}},
      {"mixed case", "pUb foo 2\r\nhi\r\n", {R"(PUB foo "hi" tail="2\r\nhi\r\n")"}},
      {"leading zeros", "PUB foo 002\r\nhi\r\n", {R"(PUB foo "hi" tail="002\r\nhi\r\n")"}},
      {"two blanks after the verb", "PUB  foo 2\r\nhi\r\n", {R"(PUB foo "hi" tail="2\r\nhi\r\n")"}},
      {"two blanks inside", "PUB foo  2\r\nhi\r\n", {R"(PUB foo "hi" no tail)"}},
      {"blanks before the reply", "PUB foo  bar 2\r\nhi\r\n", {R"(PUB foo reply=bar "hi" no tail)"}},
      {"a tab inside", "PUB foo\t2\r\nhi\r\n", {R"(PUB foo "hi" no tail)"}},
      {"a tab after the verb", "PUB\tfoo 2\r\nhi\r\n", {R"(PUB foo "hi" tail="2\r\nhi\r\n")"}},
      {"a blank at the end", "PUB foo 2 \r\nhi\r\n", {R"(PUB foo "hi" no tail)"}},
      {"LF alone", "PUB foo 2\nhi\r\n", {R"(PUB foo "hi" no tail)"}},
      {"wildcards", "PUB foo.* > 1\r\nx\r\n", {R"(PUB foo.* reply=> "x" tail="> 1\r\nx\r\n")"}},
      {"control character in the subject", "PUB f\x01o 1\r\nx\r\n",
       {"PUB f\x01o \"x\" tail=\"1\\r\\nx\\r\\n\""}},
      {"two in a row", "PUB a 1\r\nx\r\nPUB b 1\r\ny\r\n",
       {R"(PUB a "x" tail="1\r\nx\r\n")", R"(PUB b "y" tail="1\r\ny\r\n")"}},
      {"unfinished line", "PUB foo ", {}, Error::kNone, 8},
      {"unfinished line end", "PUB foo 2\r", {}, Error::kNone, 10},
      {"unfinished payload", "PUB foo 2\r\nh", {}, Error::kNone, 12},
      {"payload without line end", "PUB foo 2\r\nhi\r", {}, Error::kNone, 14},
      {"no argument", "PUB \r\n", {}, Error::kArguments},
      {"no size", "PUB foo\r\n", {}, Error::kArguments},
      {"too many arguments", "PUB foo bar baz 2\r\nhi\r\n", {}, Error::kArguments},
      {"size is no number", "PUB foo 2x\r\nhi\r\n", {}, Error::kArguments},
      {"size is negative", "PUB foo -1\r\nhi\r\n", {}, Error::kArguments},
      {"size of nine digits", "PUB foo 999999999\r\n", {}, Error::kPayload},
      {"size of ten digits", "PUB foo 1000000000\r\n", {}, Error::kArguments},
      {"no blank after the verb", "PUB\r\n", {}, Error::kUnknownOperation},
      {"verb runs on", "PUBx foo 1\r\nx\r\n", {}, Error::kUnknownOperation},
      {"payload longer than said", "PUB foo 2\r\nhim\r\n", {}, Error::kUnknownOperation},
      {"payload shorter than said", "PUB foo 4\r\nhi\r\nxx", {}, Error::kUnknownOperation},
      {"payload ends with LF alone", "PUB foo 2\r\nhi\n", {}, Error::kUnknownOperation},
      {"payload ends with CR and another byte", "PUB foo 2\r\nhi\rx", {}, Error::kUnknownOperation},
      {"good frame before a bad one", "PING\r\nPUB foo x\r\n", {"PING"}, Error::kArguments},
  };
}

std::vector<Row> header_publish_rows() {
  return {
      {"plain", "HPUB foo 4 6\r\nABCDhi\r\n",
       {R"(HPUB foo header=4 "ABCDhi" tail="4 6\r\nABCDhi\r\n")"}},
      {"reply", "HPUB foo bar 4 6\r\nABCDhi\r\n",
       {R"(HPUB foo reply=bar header=4 "ABCDhi" tail="bar 4 6\r\nABCDhi\r\n")"}},
      {"headers alone", "HPUB foo 4 4\r\nABCD\r\n",
       {R"(HPUB foo header=4 "ABCD" tail="4 4\r\nABCD\r\n")"}},
      {"no headers", "HPUB foo 0 2\r\nhi\r\n", {R"(HPUB foo header=0 "hi" tail="0 2\r\nhi\r\n")"}},
      {"nothing at all", "HPUB foo 0 0\r\n\r\n", {R"(HPUB foo header=0 "" tail="0 0\r\n\r\n")"}},
      {"mixed case and tabs", "hPuB\tfoo\t4\t6\r\nABCDhi\r\n",
       {R"(HPUB foo header=4 "ABCDhi" no tail)"}},
      {"LF alone", "HPUB foo 4 6\nABCDhi\r\n", {R"(HPUB foo header=4 "ABCDhi" no tail)"}},
      {"header larger than all", "HPUB foo 3 2\r\nhi\r\n", {}, Error::kArguments},
      {"header size is no number", "HPUB foo x 2\r\nhi\r\n", {}, Error::kArguments},
      {"header size is negative", "HPUB foo -4 2\r\nhi\r\n", {}, Error::kArguments},
      {"total size is no number", "HPUB foo 0 x\r\nhi\r\n", {}, Error::kArguments},
      {"header size of ten digits", "HPUB foo 1000000000 999999999\r\n", {}, Error::kArguments},
      {"one size only", "HPUB foo 2\r\nhi\r\n", {}, Error::kArguments},
      {"too many arguments", "HPUB foo a b 0 2\r\nhi\r\n", {}, Error::kArguments},
      {"headers not agreed", "HPUB foo 0 2\r\nhi\r\n", {}, Error::kHeadersUnsupported, 0,
       {.headers = false}},
      {"headers not agreed, and malformed", "HPUB x\r\n", {}, Error::kHeadersUnsupported, 0,
       {.headers = false}},
      {"no blank after the verb", "HPUB\r\n", {}, Error::kUnknownOperation},
      {"unfinished", "HPUB foo 4 6\r\nABCDhi\r", {}, Error::kNone, 21},
  };
}

std::vector<Row> subscription_rows() {
  return {
      {"plain", "SUB foo 1\r\n", {"SUB foo sid=1"}},
      {"queue", "SUB foo workers 1\r\n", {"SUB foo queue=workers sid=1"}},
      {"sid is any token", "SUB foo ab-9\r\n", {"SUB foo sid=ab-9"}},
      {"lower case", "sub foo 1\r\n", {"SUB foo sid=1"}},
      {"blanks and tabs", "SUB \t foo \t q\t 1 \t\r\n", {"SUB foo queue=q sid=1"}},
      {"LF alone", "SUB foo 1\n", {"SUB foo sid=1"}},
      {"subjects are not judged here", "SUB foo..bar 1\r\n", {"SUB foo..bar sid=1"}},
      {"one argument", "SUB foo\r\n", {}, Error::kArguments},
      {"four arguments", "SUB foo q 1 2\r\n", {}, Error::kArguments},
      {"five arguments", "SUB foo q 1 2 3\r\n", {}, Error::kArguments},
      {"no argument", "SUB \r\n", {}, Error::kArguments},
      {"no blank", "SUB\r\n", {}, Error::kUnknownOperation},
      {"unsub", "UNSUB 1\r\n", {"UNSUB sid=1 max=-1"}},
      {"unsub with a maximum", "UNSUB 1 5\r\n", {"UNSUB sid=1 max=5"}},
      {"unsub with a maximum of zero", "UNSUB 1 0\r\n", {"UNSUB sid=1 max=0"}},
      {"unsub with a maximum that is no number", "UNSUB 1 x\r\n", {"UNSUB sid=1 max=-1"}},
      {"unsub with a maximum of ten digits", "UNSUB 1 1000000000\r\n", {"UNSUB sid=1 max=-1"}},
      {"unsub in lower case", "unsub  abc\t9 \n", {"UNSUB sid=abc max=9"}},
      {"unsub without a sid", "UNSUB \r\n", {}, Error::kArguments},
      {"unsub with too much", "UNSUB 1 2 3\r\n", {}, Error::kArguments},
      {"unsub without a blank", "UNSUB\r\n", {}, Error::kUnknownOperation},
  };
}

std::vector<Row> small_verb_rows() {
  return {
      {"ping", "PING\r\n", {"PING"}},
      {"ping in lower case", "ping\r\n", {"PING"}},
      {"ping with LF alone", "PING\n", {"PING"}},
      {"ping with anything behind it", "PINGPONG x y\r\n", {"PING PONG x y"}},
      {"pong", "PONG\r\n", {"PONG"}},
      {"pings and pongs", "PING\r\nPONG\nping\r\n", {"PING", "PONG", "PING"}},
      {"connect", "CONNECT {}\r\n", {"CONNECT {}"}},
      {"connect in lower case with blanks", "connect \t {\"a\": 1}\r\n", {"CONNECT {\"a\": 1}"}},
      {"connect without a blank", "CONNECT{}\r\n", {"CONNECT {}"}},
      {"connect without an argument", "CONNECT\r\n", {"CONNECT"}},
      {"info", "INFO {}\r\n", {"INFO {}"}},
      {"ok", "+OK\r\n", {"+OK"}},
      {"ok in lower case", "+ok\n", {"+OK"}},
      {"err", "-ERR 'Stale Connection'\r\n", {"-ERR 'Stale Connection'"}},
      {"err without a blank", "-ERR\r\n", {}, Error::kUnknownOperation},
      {"empty line", "\r\n", {}, Error::kUnknownOperation},
      {"LF", "\n", {}, Error::kUnknownOperation},
      {"blank before a verb", " PING\r\n", {}, Error::kUnknownOperation},
      {"zero byte", std::string("\0", 1), {}, Error::kUnknownOperation},
      {"zero byte inside a verb", std::string("PI\0G", 4), {}, Error::kUnknownOperation},
      {"high byte", "\xFF\xFE", {}, Error::kUnknownOperation},
      {"HTTP", "GET / HTTP/1.1\r\n", {}, Error::kUnknownOperation},
      {"TLS", std::string("\x16\x03\x01\x02\x00", 5), {}, Error::kUnknownOperation},
      {"verbs of servers", "MSG foo 1 2\r\nhi\r\n", {}, Error::kUnknownOperation},
      {"verbs of routes", "RS+ $G foo\r\n", {}, Error::kUnknownOperation},
      {"verbs of leafs", "LS+ foo\r\n", {}, Error::kUnknownOperation},
      {"half a verb", "PIN", {}, Error::kNone, 3},
      {"half a verb that ends", "PIN\r\n", {}, Error::kUnknownOperation},
      {"a letter", "u", {}, Error::kNone, 1},
      {"two letters that start two verbs", "P", {}, Error::kNone, 1},
      {"a verb alone", "PING", {}, Error::kNone, 4},
      {"nothing after a good frame", "PING\r\nX", {"PING"}, Error::kUnknownOperation},
  };
}

// The limit counts what stands between the blanks behind the verb and the line end.
std::vector<Row> control_line_rows() {
  constexpr size_t kMax = 64;
  const ClientParserLimits limits{.control_line_bytes_max = kMax};
  const auto name = [](size_t bytes) { return std::string(bytes, 's'); };
  const std::string blanks(kVerbBytesMax, ' ');
  std::vector<Row> rows = {
      {"sub at the limit", "SUB " + name(kMax - 2) + " 1\r\n", {"SUB " + name(kMax - 2) + " sid=1"}},
      {"sub at the limit with LF", "SUB " + name(kMax - 2) + " 1\n",
       {"SUB " + name(kMax - 2) + " sid=1"}},
      {"sub above", "SUB " + name(kMax - 1) + " 1\r\n", {}, Error::kControlLine},
      {"sub above with LF", "SUB " + name(kMax - 1) + " 1\n", {}, Error::kControlLine},
      {"pub below the limit", "PUB " + name(kMax - 3) + " 1\r\nx\r\n",
       {"PUB " + name(kMax - 3) + R"( "x" tail="1\r\nx\r\n")"}},
      {"pub at the limit", "PUB " + name(kMax - 2) + " 1\r\nx\r\n",
       {"PUB " + name(kMax - 2) + R"( "x" tail="1\r\nx\r\n")"}},
      {"pub above", "PUB " + name(kMax - 1) + " 1\r\nx\r\n", {}, Error::kControlLine},
      {"hpub at the limit", "HPUB " + name(kMax - 4) + " 0 1\r\nx\r\n",
       {"HPUB " + name(kMax - 4) + R"( header=0 "x" tail="0 1\r\nx\r\n")"}},
      {"hpub above", "HPUB " + name(kMax - 3) + " 0 1\r\nx\r\n", {}, Error::kControlLine},
      {"hpub above, headers not agreed", "HPUB " + name(kMax) + " 0 1\r\n", {}, Error::kControlLine},
      {"connect at the limit", "CONNECT " + name(kMax) + "\r\n", {"CONNECT " + name(kMax)}},
      {"connect above", "CONNECT " + name(kMax + 1) + "\r\n", {}, Error::kControlLine},
      {"unsub above", "UNSUB " + name(kMax + 1) + "\r\n", {}, Error::kControlLine},
      {"info above", "INFO " + name(kMax + 1) + "\r\n", {}, Error::kControlLine},
      {"err above", "-ERR " + name(kMax + 1) + "\r\n", {}, Error::kControlLine},
      {"ping at the limit", "PING" + name(kMax) + "\r\n", {"PING " + name(kMax)}},
      {"ping above", "PING" + name(kMax + 1) + "\r\n", {}, Error::kControlLine},
      {"ok above", "+OK" + name(kMax + 1) + "\n", {}, Error::kControlLine},
      {"a line that never ends", "SUB " + name(kMax * 4), {}, Error::kControlLine},
      {"an unfinished line at the limit", "SUB " + name(kMax + 1), {}, Error::kNone, kMax + 5},
      {"blanks up to the bound", "SUB" + blanks.substr(3) + name(kMax - 2) + " 1\n",
       {"SUB " + name(kMax - 2) + " sid=1"}},
      {"blanks beyond the bound", "SUB" + blanks.substr(2) + name(kMax - 2) + " 1\n", {},
       Error::kControlLine},
      {"blanks without end", "PUB" + repeated(" ", 4 * kMax), {}, Error::kControlLine},
  };
  for (Row& row : rows) row.limits = limits;
  return rows;
}

std::vector<Row> payload_limit_rows() {
  constexpr size_t kMax = 20;
  const std::string at(kMax, 'x');
  std::vector<Row> rows = {
      {"below", "PUB a 19\r\n" + at.substr(1) + "\r\n",
       {"PUB a \"" + at.substr(1) + R"(" tail="19\r\n)" + at.substr(1) + R"(\r\n")"}},
      {"at the limit", "PUB a 20\r\n" + at + "\r\n",
       {"PUB a \"" + at + R"(" tail="20\r\n)" + at + R"(\r\n")"}},
      {"above", "PUB a 21\r\n" + at + "x\r\n", {}, Error::kPayload},
      {"above, before any payload came", "PUB a 21\r\n", {}, Error::kPayload},
      {"above, with tabs", "PUB\ta\t21\r\n", {}, Error::kPayload},
      {"headers count", "HPUB a 10 20\r\n" + at + "\r\n",
       {"HPUB a header=10 \"" + at + R"(" tail="10 20\r\n)" + at + R"(\r\n")"}},
      {"headers above", "HPUB a 10 21\r\n", {}, Error::kPayload},
      {"arguments are looked at first", "HPUB a 30 21\r\n", {}, Error::kArguments},
  };
  for (Row& row : rows) row.limits.payload_bytes_max = kMax;
  return rows;
}

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << testing::PrintToString(row.bytes);
}

std::vector<Row> multi_publish_rows() {
  const ClientParserLimits on{.multi_publish = true};
  const ClientParserLimits small{.payload_bytes_max = 3, .multi_publish = true};
  return {
      {"two targets", "MPUB 2 8 13\r\na.b\nc d\n2\r\nhi\r\n", {R"(MPUB targets=2 "a.b\nc d\n" "hi" tail="2\r\nhi\r\n")"},
       Error::kNone, 0, on},
      {"followed by another", "mpub 1 2 6\r\na\n1\r\nx\r\nPING\r\n",
       {R"(MPUB targets=1 "a\n" "x" tail="1\r\nx\r\n")", "PING"}, Error::kNone, 0, on},
      {"empty payload", "MPUB 1 2 5\r\na\n0\r\n\r\n", {R"(MPUB targets=1 "a\n" "" tail="0\r\n\r\n")"}, Error::kNone, 0, on},
      {"unfinished", "MPUB 2 8 13\r\na.b\nc d\n2\r\nhi\r", {}, Error::kNone, 27, on},
      {"another size inside", "MPUB 2 8 13\r\na.b\nc d\n3\r\nhi\r\n", {}, Error::kArguments, 0, on},
      {"no size inside", "MPUB 1 2 6\r\na\nxxxx\r\n", {}, Error::kArguments, 0, on},
      {"another end", "MPUB 1 2 6\r\na\n1\r\nx!\r\n", {}, Error::kUnknownOperation, 0, on},
      {"not offered", "MPUB 1 2 6\r\na\n1\r\nx\r\n", {}, Error::kUnknownOperation},
      {"a letter that is not offered", "M", {}, Error::kUnknownOperation},
      {"payload beyond the limit", "MPUB 1 2 9\r\na\n4\r\nabcd\r\n", {}, Error::kPayload, 0, small},
      {"far beyond the limit", "MPUB 1 2 900\r\n", {}, Error::kPayload, 0, small},
      {"no targets", "MPUB 0 2 6\r\na\n1\r\nx\r\n", {}, Error::kArguments, 0, on},
      {"more lines than bytes", "MPUB 1 7 6\r\na\n1\r\nx\r\n", {}, Error::kArguments, 0, on},
      {"too many targets", "MPUB 1025 2 6\r\n", {}, Error::kArguments, 0, on},
      {"too long lines", "MPUB 1 262145 262150\r\n", {}, Error::kArguments, 0, on},
      {"an argument too few", "MPUB 1 2\r\n", {}, Error::kArguments, 0, on},
      {"an argument too many", "MPUB 1 2 6 7\r\n", {}, Error::kArguments, 0, on},
      {"no number", "MPUB 1 x 6\r\n", {}, Error::kArguments, 0, on},
  };
}

class ClientParser : public testing::TestWithParam<Row> {};

TEST_P(ClientParser, GivesTheSameFramesAndErrorHoweverTheBytesAreCut) {
  const Row& row = GetParam();
  const Fed expected{row.frames, row.error, row.bytes_left};
  const Fed whole = feed_whole(row.bytes, row.limits);
  EXPECT_EQ(whole, expected);
  EXPECT_EQ(feed_byte_by_byte(row.bytes, row.limits), whole) << "byte by byte";
  for (size_t cut = 1; cut < row.bytes.size(); ++cut) {
    EXPECT_EQ(feed(row.bytes, {cut, row.bytes.size()}, row.limits), whole) << "cut at " << cut;
  }
}

std::string row_name(const testing::TestParamInfo<Row>& info) {
  std::string name;
  for (const char c : info.param.what) {
    if (std::isalnum(static_cast<unsigned char>(c))) name += c;
    if (c == ' ') name += '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Pub, ClientParser, testing::ValuesIn(publish_rows()), row_name);
INSTANTIATE_TEST_SUITE_P(Hpub, ClientParser, testing::ValuesIn(header_publish_rows()), row_name);
INSTANTIATE_TEST_SUITE_P(Mpub, ClientParser, testing::ValuesIn(multi_publish_rows()), row_name);
INSTANTIATE_TEST_SUITE_P(Sub, ClientParser, testing::ValuesIn(subscription_rows()), row_name);
INSTANTIATE_TEST_SUITE_P(Verb, ClientParser, testing::ValuesIn(small_verb_rows()), row_name);
INSTANTIATE_TEST_SUITE_P(Line, ClientParser, testing::ValuesIn(control_line_rows()), row_name);
INSTANTIATE_TEST_SUITE_P(Payload, ClientParser, testing::ValuesIn(payload_limit_rows()), row_name);

TEST(ClientParserStream, GivesTheSameFramesForAnyCutsOfALongConversation) {
  std::string bytes;
  for (const auto& rows : {publish_rows(), header_publish_rows(), subscription_rows(),
                           small_verb_rows()}) {
    for (const Row& row : rows) {
      if (row.error == Error::kNone && row.bytes_left == 0) bytes += row.bytes;
    }
  }
  const Fed whole = feed_whole(bytes, {});
  ASSERT_EQ(whole.error, Error::kNone);
  ASSERT_GT(whole.frames.size(), 50u);
  Random random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<size_t> ends;
    const uint64_t longest = 1 + random.below(200);
    for (size_t at = 0; at < bytes.size();) {
      at = std::min<size_t>(bytes.size(), at + 1 + random.below(longest));
      ends.push_back(at);
    }
    ASSERT_EQ(feed(bytes, ends, {}), whole);
  }
}

TEST(ClientParserStream, AsksForExactlyWhatALargePayloadStillNeeds) {
  const std::string line = "PUB foo 100000\r\n";
  ClientFrame frame;
  const ParseResult result =
      parse_client_frame(line.data(), line.data() + line.size(), {}, frame);
  EXPECT_EQ(result.status, ParseStatus::kIncomplete);
  EXPECT_EQ(result.bytes_needed, line.size() + 100'000 + kCrlfBytes);
}

// What the broker would have to hold for readers must stay within what one frame may bring.
TEST(ClientParserStream, BoundsWhatOneFrameMeansForAllItsTargets) {
  const auto parsed = [](size_t targets, size_t payload_bytes) {
    std::string lines;
    for (size_t i = 0; i < targets; ++i) lines += "a\n";
    const std::string body = lines + std::to_string(payload_bytes) + "\r\n" + std::string(payload_bytes, 'x');
    const std::string text = "MPUB " + std::to_string(targets) + " " + std::to_string(lines.size()) + " " +
                             std::to_string(body.size()) + "\r\n" + body + "\r\n";
    ClientFrame frame;
    const ClientParserLimits limits{.payload_bytes_max = 2 << 20, .multi_publish = true};
    return parse_client_frame(text.data(), text.data() + text.size(), limits, frame).error;
  };
  EXPECT_EQ(parsed(200, 4700), Error::kNone);
  EXPECT_EQ(parsed(1024, 1024), Error::kNone);
  EXPECT_EQ(parsed(1024, 1025), Error::kPayload);
  EXPECT_EQ(parsed(1, 2 << 20), Error::kNone) << "one target is like PUB";
  EXPECT_EQ(parsed(2, 600'000), Error::kPayload);
}

TEST(ClientParserStream, ViewsPointIntoTheBytesThatWereParsed) {
  const std::string text = "HPUB foo bar 2 4\r\nHHxx\r\n";
  ClientFrame frame;
  const ParseResult result =
      parse_client_frame(text.data(), text.data() + text.size(), {}, frame);
  ASSERT_EQ(result.status, ParseStatus::kFrame);
  EXPECT_EQ(frame.subject.data(), text.data() + 5);
  EXPECT_EQ(frame.reply.data(), text.data() + 9);
  EXPECT_EQ(frame.tail.data(), frame.reply.data());
  EXPECT_EQ(frame.payload.data(), text.data() + 18);
}

// The short way for lines as nearly every client writes them must not see what the general way
// would refuse or read otherwise.
TEST(ClientParserStream, ThePlainWayAndTheGeneralWayAgree) {
  Random random(17);
  constexpr std::string_view kPieces[] = {"a", ".b", " ", "  ", "\t", "1", "12", "\r", "\n", "\r\n",
                                          "x", "\x01", "-", "9999999999"};
  for (int round = 0; round < 100'000; ++round) {
    std::string rest;
    const uint64_t pieces = random.below(9);
    for (uint64_t i = 0; i < pieces; ++i) rest += kPieces[random.below(std::size(kPieces))];
    rest += "\r\n123456789012\r\n";
    // Only the upper-case verb takes the short way.
    Fed plain = feed_whole("PUB " + rest, {});
    Fed general = feed_whole("Pub " + rest, {});
    ASSERT_EQ(plain, general) << testing::PrintToString(rest);
  }
}

}  // namespace
}  // namespace antiphon
