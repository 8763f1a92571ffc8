#include "broker/net/handshake_worker.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <utility>

#include "broker/runtime/allocator.h"
#include "broker/runtime/clock.h"
#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

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
// Who has begun may take so many times the timeout while others take long as well: then the clients'
// machine has more to do than it can, and what was computed for one that is cut off is lost. What
// others take is known by those that are through, so that strangers who stand still prolong nothing.
constexpr int64_t kRunningTimesMax = 5;

uint64_t thread_cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

HandshakeWorker::HandshakeWorker() : next_key_(kWakeupKey + 1) {
  hellos_ms_.fill(-kCrowdMs);
  AP_CHECK(poller_.add_listener(wakeup_.descriptor(), kWakeupKey));
}

HandshakeWorker::~HandshakeWorker() {
  inbox_.push([this] { stopping_ = true; });
  wakeup_.wake();
  if (thread_.joinable()) thread_.join();
}

void HandshakeWorker::start(absl::AnyInvocable<void()> each_window) {
  each_window_ = std::move(each_window);
  thread_ = std::thread([this] { run(); });
}

void HandshakeWorker::submit(HandshakeRequest request) {
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

// ---- The loop -----------------------------------------------------------------------------------

void HandshakeWorker::run() {
  while (!stopping_) {
    wakeup_.will_sleep();
    const auto ready = poller_.wait(inbox_.empty() && !may_begin() ? timeout_ms() : 0);
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
    figures_.set_queued(hellos_.size() + deferred_);
  }
  inbox_.run_all();
  while (!jobs_.empty()) finish(jobs_.begin()->first, Result::kStopped, {});
}

int HandshakeWorker::timeout_ms() const {
  const auto due = timers_.next_due_ms();
  if (!due.has_value()) return window_is_open_ ? HandshakeFigures::kWindowMs : -1;
  const int64_t left_ms = *due - steady_now().ms();
  return static_cast<int>(std::clamp<int64_t>(left_ms, 0, HandshakeFigures::kWindowMs));
}

void HandshakeWorker::measure_rate() {
  const HandshakeFigures::Window window = figures_.measure_rate(steady_now().ns);
  if (window == HandshakeFigures::Window::kGoesOn) return;
  each_window_();
  window_is_open_ = window == HandshakeFigures::Window::kBusy || !hellos_.empty();
  if (!window_is_open_ && jobs_.empty()) give_back();
}

// What the last crowd needed. Its clocks tell nothing any more, and nobody waits for whom those that
// were served in this round would have to stand back.
void HandshakeWorker::give_back() {
  jobs_ = {};
  timers_ = {};
  hellos_ = {};
  empty_allocator_cache();
}

// ---- Before its turn ----------------------------------------------------------------------------

void HandshakeWorker::begin(HandshakeRequest request) {
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

void HandshakeWorker::take_event(const Readiness& event) {
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
  if (!event.hung_up || still == jobs_.end() || !still->second.waits()) return;
  leave_queue(event.key, still->second);
  finish(event.key, Result::kFailed, "connection lost");
}

void HandshakeWorker::take_first_byte(uint64_t key, Job& job) {
  switch (peek(job.request.descriptor.get())) {
    case FirstByte::kNone: return;
    case FirstByte::kClosed: return finish(key, Result::kFailed, "connection lost");
    case FirstByte::kOther:
      if (job.request.sniff) return finish(key, Result::kPlain, {});
      break;  // OpenSSL will say what is wrong with it
    case FirstByte::kTls: break;
  }
  const int64_t now_ms = steady_now().ms();
  note_hello(now_ms);
  job.stage = Stage::kQueued;
  job.first_byte_deadline_ms = 0;
  job.deadline_ms = now_ms + kQueueTimeoutMs;
  timers_.add(job.deadline_ms, key);
  hellos_.push(job.request.source, key);
}

void HandshakeWorker::note_hello(int64_t now_ms) {
  hellos_ms_[oldest_hello_] = now_ms;
  oldest_hello_ = (oldest_hello_ + 1) % kCrowdMin;
}

bool HandshakeWorker::is_in_a_crowd(int64_t now_ms) const {
  if (hellos_.size() + deferred_ + figures_.running() >= kCrowdMin) return true;
  return now_ms - hellos_ms_[oldest_hello_] < kCrowdMs;
}

bool HandshakeWorker::may_stay_silent(const Job& job, int64_t now_ms) const {
  if (job.stage != Stage::kSilent || !is_in_a_crowd(now_ms)) return false;
  const int64_t ends_ms = job.request.came_ms + job.request.silent_max_ms;
  return now_ms + job.request.timeout_ms <= ends_ms;
}

bool HandshakeWorker::may_go_on(const Job& job, int64_t now_ms) const {
  if (job.stage != Stage::kRunning || !is_in_a_crowd(now_ms)) return false;
  const int64_t timeout_ms = job.request.timeout_ms;
  if (patience_.needed_ms() < std::min(timeout_ms / 2, ClientPatience::kNeededMaxMs)) return false;
  return now_ms + timeout_ms <= job.begun_ms + kRunningTimesMax * timeout_ms;
}

void HandshakeWorker::leave_queue(uint64_t key, const Job& job) {
  if (job.stage == Stage::kDeferred) {
    --deferred_;
  } else {
    hellos_.erase(job.request.source, key);
  }
}

void HandshakeWorker::defer(uint64_t key, Job& job, int64_t now_ms) {
  job.stage = Stage::kDeferred;
  ++deferred_;
  figures_.put_aside();
  job.deferred_until_ms = now_ms + patience_.needed_ms();
  timers_.add(job.deferred_until_ms, key);
}

void HandshakeWorker::queue_again(uint64_t key, Job& job) {
  --deferred_;
  job.stage = Stage::kQueued;
  hellos_.push(job.request.source, key);
}

void HandshakeWorker::expire() {
  const int64_t now_ms = steady_now().ms();
  while (const auto key = timers_.pop_due(now_ms)) {
    const auto found = jobs_.find(*key);
    if (found == jobs_.end()) continue;
    Job& job = found->second;
    if (job.first_byte_deadline_ms != 0 && job.first_byte_deadline_ms <= now_ms) {
      finish(*key, Result::kSilent, {});
    } else if (job.deadline_ms <= now_ms &&
               (may_stay_silent(job, now_ms) || may_go_on(job, now_ms))) {
      job.deadline_ms = now_ms + job.request.timeout_ms;
      timers_.add(job.deadline_ms, *key);
    } else if (job.deadline_ms <= now_ms) {
      if (job.waits()) leave_queue(*key, job);
      finish(*key, Result::kTimedOut, "timeout");
    } else if (job.stage == Stage::kDeferred && job.deferred_until_ms <= now_ms) {
      queue_again(*key, job);
    }
  }
}

// ---- Its turn -----------------------------------------------------------------------------------

void HandshakeWorker::begin_next() {
  const int64_t now_ms = steady_now().ms();
  for (int i = 0; i < kLookedAtPerTurn; ++i) {
    if (!may_begin()) return;
    const auto key = hellos_.pop();
    if (!key) return;
    Job& job = jobs_.find(*key)->second;
    if (!patience_.is_about_to_leave(now_ms - job.request.came_ms)) {
      return begin_handshake(*key, job, now_ms);
    }
    defer(*key, job, now_ms);
  }
}

void HandshakeWorker::begin_handshake(uint64_t key, Job& job, int64_t now_ms) {
  job.stage = Stage::kRunning;
  figures_.begun();
  job.begun_ms = now_ms;
  job.deadline_ms = now_ms + job.request.timeout_ms;
  timers_.add(job.deadline_ms, key);
  job.connection.reset(job.request.context->new_connection(job.request.descriptor.get()));
  if (job.connection == nullptr) return finish(key, Result::kFailed, "out of memory");
  advance(key, job);
}

void HandshakeWorker::advance(uint64_t key, Job& job) {
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

// ---- Its end ------------------------------------------------------------------------------------

void HandshakeWorker::finish(uint64_t key, Result result, std::string error) {
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

void HandshakeWorker::count(const Job& job, Result result) {
  if (job.stage == Stage::kRunning) figures_.ended();
  window_is_open_ = true;
  const int64_t now_ms = steady_now().ms();
  if (result == Result::kEstablished) {
    patience_.took(now_ms - job.begun_ms);
    return figures_.established(job.cpu_ns, ::SSL_session_reused(job.connection.get()) == 1);
  }
  figures_.wasted(job.cpu_ns);
  if (result == Result::kTimedOut) figures_.timed_out();
  if (result != Result::kFailed) return;
  if (!job.waits()) return figures_.failed();
  patience_.left_at(now_ms - job.request.came_ms);  // others may have failed for what they sent
  figures_.left_the_queue();
}

}  // namespace antiphon
