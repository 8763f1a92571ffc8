#include "broker/net/handshake_pool.h"

#include <poll.h>

#include <chrono>
#include <future>
#include <thread>

#include "broker/net/client_patience.h"
#include "broker/runtime/clock.h"
#include "tests/unit/broker/net/tls_world.h"

namespace antiphon {
namespace {

using Result = HandshakeOutcome::Result;

class HandshakePoolTest : public testing::Test {
 protected:
  HandshakePoolTest() : context_(*TlsContext::server(identity_.settings())) {}

  HandshakeRequest request(std::promise<HandshakeOutcome>& promise) {
    HandshakeRequest request;
    request.descriptor = std::move(pair_.server);
    request.context = context_;
    request.timeout_ms = 20'000;
    request.done = [&promise](HandshakeOutcome outcome) { promise.set_value(std::move(outcome)); };
    return request;
  }
  static HandshakeOutcome wait_for(std::promise<HandshakeOutcome>& promise) {
    auto future = promise.get_future();
    EXPECT_EQ(future.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    return future.get();
  }
  // The pool's only thread stands in a callback until `release` is set.
  void hold_up(HandshakePool& pool, std::promise<void>& release) {
    // Shared: it may be destroyed only after set_value() has returned.
    const auto entered = std::make_shared<std::promise<void>>();
    HandshakeRequest first;
    first.context = context_;
    first.done = [entered, released = release.get_future()](HandshakeOutcome) mutable {
      entered->set_value();
      released.wait();
    };
    pool.submit(std::move(first));
    entered->get_future().wait();
  }
  // So many clients that have said hello and say no more.
  std::vector<SocketPair> submit_hellos(HandshakePool& pool, size_t count) {
    const auto context = TlsContext::client(identity_.settings());
    std::vector<SocketPair> pairs(count);
    for (SocketPair& pair : pairs) {
      const SslPtr hello((*context)->new_connection(pair.client.get()));
      ::SSL_do_handshake(hello.get());
      HandshakeRequest one;
      one.descriptor = std::move(pair.server);
      one.context = context_;
      one.timeout_ms = 20'000;
      one.done = [](HandshakeOutcome) {};
      pool.submit(std::move(one));
    }
    return pairs;
  }
  static constexpr int64_t kSlowTimeoutMs = 400;
  // What comes of a client that stands still for a while after its hello.
  Result shake_slowly(HandshakePool& pool, int64_t timeout_ms, int64_t pause_ms) {
    pair_ = SocketPair();
    std::promise<HandshakeOutcome> promise;
    HandshakeRequest slow = request(promise);
    slow.timeout_ms = timeout_ms;
    const SslPtr client = new_client();
    ::SSL_do_handshake(client.get());  // the hello; nobody answers it yet
    pool.submit(std::move(slow));
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
    finish_as_client(*client);
    return wait_for(promise).result;
  }
  static constexpr int64_t kSilentTimeoutMs = 100;
  static constexpr int64_t kSilentMaxMs = 500;  // within HandshakeWorker::kCrowdMs
  // After how long a client that says nothing is cut off.
  int64_t silent_for_ms(HandshakePool& pool, int64_t max_ms = kSilentMaxMs) {
    HandshakeRequest silent = request(promise_);
    silent.timeout_ms = kSilentTimeoutMs;
    silent.silent_max_ms = max_ms;
    const int64_t came_ms = steady_now().ms();
    pool.submit(std::move(silent));
    EXPECT_EQ(wait_for(promise_).result, Result::kTimedOut);
    return steady_now().ms() - came_ms;
  }
  // The client's side of a handshake, on this thread.
  SslPtr shake_as_client() {
    SslPtr client = new_client();
    return finish_as_client(*client) ? std::move(client) : nullptr;
  }
  SslPtr new_client() {
    const auto context = TlsContext::client(identity_.settings());
    return SslPtr((*context)->new_connection(pair_.client.get()));
  }
  bool finish_as_client(SSL& client) {
    while (true) {
      const int code = ::SSL_do_handshake(&client);
      if (code == 1) return true;
      const int error = ::SSL_get_error(&client, code);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
      constexpr int kTooLongMs = 20'000;
      pollfd one{pair_.client.get(), POLLIN, 0};
      if (::poll(&one, 1, kTooLongMs) != 1) return false;
    }
  }

  Identity identity_{"pool"};
  std::shared_ptr<const TlsContext> context_;
  SocketPair pair_;
  std::promise<HandshakeOutcome> promise_;
};

TEST_F(HandshakePoolTest, EstablishesAConnectionThatCanBeUsed) {
  HandshakePool pool(2);
  pool.submit(request(promise_));
  const SslPtr client = shake_as_client();
  ASSERT_NE(client, nullptr);
  HandshakeOutcome outcome = wait_for(promise_);
  EXPECT_EQ(outcome.result, Result::kEstablished);
  ASSERT_NE(outcome.connection, nullptr);
  EXPECT_GE(outcome.descriptor.get(), 0);
  TlsStream stream(std::move(outcome.connection));
  EXPECT_EQ(::SSL_write(client.get(), "hi", 2), 2);
  char room[8];
  const IoResult result = stream.read(room, sizeof room);
  EXPECT_EQ(std::string(room, result.bytes), "hi");
}

TEST_F(HandshakePoolTest, TellsWhenTheClientSpeaksPlainlyIfItMay) {
  HandshakePool pool(1);
  HandshakeRequest sniffing = request(promise_);
  sniffing.sniff = true;
  pool.submit(std::move(sniffing));
  ASSERT_EQ(::write(pair_.client.get(), "CONNECT {}\r\n", 12), 12);
  const HandshakeOutcome outcome = wait_for(promise_);
  EXPECT_EQ(outcome.result, Result::kPlain);
  EXPECT_EQ(outcome.connection, nullptr);
  char room[32];
  EXPECT_EQ(::read(outcome.descriptor.get(), room, sizeof room), 12) << "nothing was taken";
}

TEST_F(HandshakePoolTest, FailsWhenTheClientSpeaksPlainlyAndMayNot) {
  HandshakePool pool(1);
  pool.submit(request(promise_));
  ASSERT_EQ(::write(pair_.client.get(), "CONNECT {}\r\n", 12), 12);
  const HandshakeOutcome outcome = wait_for(promise_);
  EXPECT_EQ(outcome.result, Result::kFailed);
  EXPECT_FALSE(outcome.error.empty());
  EXPECT_GE(outcome.descriptor.get(), 0) << "the caller says goodbye";
}

TEST_F(HandshakePoolTest, SniffingStillEstablishesTls) {
  HandshakePool pool(1);
  HandshakeRequest sniffing = request(promise_);
  sniffing.sniff = true;
  pool.submit(std::move(sniffing));
  EXPECT_NE(shake_as_client(), nullptr);
  EXPECT_EQ(wait_for(promise_).result, Result::kEstablished);
}

TEST_F(HandshakePoolTest, FailsWhenTheClientGoes) {
  HandshakePool pool(1);
  pool.submit(request(promise_));
  pair_.client.reset();
  const HandshakeOutcome outcome = wait_for(promise_);
  EXPECT_EQ(outcome.result, Result::kFailed);
  EXPECT_EQ(outcome.error, "connection lost");
}

TEST_F(HandshakePoolTest, WaitsNoLongerThanItsDeadline) {
  HandshakePool pool(1);
  HandshakeRequest hurried = request(promise_);
  hurried.timeout_ms = 30;
  pool.submit(std::move(hurried));
  EXPECT_EQ(wait_for(promise_).result, Result::kTimedOut);
}

TEST_F(HandshakePoolTest, AHandshakeThatStopsHalfwayTimesOut) {
  HandshakePool pool(1);
  HandshakeRequest hurried = request(promise_);
  hurried.timeout_ms = 50;
  hurried.first_byte_ms = 20'000;
  pool.submit(std::move(hurried));
  ASSERT_EQ(::write(pair_.client.get(), "\x16\x03\x01", 3), 3);
  EXPECT_EQ(wait_for(promise_).result, Result::kTimedOut);
}

TEST_F(HandshakePoolTest, OneThatIsSlowGetsMoreTimeInACrowdThatIs) {
  HandshakePool pool(1);
  const auto crowd = submit_hellos(pool, HandshakeWorker::kCrowdMin);
  for (int i = 0; i < 8; ++i) {
    ASSERT_EQ(shake_slowly(pool, 20'000, kSlowTimeoutMs * 3 / 4), Result::kEstablished);
  }
  EXPECT_EQ(shake_slowly(pool, kSlowTimeoutMs, kSlowTimeoutMs * 5 / 2), Result::kEstablished);
  EXPECT_EQ(shake_slowly(pool, kSlowTimeoutMs, kSlowTimeoutMs * 7), Result::kTimedOut);
}

TEST_F(HandshakePoolTest, ThoseThatStandStillProlongNothing) {
  HandshakePool pool(1);
  const auto crowd = submit_hellos(pool, HandshakeWorker::kCrowdMin);
  EXPECT_EQ(shake_slowly(pool, kSlowTimeoutMs, kSlowTimeoutMs * 5 / 2), Result::kTimedOut);
}

TEST_F(HandshakePoolTest, ASilentClientGetsMoreTimeInACrowd) {
  HandshakePool pool(1);
  const auto crowd = submit_hellos(pool, HandshakeWorker::kCrowdMin);
  EXPECT_GE(silent_for_ms(pool), kSilentMaxMs - kSilentTimeoutMs);
}

TEST_F(HandshakePoolTest, AlsoInACrowdThatIsServedAtOnce) {
  HandshakePool pool(1);
  // None of them is under way any more when the silent one's time is over.
  { const auto crowd = submit_hellos(pool, HandshakeWorker::kCrowdMin); }
  EXPECT_GE(silent_for_ms(pool), kSilentMaxMs - kSilentTimeoutMs);
}

TEST_F(HandshakePoolTest, NotBesideAFew) {
  HandshakePool pool(1);
  { const auto few = submit_hellos(pool, HandshakeWorker::kCrowdMin - 1); }
  constexpr int64_t kLongMs = 20'000;
  EXPECT_LT(silent_for_ms(pool, kLongMs), kLongMs / 2);
}

TEST_F(HandshakePoolTest, TellsOfAClientThatSaysNothingWithinItsTime) {
  HandshakePool pool(1);
  HandshakeRequest patient = request(promise_);
  patient.first_byte_ms = 30;
  pool.submit(std::move(patient));
  const HandshakeOutcome outcome = wait_for(promise_);
  EXPECT_EQ(outcome.result, Result::kSilent);
  EXPECT_GE(outcome.descriptor.get(), 0);
}

TEST_F(HandshakePoolTest, GivesBackWhatIsUnderWayWhenItEnds) {
  auto pool = std::make_unique<HandshakePool>(2);
  pool->submit(request(promise_));
  pool.reset();
  const HandshakeOutcome outcome = wait_for(promise_);
  EXPECT_EQ(outcome.result, Result::kStopped);
  EXPECT_GE(outcome.descriptor.get(), 0);
}

TEST_F(HandshakePoolTest, FailsOnADescriptorThatCannotBePolled) {
  HandshakePool pool(1);
  HandshakeRequest broken = request(promise_);
  broken.descriptor.reset();
  pool.submit(std::move(broken));
  EXPECT_EQ(wait_for(promise_).result, Result::kFailed);
}

TEST_F(HandshakePoolTest, RefusesMoreThanItsBoundAtOnce) {
  std::promise<void> release;
  std::atomic<size_t> refused{0};
  std::atomic<size_t> failed{0};
  {
    HandshakePool pool(1);
    hold_up(pool, release);
    for (size_t i = 0; i < HandshakeWorker::kWaitingMax + 3; ++i) {
      HandshakeRequest more;
      more.context = context_;
      more.done = [&](HandshakeOutcome outcome) {
        (outcome.result == Result::kFull ? refused : failed)++;
      };
      pool.submit(std::move(more));
    }
    EXPECT_EQ(refused.load(), 3u);
    release.set_value();
  }
  EXPECT_EQ(refused + failed, HandshakeWorker::kWaitingMax + 3);
}

TEST_F(HandshakePoolTest, SpendsNothingOnClientsThatLeaveBeforeTheirTurn) {
  std::promise<void> release;
  HandshakePool pool(1);
  hold_up(pool, release);  // while the clients say hello and go
  const auto context = TlsContext::client(identity_.settings());
  constexpr uint64_t kClients = 20;
  std::atomic<uint64_t> lost{0};
  std::promise<void> all;
  for (uint64_t i = 0; i < kClients; ++i) {
    SocketPair pair;
    SslPtr hello((*context)->new_connection(pair.client.get()));
    ::SSL_do_handshake(hello.get());
    HandshakeRequest request;
    request.descriptor = std::move(pair.server);
    request.context = context_;
    request.timeout_ms = 20'000;
    request.done = [&](HandshakeOutcome outcome) {
      EXPECT_EQ(outcome.error, "connection lost");
      if (++lost == kClients) all.set_value();
    };
    pool.submit(std::move(request));
  }
  release.set_value();
  ASSERT_EQ(all.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  const HandshakeCounts counts = pool.counts();
  EXPECT_EQ(counts.left_the_queue, kClients);
  EXPECT_EQ(counts.failed, 1u) << "the one that held the thread up";
  EXPECT_EQ(counts.wasted_ns, 0u);
  EXPECT_EQ(counts.running, 0u);
}

TEST_F(HandshakePoolTest, AClientThatSeemsAboutToLeaveIsServedWhenItStaysAfterAll) {
  std::promise<void> release;
  HandshakePool pool(1);
  hold_up(pool, release);
  auto leaving = submit_hellos(pool, ClientPatience::kKnownMin);
  pool.submit(request(promise_));
  auto client = std::async(std::launch::async, [this] { return shake_as_client(); });
  // Until this is their patience.
  std::promise<void>().get_future().wait_for(
      std::chrono::milliseconds(ClientPatience::kPatienceMinMs + 50));
  leaving.clear();
  release.set_value();
  EXPECT_EQ(wait_for(promise_).result, Result::kEstablished);
  EXPECT_NE(client.get(), nullptr);
  EXPECT_GE(pool.counts().put_aside, 1u) << "again on a machine that is slower than its patience";
  EXPECT_EQ(pool.counts().left_the_queue, ClientPatience::kKnownMin);
}

TEST_F(HandshakePoolTest, CountsWhatItDid) {
  HandshakePool pool(1);
  pool.submit(request(promise_));
  ASSERT_NE(shake_as_client(), nullptr);
  EXPECT_EQ(wait_for(promise_).result, Result::kEstablished);
  const HandshakeCounts counts = pool.counts();
  EXPECT_EQ(counts.established, 1u);
  EXPECT_GT(counts.established_ns, 0u);
  EXPECT_EQ(counts.failed + counts.timed_out + counts.left_the_queue + counts.wasted_ns, 0u);
  EXPECT_EQ(counts.running + counts.queued, 0u);
}

TEST_F(HandshakePoolTest, ServesManyClientsAtOnce) {
  constexpr int kClients = 40;
  std::atomic<int> established{0};
  std::vector<SocketPair> pairs(kClients);
  std::promise<void> all;
  HandshakePool pool(2);
  for (SocketPair& pair : pairs) {
    HandshakeRequest request;
    request.descriptor = std::move(pair.server);
    request.context = context_;
    request.timeout_ms = 20'000;
    request.done = [&](HandshakeOutcome outcome) {
      EXPECT_EQ(outcome.result, Result::kEstablished) << outcome.error;
      if (++established == kClients) all.set_value();
    };
    pool.submit(std::move(request));
  }
  const auto context = TlsContext::client(identity_.settings());
  std::vector<SslPtr> clients;
  for (SocketPair& pair : pairs)
    clients.emplace_back((*context)->new_connection(pair.client.get()));
  int done = 0;
  while (done < kClients) {
    done = 0;
    for (const SslPtr& client : clients) done += ::SSL_do_handshake(client.get()) == 1 ? 1 : 0;
    std::this_thread::yield();
  }
  EXPECT_EQ(all.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

}  // namespace
}  // namespace antiphon
