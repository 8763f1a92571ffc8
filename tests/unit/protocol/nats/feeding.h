// Feeds bytes to the client parser in pieces, as a connection does: what is not consumed is kept and
// given again with more bytes, but not before as many are there as the parser asked for.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/json_text.h"
#include "protocol/nats/client_parser.h"

namespace antiphon {

// A frame in words, e.g. `PUB foo reply=bar "hi" tail="bar 2\r\nhi\r\n"`.
inline std::string describe(const ClientFrame& frame) {
  constexpr std::string_view kNames[] = {"PUB",  "HPUB",    "MPUB", "SUB", "UNSUB", "PING",
                                         "PONG", "CONNECT", "INFO", "+OK", "-ERR"};
  std::string text(kNames[static_cast<size_t>(frame.verb)]);
  const auto add = [&text](std::string_view name, std::string_view value) {
    if (!value.empty()) text.append(" ").append(name).append(value);
  };
  add("", frame.subject);
  add("reply=", frame.reply);
  add("queue=", frame.queue);
  add("sid=", frame.sid);
  if (frame.verb == Verb::kUnsub) add("max=", std::to_string(frame.max_messages));
  if (frame.verb == Verb::kMpub) {
    add("targets=", std::to_string(frame.targets));
    text += ' ';
    append_go_quoted(text, frame.argument);
  } else {
    add("", frame.argument);
  }
  if (frame.verb > Verb::kMpub) return text;
  if (frame.verb == Verb::kHpub) add("header=", std::to_string(frame.header_bytes));
  text += ' ';
  append_go_quoted(text, frame.payload);
  text += frame.tail.empty() ? " no tail" : " tail=";
  if (!frame.tail.empty()) append_go_quoted(text, frame.tail);
  return text;
}

struct Fed {
  std::vector<std::string> frames;
  ParseError error = ParseError::kNone;
  size_t bytes_left = 0;  // neither consumed nor refused

  bool operator==(const Fed&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Fed& fed) {
  for (const std::string& frame : fed.frames) out << '[' << frame << "] ";
  return out << "error " << static_cast<int>(fed.error) << ", " << fed.bytes_left << " bytes left";
}

// Takes as many frames as `bytes` has. The bytes are copied to a place of just their size, so that
// an address sanitizer sees every step beyond them. Returns how many bytes are needed next.
inline size_t take_frames(std::string& kept, const ClientParserLimits& limits, Fed& fed) {
  const std::vector<char> bytes(kept.begin(), kept.end());
  const char* begin = bytes.data();
  const char* end = begin + bytes.size();
  size_t needed = 0;
  while (begin < end) {
    ClientFrame frame;
    const ParseResult result = parse_client_frame(begin, end, limits, frame);
    if (result.status == ParseStatus::kError) {
      fed.error = result.error;
      break;
    }
    if (result.status == ParseStatus::kIncomplete) {
      needed = result.bytes_needed;
      break;
    }
    fed.frames.push_back(describe(frame));
    begin += result.bytes_consumed;
  }
  kept.assign(begin, end);
  return needed;
}

// `ends`: where each piece ends, ascending; the last one is bytes.size(). What is left at the end is
// looked at once more, because a fault may be seen earlier than the frame's last byte. A frame that
// is found only then should have been found before: it is marked as late.
inline Fed feed(std::string_view bytes, const std::vector<size_t>& ends,
                const ClientParserLimits& limits) {
  Fed fed;
  std::string kept;
  size_t needed = 0;
  size_t start = 0;
  for (const size_t end : ends) {
    kept.append(bytes.substr(start, end - start));
    start = end;
    if (kept.size() < needed) continue;
    needed = take_frames(kept, limits, fed);
    if (fed.error != ParseError::kNone) return fed;
  }
  const size_t found_in_time = fed.frames.size();
  take_frames(kept, limits, fed);
  for (size_t i = found_in_time; i < fed.frames.size(); ++i) fed.frames[i] += " (late)";
  if (fed.error == ParseError::kNone) fed.bytes_left = kept.size();
  return fed;
}

inline Fed feed_whole(std::string_view bytes, const ClientParserLimits& limits) {
  return feed(bytes, {bytes.size()}, limits);
}

inline Fed feed_byte_by_byte(std::string_view bytes, const ClientParserLimits& limits) {
  std::vector<size_t> ends(bytes.size());
  for (size_t i = 0; i < ends.size(); ++i) ends[i] = i + 1;
  return feed(bytes, ends, limits);
}

}  // namespace antiphon
