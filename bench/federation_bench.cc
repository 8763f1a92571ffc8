// What a federation broker does with one message, but for sending it: scan, judge, rewrite,
// remember.
#include <absl/strings/str_cat.h>
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "federation/envelope/admit.h"
#include "federation/envelope/replay_window.h"
#include "federation/envelope/rewrite.h"
#include "federation/memory/asked_requests.h"
#include "federation/relay/last_request.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"

namespace antiphon::bench {
namespace {

using namespace federation;

constexpr std::string_view kReplySubject = "choria.federation.dc1.collective";
// A signed request of version 1 with its certificate.
constexpr size_t kDataBytes = 3000;

std::string request(size_t targets) {
  std::string list;
  for (size_t i = 0; i < targets; ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ",", "\"mcollective.node.node", i, ".example.net\"");
  }
  return absl::StrCat(
      R"({"protocol":"choria:transport:1","data":")", base64(std::string(kDataBytes, '{')),
      R"(","headers":{"reply-to":"mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c6d6e","mc_sender":"bastion.example.net","seen-by":[["nats://fed1:4222","bastion.example.net","nats://fed1:4222"]],"federation":{"req":"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11","target":[)",
      list, "]}}}");
}

struct Transform {
  Admission admission{.own_hops = OwnHops("fed1")};
  std::string hop = hop_text(Direction::kRequest, "fed1", "nats://a:4222", "nats://b:4222");
  TransportView view;
  std::vector<char> out;

  size_t run(std::string_view message) {
    AP_CHECK(scan_transport(message, {}, view) == Refusal::kNone);
    AP_CHECK(admit_request(view, admission) == Refusal::kNone);
    out.resize(rewritten_bytes_max(view, hop, kReplySubject));
    return write_request(view, hop, kReplySubject, out.data());
  }
};

void federation_scan(benchmark::State& state) {
  const std::string message = request(static_cast<size_t>(state.range(0)));
  TransportView view;
  for (auto _ : state) {
    AP_CHECK(scan_transport(message, {}, view) == Refusal::kNone);
    benchmark::DoNotOptimize(view.targets.data());
  }
  report_per_item(state, "message", 1);
  report_bytes(state, message.size());
}
BENCHMARK(federation_scan)->Arg(1)->Arg(200);

void federation_request(benchmark::State& state) {
  const std::string message = request(static_cast<size_t>(state.range(0)));
  Transform transform;
  AP_CHECK(transform.run(message) > kDataBytes);
  for (auto _ : state) benchmark::DoNotOptimize(transform.run(message));
  report_per_item(state, "message", 1);
  report_bytes(state, message.size());
}
BENCHMARK(federation_request)->Arg(1)->Arg(200);

void federation_replay_window(benchmark::State& state) {
  const auto targets = static_cast<size_t>(state.range(0));
  const std::string message = request(targets);
  Transform transform;
  transform.run(message);
  ReplayWindow window(1 << 20, 120'000, 1);
  std::string data(transform.view.data);
  std::vector<std::string_view> asked;
  uint64_t number = 0;
  for (auto _ : state) {
    std::memcpy(data.data(), &++number, sizeof number);
    asked.assign(transform.view.targets.begin(), transform.view.targets.end());
    AP_CHECK(window.leave_out_known(data, asked, 0) == 0);
  }
  report_per_item(state, "target", targets);
}
BENCHMARK(federation_replay_window)->Arg(1)->Arg(200);

// What a reply is held against: one of so many requests.
void federation_asked_find(benchmark::State& state) {
  const auto requests = static_cast<size_t>(state.range(0));
  constexpr std::string_view kAsker =
      "mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c6d6e9a9a4a0b8a77d1f0c36d7c11";
  AskedRequests asked(1 << 16);
  std::vector<std::string> ids;
  for (size_t i = 0; i < requests; ++i) {
    ids.push_back(absl::StrCat("\"8b2c6d6e9a9a4a0b8a77d1f0", 10'000'000 + i, "\""));
    asked.note(asked.key_of(ids.back(), kAsker), 0);
  }
  size_t next = 0;
  for (auto _ : state) {
    AP_CHECK(asked.find(asked.key_of(ids[next], kAsker), 1) == AskedBy::kAsker);
    if (++next == requests) next = 0;
  }
  report_per_item(state, "reply", 1);
}
BENCHMARK(federation_asked_find)->Arg(1)->Arg(1000)->Arg(20000);

// The second of a request's two copies.
void federation_twin(benchmark::State& state) {
  const std::string message = request(static_cast<size_t>(state.range(0)));
  const std::string again = message;
  LastRequest last;
  for (auto _ : state) {
    AP_CHECK(last.keep(LastRequest::Kind::kCopy, message));
    AP_CHECK(last.is(LastRequest::Kind::kCopy, again));
  }
  report_per_item(state, "message", 1);
  report_bytes(state, message.size());
}
BENCHMARK(federation_twin)->Arg(1)->Arg(200);

}  // namespace
}  // namespace antiphon::bench
