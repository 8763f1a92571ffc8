// What one full handshake costs the server: mutual TLS with RSA-2048, as a fleet's nodes do it.
//
// MODEL: both ends in one thread; only the server's steps count, in CPU time. The certificates
// vouch for themselves, so that one check of an authority's signature (a few per cent) is missing.
// SEE: bench/compare --handshake-us takes this figure for the targets of storms.
#include <benchmark/benchmark.h>
#include <time.h>

#include "protocol/bytes/check.h"
#include "tests/unit/broker/net/tls_world.h"
#include "tests/unit/throwaway_identity.h"

namespace antiphon::bench {
namespace {

constexpr int kRoundsMax = 10;

double thread_cpu_s() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Returns the server's seconds; below zero when the two did not come to an end.
double handshake_s(SSL* server, SSL* client) {
  double server_s = 0;
  for (int i = 0; i < kRoundsMax; ++i) {
    const int from_client = ::SSL_do_handshake(client);
    const double begin_s = thread_cpu_s();
    const int from_server = ::SSL_do_handshake(server);
    server_s += thread_cpu_s() - begin_s;
    if (from_client == 1 && from_server == 1) return server_s;
  }
  return -1;
}

void tls_handshake(benchmark::State& state) {
  const ThrowawayIdentity identity("bench", "DNS:localhost", ThrowawayIdentity::Key::kRsa);
  TlsSettings settings;
  settings.cert_file = identity.cert_file;
  settings.key_file = identity.key_file;
  settings.ca_file = identity.cert_file;
  settings.verify = true;
  const auto server = TlsContext::server(settings);
  const auto client = TlsContext::client(settings);
  AP_CHECK(server.ok() && client.ok());
  for (auto _ : state) {
    const SocketPair sockets;
    const SslPtr near((*server)->new_connection(sockets.server.get()));
    const SslPtr far((*client)->new_connection(sockets.client.get()));
    const double seconds = handshake_s(near.get(), far.get());
    AP_CHECK(seconds > 0 && ::SSL_get0_peer_certificate(near.get()) != nullptr);
    AP_CHECK(::SSL_session_reused(near.get()) == 0);
    state.SetIterationTime(seconds);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(tls_handshake)->UseManualTime();

}  // namespace
}  // namespace antiphon::bench
