#include "broker/net/handshake_pool.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "broker/runtime/clock.h"
#include "broker/runtime/poller.h"
#include "broker/runtime/task_inbox.h"
#include "broker/runtime/timer_heap.h"
#include "broker/runtime/wakeup.h"
#include "protocol/bytes/check.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

using Result = HandshakeOutcome::Result;

constexpr uint64_t kWakeupKey = 0;
constexpr char kTlsHandshakeRecord = 0x16;
// What a peer may send before the handshake is complete; a hello has a few hundred bytes, and
// kPeerChainBytesMax bounds the certificates. OpenSSL alone would hold 128 KiB for a stranger.
constexpr uint64_t kHandshakeBytesMax = 16 * 1024;
static_assert(kPeerChainBytesMax + 4096 <= kHandshakeBytesMax);

// The first byte that waits to be read, without taking it.
enum class FirstByte { kNone, kTls, kOther, kClosed };
FirstByte peek(int descriptor) {
  char byte = 0;
  const ssize_t got = ::recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got == 1) return byte == kTlsHandshakeRecord ? FirstByte::kTls : FirstByte::kOther;
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return FirstByte::kNone;
  return FirstByte::kClosed;
}

}  // namespace

class HandshakePool::Worker {
 public:
  Worker() {
    AP_CHECK(poller_.add_listener(wakeup_.descriptor(), kWakeupKey));
    thread_ = std::thread([this] { run(); });
  }
  ~Worker() {
    inbox_.push([this] { stopping_ = true; });
    wakeup_.wake();
    thread_.join();
  }

  void submit(HandshakeRequest request) {
    if (waiting_.load(std::memory_order_relaxed) >= kWaitingMax) {
      request.done({Result::kFull, std::move(request.descriptor), nullptr, {}});
      return;
    }
    waiting_.fetch_add(1, std::memory_order_relaxed);  // only a bound; orders nothing
    auto shared = std::make_shared<HandshakeRequest>(std::move(request));
    inbox_.push([this, shared] { begin(std::move(*shared)); });
    wakeup_.wake();
  }

 private:
  struct Job {
    HandshakeRequest request;
    SslPtr connection;  // made when the first byte of a handshake is there
    int64_t deadline_ms = 0;
    int64_t first_byte_deadline_ms = 0;  // 0: none
  };

  void run() {
    while (!stopping_) {
      wakeup_.will_sleep();
      const auto ready = poller_.wait(inbox_.empty() ? timeout_ms() : 0);
      wakeup_.awake();
      for (const Readiness& one : ready) {
        if (one.key == kWakeupKey) {
          wakeup_.drain();
        } else {
          advance(one.key);
        }
      }
      inbox_.run_all();
      expire();
    }
    inbox_.run_all();
    while (!jobs_.empty()) finish(jobs_.begin()->first, Result::kStopped, {});
  }

  int timeout_ms() const {
    const auto due = timers_.next_due_ms();
    if (!due.has_value()) return -1;
    return static_cast<int>(std::clamp<int64_t>(*due - steady_now().ms(), 0, 1000));
  }

  void begin(HandshakeRequest request) {
    const uint64_t key = next_key_++;
    Job job;
    const int64_t now_ms = steady_now().ms();
    job.deadline_ms = now_ms + request.timeout_ms;
    timers_.add(job.deadline_ms, key);
    if (request.first_byte_ms > 0) {
      job.first_byte_deadline_ms = now_ms + request.first_byte_ms;
      timers_.add(job.first_byte_deadline_ms, key);
    }
    const int descriptor = request.descriptor.get();
    job.request = std::move(request);
    jobs_.emplace(key, std::move(job));
    if (!poller_.add(descriptor, key)) finish(key, Result::kFailed, "out of descriptors");
  }

  void advance(uint64_t key) {
    const auto found = jobs_.find(key);
    if (found == jobs_.end()) return;
    Job& job = found->second;
    if (job.connection == nullptr && !start(key, job)) return;
    ::ERR_clear_error();
    const int code = ::SSL_do_handshake(job.connection.get());
    if (code == 1) return finish(key, Result::kEstablished, {});
    const int error = ::SSL_get_error(job.connection.get(), code);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
      const uint64_t received = ::BIO_number_read(::SSL_get_rbio(job.connection.get()));
      if (received > kHandshakeBytesMax) finish(key, Result::kFailed, "handshake too long");
      return;
    }
    finish(key, Result::kFailed, error == SSL_ERROR_SYSCALL && errno != 0 ? "connection lost"
                                                                         : take_openssl_errors());
  }

  // Looks at the first byte. False when there is no handshake to run (yet, or at all).
  bool start(uint64_t key, Job& job) {
    switch (peek(job.request.descriptor.get())) {
      case FirstByte::kNone: return false;
      case FirstByte::kClosed: finish(key, Result::kFailed, "connection lost"); return false;
      case FirstByte::kOther:
        if (job.request.sniff) {
          finish(key, Result::kPlain, {});
          return false;
        }
        break;  // OpenSSL will say what is wrong with it
      case FirstByte::kTls: break;
    }
    job.first_byte_deadline_ms = 0;
    job.connection.reset(job.request.context->new_connection(job.request.descriptor.get()));
    if (job.connection == nullptr) finish(key, Result::kFailed, "out of memory");
    return job.connection != nullptr;
  }

  void expire() {
    const int64_t now_ms = steady_now().ms();
    while (const auto key = timers_.pop_due(now_ms)) {
      const auto found = jobs_.find(*key);
      if (found == jobs_.end()) continue;
      const Job& job = found->second;
      if (job.first_byte_deadline_ms != 0 && job.first_byte_deadline_ms <= now_ms) {
        finish(*key, Result::kSilent, {});
      } else if (job.deadline_ms <= now_ms) {
        finish(*key, Result::kTimedOut, "timeout");
      }
    }
  }

  void finish(uint64_t key, Result result, std::string error) {
    const auto found = jobs_.find(key);
    Job job = std::move(found->second);
    jobs_.erase(found);
    poller_.remove(job.request.descriptor.get());
    waiting_.fetch_sub(1, std::memory_order_relaxed);  // only a bound; orders nothing
    if (result != Result::kEstablished) job.connection = nullptr;
    job.request.done({result, std::move(job.request.descriptor), std::move(job.connection),
                      std::move(error)});
  }

  Poller poller_;
  Wakeup wakeup_;
  TaskInbox inbox_;
  TimerHeap timers_;
  absl::flat_hash_map<uint64_t, Job> jobs_;
  uint64_t next_key_ = kWakeupKey + 1;
  std::atomic<size_t> waiting_{0};
  bool stopping_ = false;
  std::thread thread_;
};

HandshakePool::HandshakePool(size_t thread_count) {
  for (size_t i = 0; i < thread_count; ++i) workers_.push_back(std::make_unique<Worker>());
}

HandshakePool::~HandshakePool() = default;

void HandshakePool::submit(HandshakeRequest request) {
  // Round robin; the counter orders nothing.
  const size_t index = next_.fetch_add(1, std::memory_order_relaxed) % workers_.size();
  workers_[index]->submit(std::move(request));
}

}  // namespace antiphon
