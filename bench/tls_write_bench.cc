// What TLS adds to output: encryption and one system call for each record.
//
// MODEL: a socket pair inside the process. The other end's bytes are thrown away without being
// decrypted, outside the measured time; that they are what was written is checked once before.
#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <chrono>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "protocol/bytes/check.h"
#include "tests/unit/broker/net/tls_world.h"

namespace antiphon::bench {
namespace {

constexpr size_t kWrittenAtOnce = 64 * 1024;  // what a flush has at most
constexpr int kSocketBytes = 1 << 20;         // more than that with the records' own bytes

// An established connection; one end is the server's stream.
class TlsPair {
 public:
  TlsPair() {
    AP_CHECK(::setsockopt(sockets_.server.get(), SOL_SOCKET, SO_SNDBUF, &kSocketBytes,
                          sizeof kSocketBytes) == 0);
    const Identity identity("bench");
    const auto server = TlsContext::server(identity.settings());
    const auto client = TlsContext::client(identity.settings());
    AP_CHECK(server.ok() && client.ok());
    SslPtr near((*server)->new_connection(sockets_.server.get()));
    SslPtr far((*client)->new_connection(sockets_.client.get()));
    AP_CHECK(shake_hands(near.get(), far.get()));
    server_ = std::make_unique<TlsStream>(std::move(near));
    client_ = std::make_unique<TlsStream>(std::move(far));
  }

  IoResult write(const std::vector<iovec>& pieces) {
    return server_->write(pieces.data(), pieces.size());
  }
  // What the client gets. REQUIRES: nothing was discarded yet.
  std::string read_decrypted() {
    std::string all;
    std::string room(kWrittenAtOnce, '\0');
    while (true) {
      const IoResult result = client_->read(room.data(), room.size());
      if (result.status != IoStatus::kDone) return all;
      all.append(room, 0, result.bytes);
    }
  }
  // Throws away what was sent to the client; it can decrypt nothing afterwards.
  void discard() {
    char room[kWrittenAtOnce];
    while (::recv(sockets_.client.get(), room, sizeof room, 0) > 0) {
    }
  }

 private:
  SocketPair sockets_;
  std::unique_ptr<TlsStream> server_;
  std::unique_ptr<TlsStream> client_;
};

// Writes `text` in pieces of this size, again and again.
void write_pieces(benchmark::State& state, const std::string& text, size_t piece_bytes) {
  std::string bytes = text;
  std::vector<iovec> pieces;
  for (size_t at = 0; at < bytes.size(); at += piece_bytes) {
    pieces.push_back({bytes.data() + at, piece_bytes});
  }
  TlsPair pair;
  AP_CHECK(pair.write(pieces).bytes == bytes.size());
  AP_CHECK(pair.read_decrypted() == bytes);
  using Clock = std::chrono::steady_clock;
  for (auto _ : state) {
    const Clock::time_point begin = Clock::now();
    const IoResult result = pair.write(pieces);
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - begin).count());
    AP_CHECK(result.status == IoStatus::kDone && result.bytes == bytes.size());
    pair.discard();
  }
  report_per_item(state, "piece", pieces.size());
  report_bytes(state, bytes.size());
}

void tls_write(benchmark::State& state) {
  std::string text;
  while (text.size() < kWrittenAtOnce) text += "0123456789abcdef";
  write_pieces(state, text, static_cast<size_t>(state.range(0)));
}
BENCHMARK(tls_write)
    ->ArgName("piece_bytes")
    ->Arg(128)
    ->Arg(1024)
    ->Arg(16 * 1024)
    ->Arg(kWrittenAtOnce)
    ->UseManualTime();

}  // namespace
}  // namespace antiphon::bench
