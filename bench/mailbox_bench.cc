// What a message costs on its way from one shard to another.
#include <absl/strings/str_cat.h>
#include <benchmark/benchmark.h>

#include <atomic>
#include <string>
#include <thread>

#include "bench/figures.h"
#include "broker/runtime/spsc_ring.h"
#include "broker/session/mesh.h"
#include "protocol/bytes/check.h"
#include "protocol/nats/client_parser.h"

namespace antiphon::bench {
namespace {

constexpr size_t kBurst = 64;
constexpr ShardId kFrom{0};
constexpr ShardId kTo{1};

// In and out on one thread: the ring's own arithmetic.
void ring_one_thread(benchmark::State& state) {
  SpscRing<uint64_t> ring(Mesh::kRingMessages);
  uint64_t sent = 0;
  uint64_t taken = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < kBurst; ++i) AP_CHECK(ring.try_push(uint64_t{sent++}));
    for (uint64_t value; ring.try_pop(value);) AP_CHECK(value == taken++);
  }
  AP_CHECK(sent == taken);
  report_per_item(state, "message", kBurst);
}
BENCHMARK(ring_one_thread);

// Sends back whatever comes. Yields when there is nothing: the other thread may need the core.
class Echo {
 public:
  Echo() : thread_([this] { run(); }) {}
  ~Echo() {
    stop_.store(true, std::memory_order_relaxed);  // orders nothing: the join does
    thread_.join();
  }

  SpscRing<uint64_t> there{Mesh::kRingMessages};
  SpscRing<uint64_t> back{Mesh::kRingMessages};

 private:
  void run() {
    while (!stop_.load(std::memory_order_relaxed)) {
      uint64_t value;
      if (there.try_pop(value)) {
        AP_CHECK(back.try_push(std::move(value)));
      } else {
        std::this_thread::yield();
      }
    }
  }

  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// There and back between two threads that never sleep, `messages` at once.
void ring_two_threads(benchmark::State& state) {
  const auto messages = static_cast<size_t>(state.range(0));
  Echo echo;
  uint64_t sent = 0;
  uint64_t taken = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < messages; ++i) AP_CHECK(echo.there.try_push(uint64_t{sent++}));
    while (taken < sent) {
      uint64_t value;
      if (echo.back.try_pop(value)) {
        AP_CHECK(value == taken++);
      } else {
        std::this_thread::yield();
      }
    }
  }
  report_per_item(state, "message", messages);
}
BENCHMARK(ring_two_threads)->ArgName("messages")->Arg(1)->Arg(kBurst)->UseRealTime();

// A batch as a publisher's shard makes it, handed over, looked through and freed by the other.
void mesh_hop(benchmark::State& state) {
  const auto messages = static_cast<size_t>(state.range(0));
  const std::string line =
      absl::StrCat("PUB mcollective.node.n17 128\r\n", std::string(128, 'x'), "\r\n");
  ClientFrame frame;
  AP_CHECK(parse_client_frame(line.data(), line.data() + line.size(), {}, frame).status ==
           ParseStatus::kFrame);
  std::string scratch;
  const Message message = message_of(frame, scratch);
  Mesh mesh(2);
  MeshPort sender(mesh, kFrom);
  MeshPort receiver(mesh, kTo);
  size_t bytes = 0;
  const auto take = [&bytes](ShardId from, MeshMessage& received) {
    AP_CHECK(from == kFrom);
    MessageBatch* batch = std::get<DeliverBatch>(received).batch;
    for (size_t i = 0; i < batch->count(); ++i) bytes += batch->message(i).payload.size();
    release(batch);
  };
  for (auto _ : state) {
    auto* batch = new MessageBatch;
    for (size_t i = 0; i < messages; ++i) batch->add(kGlobalAccount, message, mask_of(kTo));
    batch->holders.store(1, std::memory_order_relaxed);  // the ring's release publishes it
    sender.send(kTo, DeliverBatch{batch});
    sender.flush();
    AP_CHECK(!receiver.receive(kBurst, take) && receiver.empty());
  }
  AP_CHECK(bytes == messages * message.payload.size() * static_cast<size_t>(state.iterations()));
  report_per_item(state, "message", messages);
}
BENCHMARK(mesh_hop)->ArgName("messages")->Arg(1)->Arg(kBurst)->Arg(400);

}  // namespace
}  // namespace antiphon::bench
