#include "protocol/nats/server_parser.h"

#include <cstring>

#include "protocol/bytes/decimal.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/line_arguments.h"

namespace antiphon {
namespace {

using Arguments = LineArguments<5>;  // HMSG subject sid reply header-size total-size
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

struct VerbRow {
  std::string_view text;  // lower case
  ServerVerb verb;
  bool needs_argument;  // a blank must follow
};

constexpr VerbRow kVerbs[] = {
    {"msg", ServerVerb::kMsg, true},    {"hmsg", ServerVerb::kHmsg, true},
    {"ping", ServerVerb::kPing, false}, {"pong", ServerVerb::kPong, false},
    {"info", ServerVerb::kInfo, true},  {"+ok", ServerVerb::kOk, false},
    {"-err", ServerVerb::kErr, false},
};

// The row whose text the bytes start with or, when they are too few, could start with.
const VerbRow* find_verb(const char* begin, size_t bytes) {
  for (const VerbRow& row : kVerbs) {
    const size_t common = bytes < row.text.size() ? bytes : row.text.size();
    if (equals_ignore_case({begin, common}, row.text.substr(0, common))) return &row;
  }
  return nullptr;
}

bool may_follow(const VerbRow& row, char next) {
  return is_separator(next) || (!row.needs_argument && (next == '\r' || next == '\n'));
}

struct Sizes {
  int64_t header_bytes = 0;
  int64_t total_bytes = 0;
};

ParseError read_message_line(ServerVerb verb, std::string_view line, uint32_t payload_bytes_max,
                             ServerFrame& frame, Sizes& sizes) {
  const Arguments arguments = split_arguments(line);
  const size_t without_reply = verb == ServerVerb::kHmsg ? 4 : 3;
  if (arguments.count != without_reply && arguments.count != without_reply + 1) {
    return ParseError::kArguments;
  }
  frame.subject = arguments.at[0];
  frame.sid = arguments.at[1];
  frame.reply = arguments.count > without_reply ? arguments.at[2] : std::string_view{};
  sizes.total_bytes = parse_wire_size(arguments.at[arguments.count - 1]);
  if (verb == ServerVerb::kHmsg) {
    sizes.header_bytes = parse_wire_size(arguments.at[arguments.count - 2]);
  }
  if (sizes.total_bytes < 0 || sizes.header_bytes < 0 || sizes.header_bytes > sizes.total_bytes) {
    return ParseError::kArguments;
  }
  return sizes.total_bytes > payload_bytes_max ? ParseError::kPayload : ParseError::kNone;
}

ParseResult parse_message(const VerbRow& row, const char* begin, std::string_view line,
                          const char* line_end, const char* end, const ServerParserLimits& limits,
                          ServerFrame& frame) {
  Sizes sizes;
  const ParseError error =
      read_message_line(row.verb, line, limits.payload_bytes_max, frame, sizes);
  if (error != ParseError::kNone) return failed(error);
  const auto total = static_cast<size_t>(sizes.total_bytes);
  const auto available = static_cast<size_t>(end - line_end);
  const size_t frame_bytes = static_cast<size_t>(line_end - begin) + total + kCrlfBytes;
  if (available < total + kCrlfBytes) return incomplete(frame_bytes);
  if (line_end[total] != '\r' || line_end[total + 1] != '\n') {
    return failed(ParseError::kUnknownOperation);
  }
  frame.payload = {line_end, total};
  frame.header_bytes = static_cast<uint32_t>(sizes.header_bytes);
  return complete(frame_bytes);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_separator(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_separator(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return text;
  return text.substr(1, text.size() - 2);
}

}  // namespace

ParseResult parse_server_frame(const char* begin, const char* end, const ServerParserLimits& limits,
                               ServerFrame& frame) {
  const auto bytes = static_cast<size_t>(end - begin);
  const VerbRow* row = find_verb(begin, bytes);
  if (row == nullptr) return failed(ParseError::kUnknownOperation);
  const size_t verb_bytes = row->text.size();
  if (bytes <= verb_bytes) return incomplete(bytes + 1);
  if (!may_follow(*row, begin[verb_bytes])) return failed(ParseError::kUnknownOperation);
  const char* argument = begin + verb_bytes;
  const auto* newline = static_cast<const char*>(std::memchr(argument, '\n', bytes - verb_bytes));
  const char* line_end = newline == nullptr ? end : newline;
  if (static_cast<size_t>(line_end - begin) > limits.line_bytes_max) {
    return failed(ParseError::kControlLine);
  }
  if (newline == nullptr) return incomplete(bytes + 1);
  if (newline > argument && newline[-1] == '\r') --line_end;
  const std::string_view line = {argument, static_cast<size_t>(line_end - argument)};
  frame = ServerFrame{};
  frame.verb = row->verb;
  if (row->verb == ServerVerb::kMsg || row->verb == ServerVerb::kHmsg) {
    return parse_message(*row, begin, line, newline + 1, end, limits, frame);
  }
  frame.argument = trimmed(line);
  if (row->verb == ServerVerb::kErr) frame.argument = unquoted(frame.argument);
  return complete(static_cast<size_t>(newline + 1 - begin));
}

}  // namespace antiphon
