#include "protocol/nats/message.h"

#include <cstring>

#include "protocol/bytes/decimal.h"
#include "protocol/nats/limits.h"

namespace antiphon {
namespace {

constexpr std::string_view kMsg = "MSG ";
constexpr std::string_view kHmsg = "HMSG ";
constexpr std::string_view kCrlf = "\r\n";

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// A reader without headers gets only the body, so its size differs and the tail cannot be used.
bool needs_stripping(const Message& message, bool with_headers) {
  return message.has_headers() && !with_headers;
}

size_t decimal_digits(uint64_t value) {
  char digits[kDecimalBytesMax];
  return static_cast<size_t>(write_decimal(digits, value) - digits);
}

size_t stripped_bytes(const Message& message, std::string_view sid) {
  const size_t body = message.body().size();
  const size_t reply = message.reply.empty() ? 0 : message.reply.size() + 1;
  return kMsg.size() + message.subject.size() + 1 + sid.size() + 1 + reply + decimal_digits(body) +
         kCrlfBytes + body + kCrlfBytes;
}

char* write_stripped(char* out, const Message& message, std::string_view sid) {
  out = put(out, kMsg);
  out = put(out, message.subject);
  *out++ = ' ';
  out = put(out, sid);
  *out++ = ' ';
  if (!message.reply.empty()) {
    out = put(out, message.reply);
    *out++ = ' ';
  }
  out = write_decimal(out, message.body().size());
  out = put(out, kCrlf);
  out = put(out, message.body());
  return put(out, kCrlf);
}

void build_tail(const ClientFrame& frame, std::string& scratch) {
  scratch.clear();
  if (!frame.reply.empty()) {
    scratch.append(frame.reply);
    scratch += ' ';
  }
  if (frame.header_bytes != 0) {
    append_decimal(scratch, frame.header_bytes);
    scratch += ' ';
  }
  append_decimal(scratch, frame.payload.size());
  scratch.append(kCrlf);
  scratch.append(frame.payload);
  scratch.append(kCrlf);
}

}  // namespace

Message message_of(const ClientFrame& frame, std::string& scratch) {
  Message message;
  message.subject = frame.subject;
  message.header_bytes = frame.header_bytes;
  // An HPUB with an empty header block is delivered as MSG, whose line has one number less.
  const bool repeatable = frame.verb == Verb::kPub || frame.header_bytes != 0;
  message.tail = repeatable ? frame.tail : std::string_view{};
  if (message.tail.empty()) {
    build_tail(frame, scratch);
    message.tail = scratch;
  }
  message.reply = message.tail.substr(0, frame.reply.size());
  message.payload = message.tail.substr(message.tail.size() - kCrlfBytes - frame.payload.size(),
                                        frame.payload.size());
  return message;
}

size_t message_prefix_bytes(const Message& message, std::string_view sid) {
  const size_t verb = message.has_headers() ? kHmsg.size() : kMsg.size();
  return verb + message.subject.size() + 1 + sid.size() + 1;
}

char* write_message_prefix(char* out, const Message& message, std::string_view sid) {
  out = put(out, message.has_headers() ? kHmsg : kMsg);
  out = put(out, message.subject);
  *out++ = ' ';
  out = put(out, sid);
  *out++ = ' ';
  return out;
}

size_t message_bytes(const Message& message, std::string_view sid, bool with_headers) {
  if (needs_stripping(message, with_headers)) return stripped_bytes(message, sid);
  return message_prefix_bytes(message, sid) + message.tail.size();
}

char* write_message(char* out, const Message& message, std::string_view sid, bool with_headers) {
  if (needs_stripping(message, with_headers)) return write_stripped(out, message, sid);
  return put(write_message_prefix(out, message, sid), message.tail);
}

void append_no_responders(std::string& out, std::string_view reply, std::string_view sid,
                          std::string_view subject) {
  constexpr std::string_view kStatus = "NATS/1.0 503\r\nNats-Subject: ";
  const size_t bytes = kStatus.size() + subject.size() + 2 * kCrlfBytes;
  out.append(kHmsg).append(reply).append(" ").append(sid).append(" ");
  append_decimal(out, bytes);
  out += ' ';
  append_decimal(out, bytes);
  out.append(kCrlf).append(kStatus).append(subject).append(kCrlf).append(kCrlf).append(kCrlf);
}

}  // namespace antiphon
