// What a shard pays to take a full read buffer apart, by kind and size of the frames in it.
#include "protocol/nats/client_parser.h"

#include <absl/strings/str_cat.h>
#include <benchmark/benchmark.h>

#include <string>

#include "bench/figures.h"
#include "broker/buffer/buffer_limits.h"
#include "protocol/bytes/check.h"

namespace antiphon::bench {
namespace {

constexpr const char* kSubject = "mcollective.reply.0123456789abcdef.17";

std::string pub(size_t payload_bytes) {
  return absl::StrCat("PUB ", kSubject, " ", payload_bytes, "\r\n", std::string(payload_bytes, 'x'),
                      "\r\n");
}

std::string hpub(size_t payload_bytes) {
  const std::string headers = "NATS/1.0\r\nTrace: 0123456789abcdef\r\n\r\n";
  return absl::StrCat("HPUB ", kSubject, " ", headers.size(), " ", headers.size() + payload_bytes,
                      "\r\n", headers, std::string(payload_bytes, 'x'), "\r\n");
}

std::string sub() {
  return absl::StrCat("SUB ", kSubject, " 17\r\n");
}

// As many whole frames as one read brings.
std::string read_buffer(const std::string& frame) {
  std::string buffer;
  while (buffer.size() + frame.size() <= kReadBytesMax) buffer += frame;
  return buffer;
}

// Parses everything in `buffer`; returns how many frames there were.
size_t parse_all(const std::string& buffer, ClientFrame& frame) {
  const ClientParserLimits limits;
  const char* at = buffer.data();
  const char* end = at + buffer.size();
  size_t frames = 0;
  while (at < end) {
    const ParseResult result = parse_client_frame(at, end, limits, frame);
    if (result.status != ParseStatus::kFrame) return frames;
    at += result.bytes_consumed;
    ++frames;
    benchmark::DoNotOptimize(frame);
  }
  return frames;
}

void parse_client(benchmark::State& state, const std::string& text, Verb verb,
                  size_t payload_bytes) {
  const std::string buffer = read_buffer(text);
  const size_t frames = buffer.size() / text.size();
  ClientFrame frame;
  AP_CHECK(parse_all(buffer, frame) == frames);
  AP_CHECK(frame.verb == verb && frame.subject == kSubject);
  AP_CHECK(frame.payload.size() - frame.header_bytes == payload_bytes);
  for (auto _ : state) benchmark::DoNotOptimize(parse_all(buffer, frame));
  report_per_item(state, "frame", frames);
  report_bytes(state, buffer.size());
}
BENCHMARK_CAPTURE(parse_client, pub_16, pub(16), Verb::kPub, 16);
BENCHMARK_CAPTURE(parse_client, pub_128, pub(128), Verb::kPub, 128);
BENCHMARK_CAPTURE(parse_client, pub_1024, pub(1024), Verb::kPub, 1024);
BENCHMARK_CAPTURE(parse_client, hpub_128, hpub(128), Verb::kHpub, 128);
BENCHMARK_CAPTURE(parse_client, sub, sub(), Verb::kSub, 0);

}  // namespace
}  // namespace antiphon::bench
