#include "protocol/nats/client_parser.h"

#include <cstring>

#include "protocol/bytes/decimal.h"
#include "protocol/bytes/scan.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/line_arguments.h"
#include "protocol/nats/multi_publish.h"

namespace antiphon {
namespace {

using Arguments = LineArguments<4>;  // HPUB subject reply header-size total-size
constexpr auto split_arguments = Arguments::split;

ParseResult incomplete(size_t bytes_needed) {
  return {ParseStatus::kIncomplete, ParseError::kNone, 0, bytes_needed};
}
ParseResult failed(ParseError error) {
  return {ParseStatus::kError, error, 0, 0};
}
ParseResult complete(size_t bytes) {
  return {ParseStatus::kFrame, ParseError::kNone, bytes, 0};
}

// ---- Verbs -------------------------------------------------------------------------------------

struct VerbRow {
  std::string_view text;  // lower case
  Verb verb;
  bool needs_separator;  // the next byte must be a blank
};

constexpr VerbRow kVerbs[] = {
    {"pub", Verb::kPub, true},          {"hpub", Verb::kHpub, true},  {"sub", Verb::kSub, true},
    {"unsub", Verb::kUnsub, true},      {"ping", Verb::kPing, false}, {"pong", Verb::kPong, false},
    {"connect", Verb::kConnect, false}, {"info", Verb::kInfo, false}, {"+ok", Verb::kOk, false},
    {"-err", Verb::kErr, true},         {"mpub", Verb::kMpub, true},
};

// The row whose text the bytes start with (or, when they are too few, could start with).
const VerbRow* find_verb(const char* begin, size_t bytes) {
  for (const VerbRow& row : kVerbs) {
    const size_t common = bytes < row.text.size() ? bytes : row.text.size();
    if (!equals_ignore_case({begin, common}, row.text.substr(0, common))) continue;
    if (row.needs_separator && bytes > row.text.size() && !is_separator(begin[row.text.size()])) {
      continue;
    }
    return &row;
  }
  return nullptr;
}

// ---- PUB and HPUB ------------------------------------------------------------------------------

struct Publish {
  std::string_view subject;
  std::string_view reply;
  int64_t header_bytes = 0;
  int64_t total_bytes = 0;
};

// What follows the line of a PUB or HPUB: `total` bytes of payload and a CRLF.
ParseResult take_payload(const char* begin, const char* line_end, const char* end,
                         const Publish& publish, ClientFrame& frame) {
  const auto total = static_cast<size_t>(publish.total_bytes);
  const auto available = static_cast<size_t>(end - line_end);
  if (available > total && line_end[total] != '\r') return failed(ParseError::kUnknownOperation);
  const size_t frame_bytes = static_cast<size_t>(line_end - begin) + total + kCrlfBytes;
  if (available < total + kCrlfBytes) return incomplete(frame_bytes);
  if (line_end[total + 1] != '\n') return failed(ParseError::kUnknownOperation);
  frame.subject = publish.subject;
  frame.reply = publish.reply;
  frame.payload = {line_end, total};
  frame.header_bytes = static_cast<uint32_t>(publish.header_bytes);
  return complete(frame_bytes);
}

ParseError check_publish(Verb verb, std::string_view argument, const ClientParserLimits& limits,
                         Publish& publish) {
  const bool with_header = verb == Verb::kHpub;
  if (with_header && !limits.headers) return ParseError::kHeadersUnsupported;
  const Arguments arguments = split_arguments(argument);
  const size_t without_reply = with_header ? 3 : 2;
  if (arguments.count != without_reply && arguments.count != without_reply + 1) {
    return ParseError::kArguments;
  }
  publish.subject = arguments.at[0];
  publish.reply = arguments.count > without_reply ? arguments.at[1] : std::string_view{};
  publish.total_bytes = parse_wire_size(arguments.at[arguments.count - 1]);
  publish.header_bytes = with_header ? parse_wire_size(arguments.at[arguments.count - 2]) : 0;
  if (publish.header_bytes < 0 || publish.total_bytes < 0) return ParseError::kArguments;
  if (publish.header_bytes > publish.total_bytes) return ParseError::kArguments;
  if (publish.total_bytes > limits.payload_bytes_max) return ParseError::kPayload;
  return ParseError::kNone;
}

// The line as nearly every client writes it: "PUB subject [reply] size\r\n", upper case, single
// spaces. Returns false when anything is unusual or incomplete; the general way then decides.
bool parse_plain_pub(const char* begin, const char* end, const ClientParserLimits& limits,
                     ClientFrame& frame, ParseResult& result) {
  constexpr size_t kPubBytes = 4;
  if (static_cast<size_t>(end - begin) < kPubBytes || std::memcmp(begin, "PUB ", kPubBytes) != 0) {
    return false;
  }
  const char* subject = begin + kPubBytes;
  const char* subject_end = find_blank(subject, end);
  if (subject_end == subject || subject_end == end || *subject_end != ' ') return false;
  const char* reply = subject_end + 1;
  const char* reply_end = find_blank(reply, end);
  if (reply_end == reply || end - reply_end < 2) return false;
  const char* size = reply;
  const char* size_end = reply_end;
  if (*reply_end == ' ') {
    size = reply_end + 1;
    size_end = find_blank(size, end);
    if (end - size_end < 2) return false;
  } else {
    reply_end = reply;
  }
  if (size_end[0] != '\r' || size_end[1] != '\n') return false;
  if (static_cast<size_t>(size_end - subject) > limits.control_line_bytes_max) return false;
  Publish publish;
  publish.total_bytes = parse_wire_size({size, static_cast<size_t>(size_end - size)});
  if (publish.total_bytes < 0 || publish.total_bytes > limits.payload_bytes_max) return false;
  publish.subject = {subject, static_cast<size_t>(subject_end - subject)};
  publish.reply = {reply, static_cast<size_t>(reply_end - reply)};
  result = take_payload(begin, size_end + kCrlfBytes, end, publish, frame);
  if (result.status == ParseStatus::kFrame) {
    frame.verb = Verb::kPub;
    frame.has_cr_or_nul = false;
    frame.tail = {reply, static_cast<size_t>(begin + result.bytes_consumed - reply)};
  }
  return true;
}

// Whether the argument is written with single spaces, so that what follows the subject can be
// repeated as it stands.
bool is_canonical(std::string_view argument, const char* line_end) {
  if (line_end[-2] != '\r') return false;
  if (argument.find('\t') != argument.npos || argument.find("  ") != argument.npos) return false;
  return argument.back() != ' ';
}

ParseResult parse_publish(Verb verb, const char* begin, std::string_view argument,
                          const char* line_end, const char* end, const ClientParserLimits& limits,
                          ClientFrame& frame) {
  Publish publish;
  const ParseError error = check_publish(verb, argument, limits, publish);
  if (error != ParseError::kNone) return failed(error);
  frame.has_cr_or_nul = has_cr_or_nul(argument);
  const ParseResult result = take_payload(begin, line_end, end, publish, frame);
  if (result.status == ParseStatus::kFrame && is_canonical(argument, line_end)) {
    const char* tail = publish.subject.data() + publish.subject.size() + 1;
    frame.tail = {tail, static_cast<size_t>(begin + result.bytes_consumed - tail)};
  }
  return result;
}

// ---- MPUB --------------------------------------------------------------------------------------

// What stands behind the lines: the size of the payload and the payload.
bool split_body(std::string_view body, size_t lines_bytes, ClientFrame& frame) {
  frame.argument = body.substr(0, lines_bytes);
  const std::string_view rest = body.substr(lines_bytes);
  const size_t size_end = rest.find('\r');
  if (size_end == rest.npos || rest.size() < size_end + kCrlfBytes || rest[size_end + 1] != '\n') {
    return false;
  }
  frame.payload = rest.substr(size_end + kCrlfBytes);
  frame.tail = {rest.data(), rest.size() + kCrlfBytes};
  return parse_wire_size(rest.substr(0, size_end)) == static_cast<int64_t>(frame.payload.size());
}

ParseResult parse_multi_publish(const char* begin, std::string_view argument, const char* line_end,
                                const char* end, const ClientParserLimits& limits,
                                ClientFrame& frame) {
  const Arguments arguments = split_arguments(argument);
  if (arguments.count != 3) return failed(ParseError::kArguments);
  const int64_t targets = parse_wire_size(arguments.at[0]);
  const int64_t lines_bytes = parse_wire_size(arguments.at[1]);
  Publish publish;
  publish.total_bytes = parse_wire_size(arguments.at[2]);
  if (targets < 1 || lines_bytes < 1 || publish.total_bytes < lines_bytes) {
    return failed(ParseError::kArguments);
  }
  if (targets > int64_t{kMultiPublishTargetsMax} ||
      lines_bytes > int64_t{kMultiPublishLinesBytesMax}) {
    return failed(ParseError::kArguments);
  }
  // Before any of it is stored; the line with the payload's size is small beside the limit.
  constexpr int64_t kSizeLineBytesMax = kDecimalBytesMax + kCrlfBytes;
  if (publish.total_bytes - lines_bytes > limits.payload_bytes_max + kSizeLineBytesMax) {
    return failed(ParseError::kPayload);
  }
  const ParseResult result = take_payload(begin, line_end, end, publish, frame);
  if (result.status != ParseStatus::kFrame) return result;
  frame.targets = static_cast<uint32_t>(targets);
  if (!split_body(frame.payload, static_cast<size_t>(lines_bytes), frame)) {
    return failed(ParseError::kArguments);
  }
  const size_t payload = frame.payload.size();
  const bool is_large = frame.targets > 1 && frame.targets * payload > kMultiPublishBytesMax;
  if (payload > limits.payload_bytes_max || is_large) return failed(ParseError::kPayload);
  return result;
}

// ---- The other verbs ---------------------------------------------------------------------------

ParseError parse_sub(std::string_view argument, ClientFrame& frame) {
  const Arguments arguments = split_arguments(argument);
  if (arguments.count != 2 && arguments.count != 3) return ParseError::kArguments;
  frame.subject = arguments.at[0];
  frame.queue = arguments.count == 3 ? arguments.at[1] : std::string_view{};
  frame.sid = arguments.at[arguments.count - 1];
  frame.has_cr_or_nul = has_cr_or_nul(argument);
  return ParseError::kNone;
}

ParseError parse_unsub(std::string_view argument, ClientFrame& frame) {
  const Arguments arguments = split_arguments(argument);
  if (arguments.count != 1 && arguments.count != 2) return ParseError::kArguments;
  frame.sid = arguments.at[0];
  frame.max_messages = arguments.count == 2 ? parse_wire_size(arguments.at[1]) : -1;
  return ParseError::kNone;
}

ParseResult parse_line(const VerbRow& row, const char* begin, const char* end,
                       const ClientParserLimits& limits, ClientFrame& frame) {
  const char* argument = begin + row.text.size();
  while (argument < end && is_separator(*argument)) ++argument;
  const auto* newline =
      static_cast<const char*>(std::memchr(argument, '\n', static_cast<size_t>(end - argument)));
  // The same bounds for a line that has ended and one that has not, so that it does not matter
  // where the network cut it: at most a CR more than the limit, and so many bytes before it.
  const char* stop = newline == nullptr ? end : newline;
  if (static_cast<size_t>(stop - argument) > limits.control_line_bytes_max + 1 ||
      static_cast<size_t>(stop - begin) > limits.control_line_bytes_max + kVerbBytesMax) {
    return failed(ParseError::kControlLine);
  }
  if (newline == nullptr) return incomplete(static_cast<size_t>(end - begin) + 1);
  const char* line_end = newline + 1;
  const char* argument_end = newline > argument && newline[-1] == '\r' ? newline - 1 : newline;
  const std::string_view text{argument, static_cast<size_t>(argument_end - argument)};
  if (text.size() > limits.control_line_bytes_max) return failed(ParseError::kControlLine);
  ParseError error = ParseError::kNone;
  switch (row.verb) {
    case Verb::kPub:
    case Verb::kHpub:
      return parse_publish(row.verb, begin, text, line_end, end, limits, frame);
    case Verb::kMpub:
      return parse_multi_publish(begin, text, line_end, end, limits, frame);
    case Verb::kSub:
      error = parse_sub(text, frame);
      break;
    case Verb::kUnsub:
      error = parse_unsub(text, frame);
      break;
    default:
      frame.argument = text;
      break;
  }
  if (error != ParseError::kNone) return failed(error);
  return complete(static_cast<size_t>(line_end - begin));
}

}  // namespace

ParseResult parse_client_frame(const char* begin, const char* end, const ClientParserLimits& limits,
                               ClientFrame& frame) {
  ParseResult result;
  if (parse_plain_pub(begin, end, limits, frame, result)) return result;
  const auto bytes = static_cast<size_t>(end - begin);
  const VerbRow* row = find_verb(begin, bytes);
  if (row == nullptr || (row->verb == Verb::kMpub && !limits.multi_publish)) {
    return failed(ParseError::kUnknownOperation);
  }
  if (bytes <= row->text.size()) return incomplete(row->text.size() + 1);
  frame = ClientFrame{};
  frame.verb = row->verb;
  return parse_line(*row, begin, end, limits, frame);
}

}  // namespace antiphon
