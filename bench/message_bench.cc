// What the line of one reader costs: its prefix alone, and the whole of it with the payload.
#include "protocol/nats/message.h"

#include <absl/strings/str_cat.h>
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/figures.h"
#include "protocol/bytes/check.h"
#include "protocol/nats/client_parser.h"

namespace antiphon::bench {
namespace {

constexpr const char* kSubject = "mcollective.broadcast.agent.discovery";
constexpr const char* kReply = "mcollective.reply.0123456789abcdef.17";
constexpr const char* kHeaders = "NATS/1.0\r\nTrace: 0123456789abcdef\r\n\r\n";
constexpr const char* kSid = "17";

// A message as the parser hands it over; it points into `line`, which lives as long.
struct Published {
  explicit Published(std::string published) : line(std::move(published)) {
    ClientFrame frame;
    const ParseResult result =
        parse_client_frame(line.data(), line.data() + line.size(), {}, frame);
    AP_CHECK(result.status == ParseStatus::kFrame);
    message = message_of(frame, scratch);
  }
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  std::string line;
  std::string scratch;
  Message message;
};

std::string pub_line(size_t payload_bytes) {
  return absl::StrCat("PUB ", kSubject, " ", kReply, " ", payload_bytes, "\r\n",
                      std::string(payload_bytes, 'x'), "\r\n");
}

std::string hpub_line(size_t payload_bytes) {
  const std::string headers = kHeaders;
  return absl::StrCat("HPUB ", kSubject, " ", kReply, " ", headers.size(), " ",
                      headers.size() + payload_bytes, "\r\n", headers,
                      std::string(payload_bytes, 'x'), "\r\n");
}

void write_prefix(benchmark::State& state) {
  const Published published(pub_line(16));
  std::vector<char> out(message_prefix_bytes(published.message, kSid));
  const char* end = write_message_prefix(out.data(), published.message, kSid);
  const std::string expected = absl::StrCat("MSG ", kSubject, " ", kSid, " ");
  AP_CHECK(std::string_view(out.data(), static_cast<size_t>(end - out.data())) == expected);
  for (auto _ : state) {
    benchmark::DoNotOptimize(write_message_prefix(out.data(), published.message, kSid));
    benchmark::ClobberMemory();
  }
  report_per_item(state, "message", 1);
}
BENCHMARK(write_prefix);

void write_line(benchmark::State& state, const Published& published, bool with_headers,
                const std::string& expected) {
  std::vector<char> out(message_bytes(published.message, kSid, with_headers));
  const char* end = write_message(out.data(), published.message, kSid, with_headers);
  AP_CHECK(std::string_view(out.data(), static_cast<size_t>(end - out.data())) == expected);
  for (auto _ : state) {
    benchmark::DoNotOptimize(write_message(out.data(), published.message, kSid, with_headers));
    benchmark::ClobberMemory();
  }
  report_per_item(state, "message", 1);
  report_bytes(state, out.size());
}

std::string msg_line(size_t payload_bytes) {
  return absl::StrCat("MSG ", kSubject, " ", kSid, " ", kReply, " ", payload_bytes, "\r\n",
                      std::string(payload_bytes, 'x'), "\r\n");
}

void write_msg(benchmark::State& state) {
  const auto payload_bytes = static_cast<size_t>(state.range(0));
  write_line(state, Published(pub_line(payload_bytes)), true, msg_line(payload_bytes));
}
BENCHMARK(write_msg)->Arg(16)->Arg(128)->Arg(1024);

void write_hmsg(benchmark::State& state) {
  const std::string line = hpub_line(128);
  const std::string tail = line.substr(line.find(kReply));
  write_line(state, Published(line), true, absl::StrCat("HMSG ", kSubject, " ", kSid, " ", tail));
}
BENCHMARK(write_hmsg);

// For a reader that does not know headers the line is made anew, without them.
void write_msg_without_headers(benchmark::State& state) {
  write_line(state, Published(hpub_line(128)), false, msg_line(128));
}
BENCHMARK(write_msg_without_headers);

}  // namespace
}  // namespace antiphon::bench
