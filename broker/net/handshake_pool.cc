#include "broker/net/handshake_pool.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "broker/net/client_patience.h"
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

// Handshakes begun in one turn of the loop, so that those under way are looked at in between.
constexpr int kBegunPerTurn = 2;
// Clients looked at for each of them; the others are about to leave.
constexpr int kLookedAtPerTurn = 32;
// How often a worker says how many it has established.
constexpr int kRateWindowMs = 500;

uint64_t thread_cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// Written by one worker, read by anybody; relaxed, because numbers for display order nothing.
class Count {
 public:
  void add(uint64_t amount) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  void set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace

class HandshakePool::Worker {
 public:
  Worker() { AP_CHECK(poller_.add_listener(wakeup_.descriptor(), kWakeupKey)); }
  // `each_window` is called on the worker's thread while handshakes are made, and once after.
  void start(absl::AnyInvocable<void()> each_window) {
    each_window_ = std::move(each_window);
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
    request.came_ms = steady_now().ms();
    auto shared = std::make_shared<HandshakeRequest>(std::move(request));
    inbox_.push([this, shared] { begin(std::move(*shared)); });
    wakeup_.wake();
  }

  void add_to(HandshakeCounts& counts) const {
    counts.queued += queued_.get();
    counts.running += running_.get();
    counts.established += established_.get();
    counts.resumed += resumed_.get();
    counts.failed += failed_.get();
    counts.timed_out += timed_out_.get();
    counts.left_the_queue += left_the_queue_.get();
    counts.put_aside += put_aside_.get();
    counts.established_ns += established_ns_.get();
    counts.wasted_ns += wasted_ns_.get();
    counts.per_second += per_second_.get();
  }

 private:
  // kDeferred: about to leave, put aside.
  enum class Stage : uint8_t { kSilent, kQueued, kDeferred, kRunning };
  struct Job {
    HandshakeRequest request;
    Stage stage = Stage::kSilent;
    SslPtr connection;  // made when its turn comes
    uint64_t cpu_ns = 0;
    int64_t begun_ms = 0;
    int64_t deadline_ms = 0;
    int64_t deferred_until_ms = 0;  // of kDeferred
    int64_t first_byte_deadline_ms = 0;  // 0: none
  };

  void run() {
    while (!stopping_) {
      wakeup_.will_sleep();
      const auto ready = poller_.wait(inbox_.empty() && hellos_.empty() ? timeout_ms() : 0);
      wakeup_.awake();
      for (const Readiness& one : ready) {
        if (one.key == kWakeupKey) {
          wakeup_.drain();
        } else {
          take_event(one);
        }
      }
      inbox_.run_all();
      for (int i = 0; i < kBegunPerTurn; ++i) begin_next();
      expire();
      measure_rate();
      queued_.set(hellos_.size() + deferred_);
    }
    inbox_.run_all();
    while (!jobs_.empty()) finish(jobs_.begin()->first, Result::kStopped, {});
  }

  int timeout_ms() const {
    const auto due = timers_.next_due_ms();
    if (!due.has_value()) return window_is_open_ ? kRateWindowMs : -1;
    return static_cast<int>(std::clamp<int64_t>(*due - steady_now().ms(), 0, kRateWindowMs));
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

  void take_event(const Readiness& event) {
    const auto found = jobs_.find(event.key);
    if (found == jobs_.end()) return;
    switch (found->second.stage) {
      case Stage::kSilent: take_first_byte(event.key, found->second); break;
      case Stage::kQueued:
      case Stage::kDeferred: break;
      case Stage::kRunning: return advance(event.key, found->second);
    }
    // Before its turn a client that has gone is not worth a handshake.
    const auto still = jobs_.find(event.key);
    if (!event.hung_up || still == jobs_.end() || !waits(still->second)) return;
    leave_queue(event.key, still->second);
    finish(event.key, Result::kFailed, "connection lost");
  }

  static bool waits(const Job& job) {
    return job.stage == Stage::kQueued || job.stage == Stage::kDeferred;
  }

  bool may_stay_silent(const Job& job, int64_t now_ms) const {
    if (job.stage != Stage::kSilent) return false;
    if (hellos_.size() + deferred_ + running_.get() < kCrowdMin) return false;
    const int64_t ends_ms = job.request.came_ms + kSilentTimesMax * job.request.timeout_ms;
    return now_ms + job.request.timeout_ms <= ends_ms;
  }

  // Before finish(): it is neither queued nor put aside any more.
  void leave_queue(uint64_t key, const Job& job) {
    if (job.stage == Stage::kDeferred) {
      --deferred_;
    } else {
      hellos_.erase(job.request.source, key);
    }
  }

  void defer(uint64_t key, Job& job, int64_t now_ms) {
    job.stage = Stage::kDeferred;
    ++deferred_;
    put_aside_.add(1);
    job.deferred_until_ms = now_ms + patience_.needed_ms();
    timers_.add(job.deferred_until_ms, key);
  }

  // It has outlasted those that left at its age, or the crowd has thinned out.
  void queue_again(uint64_t key, Job& job) {
    --deferred_;
    job.stage = Stage::kQueued;
    hellos_.push(job.request.source, key);
  }

  void begin_next() {
    const int64_t now_ms = steady_now().ms();
    for (int i = 0; i < kLookedAtPerTurn; ++i) {
      const auto key = hellos_.pop();
      if (!key) return;
      Job& job = jobs_.find(*key)->second;
      if (!patience_.is_about_to_leave(now_ms - job.request.came_ms)) {
        return begin_handshake(*key, job, now_ms);
      }
      defer(*key, job, now_ms);
    }
  }

  void begin_handshake(uint64_t key, Job& job, int64_t now_ms) {
    job.stage = Stage::kRunning;
    running_.add(1);
    job.begun_ms = now_ms;
    job.deadline_ms = now_ms + job.request.timeout_ms;
    timers_.add(job.deadline_ms, key);
    job.connection.reset(job.request.context->new_connection(job.request.descriptor.get()));
    if (job.connection == nullptr) return finish(key, Result::kFailed, "out of memory");
    advance(key, job);
  }

  void advance(uint64_t key, Job& job) {
    ::ERR_clear_error();
    const uint64_t begin_ns = thread_cpu_ns();
    const int code = ::SSL_do_handshake(job.connection.get());
    job.cpu_ns += thread_cpu_ns() - begin_ns;
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

  // Looks at the first byte, without taking it.
  void take_first_byte(uint64_t key, Job& job) {
    switch (peek(job.request.descriptor.get())) {
      case FirstByte::kNone: return;
      case FirstByte::kClosed: return finish(key, Result::kFailed, "connection lost");
      case FirstByte::kOther:
        if (job.request.sniff) return finish(key, Result::kPlain, {});
        break;  // OpenSSL will say what is wrong with it
      case FirstByte::kTls: break;
    }
    job.stage = Stage::kQueued;
    job.first_byte_deadline_ms = 0;
    job.deadline_ms = steady_now().ms() + kQueueTimeoutMs;
    timers_.add(job.deadline_ms, key);
    hellos_.push(job.request.source, key);
  }

  void measure_rate() {
    const int64_t now_ns = steady_now().ns;
    if (now_ns - window_begin_ns_ < kRateWindowMs * 1'000'000) return;
    const uint64_t established = established_.get() - window_established_;
    per_second_.set(established * 1'000'000'000 / static_cast<uint64_t>(now_ns - window_begin_ns_));
    window_begin_ns_ = now_ns;
    window_established_ = established_.get();
    each_window_();
    window_is_open_ = established > 0 || !hellos_.empty();
  }

  void expire() {
    const int64_t now_ms = steady_now().ms();
    while (const auto key = timers_.pop_due(now_ms)) {
      const auto found = jobs_.find(*key);
      if (found == jobs_.end()) continue;
      Job& job = found->second;
      if (job.first_byte_deadline_ms != 0 && job.first_byte_deadline_ms <= now_ms) {
        finish(*key, Result::kSilent, {});
      } else if (job.deadline_ms <= now_ms && may_stay_silent(job, now_ms)) {
        job.deadline_ms = now_ms + job.request.timeout_ms;
        timers_.add(job.deadline_ms, *key);
      } else if (job.deadline_ms <= now_ms) {
        if (waits(job)) leave_queue(*key, job);
        finish(*key, Result::kTimedOut, "timeout");
      } else if (job.stage == Stage::kDeferred && job.deferred_until_ms <= now_ms) {
        queue_again(*key, job);
      }
    }
  }

  void finish(uint64_t key, Result result, std::string error) {
    const auto found = jobs_.find(key);
    Job job = std::move(found->second);
    jobs_.erase(found);
    poller_.remove(job.request.descriptor.get());
    waiting_.fetch_sub(1, std::memory_order_relaxed);  // only a bound; orders nothing
    count(job, result);
    if (result != Result::kEstablished) job.connection = nullptr;
    job.request.done({result, std::move(job.request.descriptor), std::move(job.connection),
                      std::move(error)});
  }

  void count(const Job& job, Result result) {
    if (job.stage == Stage::kRunning) running_.set(running_.get() - 1);
    window_is_open_ = true;
    const int64_t now_ms = steady_now().ms();
    if (result == Result::kEstablished) {
      patience_.took(now_ms - job.begun_ms);
      established_.add(1);
      if (::SSL_session_reused(job.connection.get()) == 1) resumed_.add(1);
      established_ns_.add(job.cpu_ns);
      return;
    }
    wasted_ns_.add(job.cpu_ns);
    if (result == Result::kFailed) {
      // Others may have failed for what they sent.
      if (waits(job)) patience_.left_at(now_ms - job.request.came_ms);
      (waits(job) ? left_the_queue_ : failed_).add(1);
    }
    if (result == Result::kTimedOut) timed_out_.add(1);
  }

  Poller poller_;
  Wakeup wakeup_;
  TaskInbox inbox_;
  TimerHeap timers_;
  absl::flat_hash_map<uint64_t, Job> jobs_;
  HelloQueue hellos_;
  size_t deferred_ = 0;  // jobs in that stage
  ClientPatience patience_;
  uint64_t next_key_ = kWakeupKey + 1;
  std::atomic<size_t> waiting_{0};
  absl::AnyInvocable<void()> each_window_;
  Count queued_, running_, established_, resumed_, failed_, timed_out_, left_the_queue_, put_aside_;
  Count established_ns_, wasted_ns_, per_second_;
  int64_t window_begin_ns_ = 0;
  uint64_t window_established_ = 0;
  bool window_is_open_ = false;  // the rate is worth measuring again
  bool stopping_ = false;
  std::thread thread_;
};

HandshakePool::HandshakePool(size_t thread_count, Log* log) : log_(log) {
  for (size_t i = 0; i < thread_count; ++i) workers_.push_back(std::make_unique<Worker>());
  for (size_t i = 1; i < thread_count; ++i) workers_[i]->start([] {});
  // The first one watches for all of them: a crowd comes to all alike.
  workers_[0]->start([this] { log_crowds(); });
}

void HandshakePool::log_crowds() {
  if (log_ == nullptr) return;
  const auto line = admission_log_.line(counts(), steady_now().ns, wall_now_ns());
  if (line) log_->info(*line);
}

HandshakePool::~HandshakePool() = default;

HandshakeCounts HandshakePool::counts() const {
  HandshakeCounts counts;
  for (const auto& worker : workers_) worker->add_to(counts);
  return counts;
}

void HandshakePool::submit(HandshakeRequest request) {
  // Round robin; the counter orders nothing.
  const size_t index = next_.fetch_add(1, std::memory_order_relaxed) % workers_.size();
  workers_[index]->submit(std::move(request));
}

}  // namespace antiphon
