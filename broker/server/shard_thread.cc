#include "broker/server/shard_thread.h"

#include "broker/session/open.h"
#include "broker/session/turn.h"
#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

// Sessions' keys carry a generation in their upper half, so these two are never a session's.
constexpr uint64_t kWakeupKey = 0;
constexpr uint64_t kListenerKey = 1;

}  // namespace

ShardThread::ShardThread(ShardId id, ShardServices services,
                         std::shared_ptr<const SessionSettings> settings)
    : shard_(id, services, std::move(settings)) {
  shard_.poller = &poller_;
  AP_CHECK(poller_.add_listener(shard_.wakeup.descriptor(), kWakeupKey));
}

ShardThread::~ShardThread() {
  stop();
}

void ShardThread::start(Listener listener) {
  listener_.emplace(std::move(listener));
  AP_CHECK(poller_.add_listener(listener_->descriptor(), kListenerKey));
  thread_ = std::thread([this] { run(); });
}

void ShardThread::stop() {
  if (!thread_.joinable()) return;
  shard_.post([this] { shard_.stopping = true; });
  thread_.join();
}

void ShardThread::stop_accepting() {
  if (!listener_.has_value()) return;
  poller_.remove(listener_->descriptor());
  listener_.reset();
}

void ShardThread::run() {
  while (!shard_.stopping) {
    shard_.wakeup.will_sleep();
    int wait = has_more_work(shard_) ? 0 : wait_ms(shard_);
    if (accept_again_ms_ != 0 && (wait < 0 || wait > kAcceptPauseMs)) wait = kAcceptPauseMs;
    wait = aftermath_.limited(wait, shard_.now.ms());
    const auto events = poller_.wait(wait);
    shard_.wakeup.awake();
    begin_turn(shard_, steady_now(), wall_now_ns());
    for (const Readiness& event : events) {
      if (event.key == kWakeupKey) {
        shard_.wakeup.drain();
      } else if (event.key == kListenerKey) {
        accept_some();
      } else {
        on_event(shard_, event);
      }
    }
    if (accept_again_ms_ != 0 && accept_again_ms_ <= shard_.now.ms()) accept_some();
    end_turn(shard_);
    aftermath_.look_at(shard_);
  }
}

void ShardThread::accept_some() {
  if (!listener_.has_value()) return;
  if (accept_again_ms_ != 0) {
    accept_again_ms_ = 0;
    AP_CHECK(poller_.add_listener(listener_->descriptor(), kListenerKey));
  }
  for (size_t i = 0; i < TurnLimits::kAcceptsMax; ++i) {
    Listener::Accepted accepted;
    switch (listener_->accept(accepted)) {
      case Listener::Outcome::kAccepted:
        take_connection(shard_, accepted);
        break;
      case Listener::Outcome::kNoneWaiting:
        return;
      case Listener::Outcome::kOutOfDescriptors:
        pause_accepting();
        return;
    }
  }
}

// Connections wait in the kernel's queue meanwhile; closing some of ours may make room.
void ShardThread::pause_accepting() {
  poller_.remove(listener_->descriptor());
  accept_again_ms_ = shard_.now.ms() + kAcceptPauseMs;
  ++shard_.counters.accepts_paused;
  if (shard_.services.log != nullptr && shard_.counters.accepts_paused == 1) {
    shard_.services.log->error(
        "Out of file descriptors: new connections wait (raise the limit, e.g. ulimit -n)");
  }
}

}  // namespace antiphon
