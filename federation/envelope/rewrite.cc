#include "federation/envelope/rewrite.h"

#include <cstring>


namespace antiphon::federation {
namespace {

// Names, quotes and punctuation of everything that occurs once, and of one hop.
constexpr size_t kSkeletonBytes = 256;
constexpr size_t kHopBytes = 16;
constexpr std::string_view kEmptyText = "\"\"";

class Writer {
 public:
  explicit Writer(char* out) : begin_(out), out_(out) {}

  void put(std::string_view text) {
    std::memcpy(out_, text.data(), text.size());
    out_ += text.size();
  }
  void put(char c) { *out_++ = c; }
  // A comma unless it is the object's first, then the name.
  void name(std::string_view text) {
    if (out_[-1] != '{') put(',');
    put('"');
    put(text);
    put("\":");
  }
  void quoted(std::string_view text) {
    put('"');
    put(text);
    put('"');
  }
  size_t bytes() const { return static_cast<size_t>(out_ - begin_); }

 private:
  char* const begin_;
  char* out_;
};

std::string_view or_empty(std::string_view quoted) {
  return quoted.empty() ? kEmptyText : quoted;
}

void put_hops(const TransportView& transport, std::string_view hop, Writer& out) {
  out.put('[');
  for (const HopView& earlier : transport.hops) {
    out.put('[');
    out.put(or_empty(earlier.in));
    out.put(',');
    out.put(or_empty(earlier.processor));
    out.put(',');
    out.put(or_empty(earlier.out));
    out.put("],");
  }
  out.put(hop);
  out.put(']');
}

// Everything up to the federation header.
void put_begin(const TransportView& transport, std::string_view reply_to, std::string_view hop,
               Writer& out) {
  const choria::TransportNames& names = names_of(transport.version);
  out.put("{\"protocol\":\"");
  out.put(names.protocol);
  out.put("\",\"data\":\"");
  out.put(transport.data);
  out.put("\",\"headers\":{");
  if (!reply_to.empty()) {
    out.name(names.headers[0]);
    out.quoted(reply_to);
  }
  if (!transport.sender.empty()) {
    out.name(names.headers[1]);
    out.put(transport.sender);
  }
  out.name(names.headers[2]);
  put_hops(transport, hop, out);
}

}  // namespace

size_t rewritten_bytes_max(const TransportView& transport, std::string_view hop,
                           std::string_view reply_subject) {
  size_t bytes = kSkeletonBytes + transport.data.size() + transport.sender.size() +
                 transport.reply_to.size() + transport.request_id.size() + hop.size() +
                 reply_subject.size();
  for (const HopView& earlier : transport.hops) {
    bytes += kHopBytes + earlier.in.size() + earlier.processor.size() + earlier.out.size();
  }
  return bytes;
}

size_t write_request(const TransportView& transport, std::string_view hop,
                     std::string_view reply_subject, char* out) {
  Writer writer(out);
  put_begin(transport, reply_subject, hop, writer);
  const choria::TransportNames& names = names_of(transport.version);
  writer.name(names.headers[3]);
  writer.put('{');
  if (!transport.request_id.empty()) {
    writer.name(names.federation[0]);
    writer.put(transport.request_id);
  }
  writer.name(names.federation[1]);
  writer.quoted(transport.reply_to);
  writer.put("}}}");
  return writer.bytes();
}

size_t write_reply(const TransportView& transport, std::string_view hop, char* out) {
  Writer writer(out);
  put_begin(transport, transport.reply_to, hop, writer);
  writer.put("}}");
  return writer.bytes();
}

}  // namespace antiphon::federation
